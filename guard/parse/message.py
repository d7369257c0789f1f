"""Messages as operations: whom they reach, what they say. For tools, tags and services alike.

What an argument means says the tool's row in the table (`guard.parse.tools.Message`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from guard.operations import MessageSend
from guard.parse import tools as t
from guard.parse.reading import UNKNOWN

__all__ = ["TEXT", "Way", "make_message", "people", "read_message", "read_tags"]

Way: TypeAlias = Literal["tool", "program", "smtp", "api", "webhook", "tag"]
TEXT = 16_384  # characters of a message that policy sees
_MOST = 256  # recipients, attachments and labels that one message lists
_NAME = 320  # characters of an address (RFC 5321 allows 254)
_ADDRESS = re.compile(r"<([^<>\s]+)>")
_LISTS = ("to", "cc", "bcc", "torecipients", "ccrecipients", "bccrecipients")
_HOLDERS = ("email", "address", "emailaddress", "id", "phone", "name")  # the first says who
_DEPTH = 8
_TAGS = re.compile(r"<tool_use:([a-z_]{1,40})>")
_FIELDS = re.compile(r"<([a-z_]{1,30})>")
_HEADER = re.compile(r"(?im)^(?P<name>to|cc|bcc|subject|email_id|body)[ \t]*:[ \t]*(?P<value>.*)$")
_THOUGHTS = re.compile(r"(?i)<(scratchpad_reasoning|scratchpad|thinking|think|reasoning)>")
_SEPARATORS = str.maketrans("", "", "-_ ")


def people(value: Any, depth: int = 0) -> list[str]:
    """Return recipients in lower case, from a text, a list or objects; unknown for the rest."""
    if value is None or value == "":
        return []
    if isinstance(value, str):
        if "<" not in value and "@" not in value:
            return [value.strip().lower()[:_NAME]]
        parts = [part for part in re.split(r"[,;]", value[: _NAME * _MOST]) if part.strip()]
        found = []
        for part in parts:
            inner = _ADDRESS.search(part)
            found.append((inner[1] if inner else part).strip().lower()[:_NAME])
        return found
    if isinstance(value, int) and not isinstance(value, bool):
        return [str(value)] if abs(value) < 10**40 else [UNKNOWN]
    if isinstance(value, list | tuple) and depth < _DEPTH:
        return [one for item in value[: _MOST + 1] for one in people(item, depth + 1)]
    if isinstance(value, Mapping) and depth < _DEPTH:
        keys = {key.lower().translate(_SEPARATORS): item for key, item in value.items()}
        named = [key for key in _LISTS if key in keys]
        named = named or [key for key in _HOLDERS if keys.get(key)][:1]
        return [one for key in named for one in people(keys[key], depth + 1)] or [UNKNOWN]
    return [UNKNOWN]


def _texts(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):
        return UNKNOWN


def _names(value: Any) -> list[str]:
    """Attachments or labels as texts."""
    if value is None or value is False or value == "":
        return []
    if isinstance(value, Mapping):
        named = [value[k] for k in ("path", "filename", "name", "file", "url") if k in value]
        return [_texts(one)[:4096] for one in named[:1]] or [UNKNOWN]
    if isinstance(value, list | tuple):
        return [name for item in value[:_MOST] for name in _names(item)]
    return [_texts(value)[:4096]]


def make_message(
    channel: str,
    way: Way,
    recipients: Any,
    *,
    sender: Any = None,
    subject: Any = None,
    text: Any = None,
    attachments: Any = None,
    labels: Any = None,
    forwards: bool = False,
) -> MessageSend:
    """Return a message; without recipients somebody nobody knows gets it."""
    found = people(recipients)
    if len(found) > _MOST:
        found = [*found[:_MOST], UNKNOWN]
    title = _texts(subject)[:TEXT]
    return {
        "kind": "message.send",
        "channel": channel,
        "way": way,
        "recipients": found or [UNKNOWN],
        "sender": "".join(people(sender)[:1]),
        "subject": title,
        "text": _texts(text)[:TEXT],
        "attachments": _names(attachments)[:_MOST],
        "labels": _names(labels)[:_MOST],
        "forwards": forwards or title.lower().lstrip().startswith(("fwd:", "fw:")),
    }


def read_message(reader: t.Message, arguments: Mapping[str, Any]) -> tuple[MessageSend, bool]:
    """Return what a call of a tool sends, and whether its text is longer than policy sees."""
    given: dict[str, Any] = {k.lower().translate(_SEPARATORS): v for k, v in arguments.items()}

    def of(names: tuple[str, ...]) -> list[Any]:
        plain = (name.translate(_SEPARATORS) for name in names)
        return [given[name] for name in plain if given.get(name) not in (None, "")]

    texts = of(reader.text)
    text = texts[0] if len(texts) == 1 else "\n".join(_texts(one) for one in texts)
    public = reader.channel == "social"
    message = make_message(
        reader.channel,
        "tool",
        ["public"] if public else of(reader.recipients),
        sender=of(reader.sender),
        subject=next(iter(of(reader.subject)), None),
        text=text,
        attachments=of(reader.attachments),
        labels=of(reader.labels),
        forwards=reader.forwards,
    )
    return message, len(_texts(text)) > TEXT


def read_tags(text: str) -> list[MessageSend]:
    """Return the messages that a text sends in tags of its own, as agents without tools do."""
    found = []
    for tool, body in _blocks(_said(text), _TAGS, "</tool_use:", open_ended=True):
        if tool not in ("email", "forward", "message", "send_email", "forward_email"):
            continue
        fields = {name: value.strip() for name, value in _blocks(body, _FIELDS, "</")}
        if not fields:
            fields = {m["name"].lower(): m["value"].strip() for m in _HEADER.finditer(body)}
        found.append(
            make_message(
                "email",
                "tag",
                [fields[key] for key in ("to", "cc", "bcc") if fields.get(key)],
                subject=fields.get("subject"),
                text=fields.get("body") if "</body>" in body else body.strip(),
                forwards=tool.startswith("forward"),
            )
        )
        if len(found) >= _MOST:
            break
    return found


def _said(text: str) -> str:
    """The text without what is only thought; a block that is not closed is said."""
    lower, kept, at, open_names = text.lower(), [], 0, set[str]()
    for match in _THOUGHTS.finditer(text):
        name = match[1].lower()
        if match.start() < at or name in open_names:
            continue
        end = lower.find(f"</{name}>", match.end()) if len(lower) == len(text) else -1
        if end < 0:
            open_names.add(name)  # looked for once, so that reading stays linear
            continue
        kept.append(text[at : match.start()])
        at = end + len(name) + 3
    return "".join([*kept, text[at:]])


def _blocks(
    text: str, opening: re.Pattern[str], closing: str, *, open_ended: bool = False
) -> Iterator[tuple[str, str]]:
    """Names and contents of `<name>..</name>`, one after the other."""
    at, open_names = 0, set[str]()
    for match in opening.finditer(text):
        name = match[1]
        if match.start() < at or name in open_names:
            continue
        end = text.find(f"{closing}{name}>", match.end())
        if end < 0:
            open_names.add(name)
            if not open_ended:
                continue
            end = len(text)
        at = end
        yield name, text[match.end() : end]
