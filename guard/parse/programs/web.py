"""curl(1), wget(1) and their like: where they connect, what they send, what they write."""

from __future__ import annotations

from collections.abc import Sequence

from guard.parse.addresses import DEFAULT_PORTS, Url, split_host, split_url
from guard.parse.message import make_message
from guard.parse.programs.draft import Draft, Reader, known_port
from guard.parse.programs.grammar import Options, named, scan
from guard.parse.reading import UNKNOWN, Invocation, Reading
from guard.parse.web_effects import Sent, web_effects

__all__ = ["READERS", "connect_url", "guess_url"]

_CURL = named("curl")
_DATA = frozenset({"d", "data-binary", "data-urlencode", "json"})
_BODIES = _DATA | {"data-raw"}
_PROXIES = ("x", "preproxy", "socks4", "socks4a", "socks5", "socks5-hostname", "proxy1.0")
_READS = ("E", "cacert", "key", "netrc-file", "proxy-cert", "proxy-key", "pubkey", "etag-compare")
_WRITES = (
    "o",
    "D",
    "c",
    "trace",
    "trace-ascii",
    "stderr",
    "libcurl",
    "etag-save",
    "hsts",
    "alt-svc",
)


def guess_url(text: str, scheme: str = "http") -> Url:
    """A URL as curl takes it: without a scheme it is http, or what the host's name begins with."""
    if text.startswith(UNKNOWN) and "://" not in text:
        return Url(scheme, UNKNOWN, None, "", text)
    url = split_url(text) if "://" in text or ":/" in text else None
    if url:
        return url
    first = text.partition(".")[0].lower()
    if first in ("ftp", "dict", "ldap", "imap", "smtp"):
        scheme = first
    url = split_url(f"{scheme}://{text}")
    return url or Url(scheme, text, None, "", text)


def connect_url(
    draft: Draft, url: Url, *, method: str = "", sends: Sequence[str] = (), write: str = ""
) -> None:
    """Note a connection to a URL, or the file that `file://` names."""
    if url.scheme == "file":
        draft.read(url.path)
        return
    for host in (url.host, url.other_host):
        if host:
            draft.connect(url.scheme, host, url.port, url=url.text, method=method, sends=sends)
    if write:
        draft.write(write)


def _curl_sends(options: Options) -> list[str]:
    """Files whose content would be sent (`@name`, `name=<file`, -T)."""
    found = options.all("T")
    for name, value in options.options:
        if name in _DATA:
            at = value.find("@")
            if at == 0 or (at > 0 and name == "data-urlencode" and "=" not in value[:at]):
                found.append(value[at + 1 :])
        elif name == "F":
            content = value.partition("=")[2]
            if content[:1] in ("@", "<"):
                found.append(content[1:].partition(";")[0].strip('"'))
        elif name in ("H", "w") and value.startswith("@"):
            found.append(value[1:])
    return found


def _curl_method(options: Options) -> str:
    if options.has("X"):
        return options.last("X")
    if options.has("T"):
        return "PUT"
    if options.has("I"):
        return "HEAD"
    posts = options.has(
        "d", "data-binary", "data-raw", "data-urlencode", "json", "F", "form-string"
    )
    return "POST" if posts and not options.has("G") else "GET"


def _curl(invocation: Invocation) -> Reading:
    """curl(1): every URL with what is sent to it and where the answer is written."""
    draft = Draft(invocation)
    options = scan(invocation.argv, _CURL)
    if "-" in options.all("K") and invocation.stdin.text is not None:
        options.add(scan(_config_words(invocation.stdin.text), _CURL, 0))
    if options.has("V", "h"):
        return draft.reading
    method, sends = _curl_method(options), _curl_sends(options)
    draft.read(*sends, *options.all(*_READS), *options.all("unix-socket"))
    draft.read(*[value for value in options.all("b") if "=" not in value])
    for path in options.all(*_WRITES):
        draft.write(_below(options.last("output-dir"), path))
    addresses, along = [*options.operands, *options.all("url")], _along(draft, options)
    for text in [one for address in addresses for one in _globbed(draft, options, address)]:
        url = guess_url(text, options.last("proto-default", default="http"))
        name = url.path.partition("?")[0].rpartition("/")[2]
        write = _below(options.last("output-dir"), name or UNKNOWN)
        to_file = options.has("O", "remote-name-all", "J")
        connect_url(draft, url, method=method, sends=sends, write=write if to_file else "")
        _beyond_fetching(draft, options, url, method, along)
    _curl_detours(draft, options)
    _proxies(draft, options.all(*_PROXIES))
    if options.has("n", "netrc-optional"):
        draft.read("~/.netrc")
    for path in options.all("K"):
        if path == "-" and invocation.stdin.text is not None:
            continue
        draft.read(path)
        draft.hide("unread_file", "medium", f"curl takes further options from `{path}`")
    if "/" in options.last("engine"):
        draft.hide("loaded_library", "high", f"curl loads the library `{options.last('engine')}`")
    return draft.reading


def _along(draft: Draft, options: Options) -> Sent:
    """Headers and bodies, those from standard input where it is known."""
    forms = [value for name, value in options.options if name in ("F", "form-string")]
    bodies = [value for name, value in options.options if name in _BODIES]
    if "-" in options.all("T") or any(body in ("@-", "@/dev/stdin") for body in bodies):
        bodies = [draft.invocation.stdin.text or UNKNOWN]
    fields = dict(form.partition("=")[::2] for form in forms)
    return Sent.of(options.all("H"), fields or "&".join(bodies))


def _beyond_fetching(draft: Draft, options: Options, url: Url, method: str, along: Sent) -> None:
    """A request may pay, or pass a message on; mail goes by SMTP."""
    found = web_effects(url, method, along)
    if url.scheme in ("smtp", "smtps"):
        text = draft.invocation.stdin.text or UNKNOWN
        found.append(make_message("email", "smtp", options.all("mail-rcpt"), text=text))
    for operation in found:
        operation["program"] = draft.program  # type: ignore[typeddict-unknown-key]
    draft.reading.operations += found


def _config_words(text: str) -> list[str]:
    """Lines of a curlrc as options: `url = "x"`, `--url x`, `-o x`."""
    words: list[str] = []
    for line in text.splitlines():
        name, _, value = line.strip().replace("=", " ", 1).replace(":", " ", 1).partition(" ")
        if "://" in line:
            name, _, value = line.strip().partition(" ")
            value = value.lstrip(" =:")
        if name and name[0] != "#":
            dashes = "" if name[0] == "-" else "--"
            words += [dashes + name, *([value.strip().strip('"')] if value.strip() else [])]
    return words


def _globbed(draft: Draft, options: Options, text: str) -> list[str]:
    """curl expands `{a,b}` in addresses itself, and `[1-9]`, of which the first is taken."""
    if options.has("g") or not ("{" in text or "[" in text):
        return [text]
    head, _, rest = text.partition("{")
    inside, closed, tail = rest.partition("}")
    found = [head + part + tail for part in inside.split(",")][:16] if closed else [text]
    ranges = []
    for one in found:
        before, _, after = one.partition("[")
        first, dash, end = after.partition("]")[0].partition("-")
        if dash and first.isalnum() and ":" not in end:
            draft.hide("unknown_argument", "low", f"the addresses of `{text}` are a range")
            one = before + first + after.partition("]")[2]  # noqa: PLW2901
        ranges.append(one)
    return ranges


def _below(folder: str, path: str) -> str:
    return f"{folder}/{path}" if folder and path not in ("-", "") and path[0] != "/" else path


def _curl_detours(draft: Draft, options: Options) -> None:
    """--resolve and --connect-to send the connection elsewhere than the URL says."""
    for value in options.all("resolve"):
        parts = value.lstrip("+-").split(":", 2)
        for address in parts[2].split(",") if len(parts) == 3 else ():
            draft.connect("tcp", address, known_port(parts[1]))
    for value in options.all("connect-to"):
        parts = value.split(":", 2)
        host, port = split_host(parts[2]) if len(parts) == 3 else ("", None)
        if host:
            draft.connect("tcp", host, port or known_port(parts[1]))
    for value in options.all("doh-url"):
        connect_url(draft, guess_url(value, "https"))


def _proxies(draft: Draft, values: Sequence[str]) -> None:
    environment = draft.invocation.environment
    named = ("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY", "ftp_proxy")
    for value in [*values, *(environment[name] for name in named if environment.get(name))]:
        url = guess_url(value)
        port = url.port if "://" not in value and url.port != 80 else None
        draft.connect("proxy", url.host, port or url.port or DEFAULT_PORTS.get(url.scheme))


_WGET = named("wget")


def _wget(invocation: Invocation) -> Reading:
    draft = Draft(invocation)
    options = scan(invocation.argv, _WGET)
    sends = options.all("post-file", "body-file")
    posts = options.has("post-data", "post-file")
    method = options.last("method", default="POST" if posts else "GET")
    draft.read(
        *sends,
        *options.all(
            "load-cookies",
            "i",
            "private-key",
            "certificate",
            "config",
            "ca-certificate",
            "crl-file",
        ),
    )
    output = options.last("O")
    for text in options.operands:
        url = guess_url(text)
        write = "" if output or options.has("spider") else _wget_place(options, url)
        connect_url(draft, url, method=method, sends=sends, write=write)
    draft.write(output)
    for path in options.all("o", "a", "save-cookies", "warc-file", "rejected-log"):
        draft.write(path)
    settings = [value.partition("=") for value in options.all("e")]
    _wget_settings(draft, options.all("use-askpass"), settings)
    if options.has("i"):
        draft.hide(
            "unknown_argument", "low", f"the addresses in `{options.last('i')}` were not read"
        )
    if options.has("config"):
        draft.hide("unread_file", "medium", f"wget takes settings from `{options.last('config')}`")
    return draft.reading


def _wget_place(options: Options, url: Url) -> str:
    """Where a page is put: by its name, or below a folder for its host (-x), with more (-r)."""
    path = url.path.partition("?")[0]
    many = options.has("r", "m", "p", "page-requisites")
    without = options.all("n")  # -nH, -nd
    folders = options.has("x", "force-directories") or many
    if not folders or options.has("no-directories") or "d" in without:
        name = path.rpartition("/")[2] or "index.html"
        return _below(options.last("P"), UNKNOWN if many else name)
    usual = url.port in (None, DEFAULT_PORTS.get(url.scheme))
    host = url.host if usual else f"{url.host}:{url.port}"
    inner = path.strip("/") if path[-1:] != "/" else f"{path.strip('/')}/index.html".strip("/")
    if many or options.has("cut-dirs"):
        inner = UNKNOWN
    if options.has("no-host-directories") or "H" in without:
        return _below(options.last("P"), inner or "index.html")
    return _below(options.last("P"), f"{host}/{inner or 'index.html'}")


def _wget_settings(
    draft: Draft, helpers: list[str], settings: Sequence[tuple[str, str, str]]
) -> None:
    proxies = []
    for name, _, value in settings:
        key = name.strip().lower().replace("_", "").replace("-", "")
        if key == "useaskpass":
            helpers.append(value.strip())
        elif key.endswith("proxy") and value.strip() not in ("on", "off", "yes", "no"):
            proxies.append(value.strip())
        elif key in ("outputdocument", "logfile"):
            draft.write(value.strip())
    for helper in helpers:
        draft.start([helper], "wget --use-askpass")
    _proxies(draft, proxies)


READERS: dict[str, Reader] = {"curl": _curl, "wget": _wget, "wget2": _wget, "wcurl": _curl}
