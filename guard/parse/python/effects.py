"""What Python's requests and mails pay and say. Connections are noted by `network`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guard.parse.addresses import split_url
from guard.parse.message import make_message
from guard.parse.python.values import Call, Object, Value, alternatives, text_of
from guard.parse.reading import UNKNOWN
from guard.parse.web_effects import Sent, web_effects

if TYPE_CHECKING:
    from guard.parse.python.context import Context

__all__ = ["mail", "plain", "request"]

_ITEMS = 256


def plain(value: Value, depth: int = 0) -> Any:
    """A value as JSON would have it, with `UNKNOWN` for what nobody knows."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth < 8:
        if isinstance(value, dict):
            items = list(value.items())[:_ITEMS]
            return {text_of(key): plain(item, depth + 1) for key, item in items}
        if isinstance(value, list | tuple):
            return [plain(item, depth + 1) for item in value[:_ITEMS]]
    return text_of(value)


def request(context: Context, address: Value, method: str, keywords: dict[str, Value]) -> None:
    """Note what a request does beyond being sent."""
    body = next((keywords[name] for name in ("json", "data", "content") if name in keywords), None)
    sent = Sent.of(plain(keywords.get("headers")), plain(body))
    for one in alternatives(address):
        url = split_url(text_of(one))
        if url is None or not url.host:
            continue
        for operation in web_effects(url, method, sent):
            operation["program"] = "python"  # type: ignore[typeddict-unknown-key]
            context.add(operation)


def mail(context: Context, call: Call) -> None:
    """`sendmail(sender, recipients, text)` and `send_message(message, sender, recipients)`."""
    if call.name.rpartition(".")[2] == "send_message":
        message = call.get(1, "msg")
        to = call.get(3, "to_addrs", default=None)
        fields = message.fields if isinstance(message, Object) else {}
        made = make_message(
            "email",
            "smtp",
            plain(to) or [UNKNOWN],
            subject=plain(fields.get("Subject")),
            text=UNKNOWN,
        )
    else:
        text = call.text(3, "msg")
        recipients = plain(call.get(2, "to_addrs"))
        sender = call.text(1, "from_addr")
        made = make_message("email", "smtp", recipients, sender=sender, text=text)
    made["program"] = "python"
    context.add(made)
