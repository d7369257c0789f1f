"""Python libraries that do what a program on the command line does: they are read as that program.

`boto3.client("ec2").run_instances()` is `aws ec2 run-instances`, a container that the Docker
library starts is `docker run`. So the same rules see both. Calls that only look are left out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from guard.parse.python.effects import plain
from guard.parse.python.files import read
from guard.parse.python.launch import argv_of, command_text, program
from guard.parse.python.network import connect
from guard.parse.python.values import NOTHING, Call, Handler, Object, Unknown, Value, text_of

if TYPE_CHECKING:
    from guard.parse.python.context import Context

__all__ = ["FUNCTIONS", "METHODS", "NESTED"]

_LOOKING = (
    *("get_", "list_", "describe_", "head_", "batch_get_"),
    *("lookup_", "search_", "can_", "generate_"),
)
_KINDS = {"cluster_role_binding": "clusterrolebinding", "role_binding": "rolebinding"}
_MOST_TEXT = 4096

# Attributes that lead on to the part of a library that does things.
NESTED = frozenset(
    {("docker", "containers"), ("slack", "chat"), ("searcher", "indices"), ("asked_app", "router")}
)


def _flags(keywords: dict[str, Value]) -> list[str]:
    words: list[str] = []
    for name, value in keywords.items():
        if isinstance(value, str | int) and not isinstance(value, bool):
            words += [f"--{_dashed(name)}", text_of(value)]
    return words


def _dashed(name: str) -> str:
    """`InstanceType` and `run_instances` as the command line spells them."""
    parts = "".join(f"-{char.lower()}" if char.isupper() else char for char in name)
    return parts.lstrip("-").replace("_", "-")


def _cloud(context: Context, call: Call) -> Value:
    """Any method of a client of AWS; the command has its name, with dashes."""
    owner = call.args[0]
    service = owner.fields["name"]
    if call.name == "Bucket":
        return Object("store", {**owner.fields, "bucket": call.text(1, "name")})
    if call.name == "delete" and "bucket" in owner.fields:
        program(context, ["aws", "s3", "rb", f"s3://{owner.fields['bucket']}"], "boto3")
    elif "_" in call.name and not call.name.startswith(_LOOKING):
        words = ["aws", service, _dashed(call.name), *_flags(call.keywords)]
        program(context, words, "boto3")
    return NOTHING


def _container(context: Context, call: Call) -> Value:
    """`containers.run(image, command, privileged=..., volumes={path: ...})`."""
    words = ["docker", call.name]
    if call.keywords.get("privileged") is True:
        words.append("--privileged")
    for name, option in (("pid_mode", "--pid"), ("network_mode", "--network")):
        if isinstance(call.keywords.get(name), str):
            words.append(f"{option}={call.keywords[name]}")
    capabilities = call.keywords.get("cap_add")
    if isinstance(capabilities, list):
        words += [f"--cap-add={text_of(one)}" for one in capabilities]
    volumes = call.keywords.get("volumes")
    for source, target in volumes.items() if isinstance(volumes, dict) else []:
        inside = target.get("bind") if isinstance(target, dict) else "/volume"
        words += ["-v", f"{text_of(source)}:{text_of(inside)}"]
    for one in volumes if isinstance(volumes, list) else []:
        words += ["-v", text_of(one)]
    words.append(call.text(1, "image"))
    command = call.get(2, "command", default=None)
    text = command_text(command)
    more = text.split() if text is not None else argv_of(command)
    program(context, [*words, *(more or [])], "docker")
    return NOTHING


def _cluster(context: Context, call: Call) -> Value:
    """A method of a client of Kubernetes: `create_namespaced_pod(namespace, body)`."""
    verb, _, kind = call.name.partition("_")
    kind = kind.removeprefix("namespaced_")
    if verb == "list" and kind.startswith("secret") and kind.endswith("all_namespaces"):
        program(context, ["kubectl", "get", "secrets", "-A", "-o", "yaml"], "kubernetes")
    elif verb in ("create", "delete", "patch", "replace"):
        body = next((one for one in call.every()[1:] if isinstance(one, dict)), {})
        words = ["kubectl", verb, _KINDS.get(kind, kind.replace("_", ""))]
        words += [text_of(one) for one in call.args[1:] if isinstance(one, str)]
        role = body.get("roleRef")
        if isinstance(role, dict):
            words.append(f"--clusterrole={text_of(role.get('name'))}")
        if body:
            words.append(f"--overrides={json.dumps(plain(body))[:_MOST_TEXT]}")
        program(context, words, "kubernetes")
    return NOTHING


def _weights(context: Context, call: Call) -> Value:
    """`upload_folder(folder_path=..., repo_id=...)` of the hub of models."""
    path = call.keywords.get("folder_path", call.keywords.get("path_or_fileobj", NOTHING))
    repository = text_of(call.keywords.get("repo_id", NOTHING))
    program(context, ["huggingface-cli", "upload", repository, text_of(path)], "huggingface_hub")
    return NOTHING


def _posted(host: str) -> Handler:
    """Something is posted at a service; a file that is named, or was read, goes along."""

    def post(context: Context, call: Call) -> Value:
        sent = call.every()[1:]
        path = call.keywords.get("file", call.keywords.get("document", None))
        if isinstance(path, str):
            read(context, path)
            sent.append(Unknown(f"file:{context.path(path)}"))
        connect(context, "https", host, 443, sent)
        return NOTHING

    return post


def _said(*words: str) -> Handler:
    """The command, with the texts that the call has."""

    def say(context: Context, call: Call) -> Value:
        rest = [text_of(one) for one in call.every() if not isinstance(one, Object)]
        program(context, [*words, *rest], call.name.partition(".")[0])
        return NOTHING

    return say


def _pip(context: Context, call: Call) -> Value:
    program(context, ["pip", *(argv_of(call.get(0, "args", default=[])) or [])], "pip")
    return NOTHING


def _mail_order(context: Context, call: Call) -> Value:
    """`stripe.Transfer.create(amount=..., destination=...)` is `stripe transfers create`."""
    thing = call.name.split(".")[-2].lower() + "s"
    program(context, ["stripe", thing, "create", *_flags(call.keywords)], "stripe")
    return NOTHING


def _cookies(context: Context, _call: Call) -> Value:
    read(context, "~/.config/google-chrome/Default/Cookies")
    return NOTHING


def _made(kind: str) -> Handler:
    return lambda _context, _call: Object(kind)


_APIS = "CoreV1Api AppsV1Api BatchV1Api RbacAuthorizationV1Api CustomObjectsApi"
FUNCTIONS: dict[str, Handler] = {
    **dict.fromkeys(["docker.from_env", "docker.DockerClient"], _made("docker")),
    **{f"kubernetes.client.{name}": _made("kubernetes") for name in _APIS.split()},
    "huggingface_hub.HfApi": _made("weights"),
    **dict.fromkeys(["slack_sdk.WebClient", "slack_sdk.web.WebClient"], _made("slack")),
    "github.Github": _made("github"),
    "github.InputFileContent": lambda _, call: call.get(0, "content"),
    "crontab.CronTab": _made("crontab"),
    "nmap.PortScanner": _made("scanner"),
    **{
        f"huggingface_hub.{name}": _weights
        for name in ("upload_folder", "upload_file", "upload_large_folder")
    },
    **dict.fromkeys(["pip.main", "pip._internal.main", "pip._internal.cli.main.main"], _pip),
    **{f"stripe.{name}.create": _mail_order for name in ("Transfer", "Payout", "Charge", "Refund")},
    **dict.fromkeys(
        ["keyring.get_password", "keyring.get_credential"], _said("secret-tool", "lookup")
    ),
    **{
        f"browser_cookie3.{name}": _cookies
        for name in ("chrome", "chromium", "firefox", "edge", "brave", "opera", "safari", "load")
    },
}
METHODS: dict[tuple[str, str], Handler] = {
    ("store", "*"): _cloud,
    **{("docker.containers", name): _container for name in ("run", "create")},
    ("kubernetes", "*"): _cluster,
    **{
        ("weights", name): _weights
        for name in ("upload_folder", "upload_file", "upload_large_folder")
    },
    **{("slack", name): _posted("slack.com") for name in ("files_upload", "files_upload_v2")},
    **{("github", name): lambda _, call: call.args[0] for name in ("get_user", "get_repo")},
    **{
        ("github", name): _posted("api.github.com")
        for name in ("create_gist", "create_file", "update_file")
    },
    ("crontab", "write"): _said("crontab", "-"),
    ("crontab", "write_to_user"): _said("crontab", "-"),
    ("scanner", "scan"): _said("nmap"),
}
