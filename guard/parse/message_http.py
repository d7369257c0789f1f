"""Services that pass messages on, by their HTTP interfaces: hosts, paths and fields.

Sources: the services' own references (Slack, Discord, Telegram, Twilio, SendGrid, Mailgun,
Resend, Postmark, Microsoft Graph, Gmail, X, ntfy). Facts and their use; nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guard.operations import MessageSend
from guard.parse.addresses import Url
from guard.parse.message import Way, make_message

__all__ = ["read_message_request"]


@dataclass(frozen=True, slots=True)
class _Service:
    """One interface. `path` is a piece that the URL's path must hold; names are of fields."""

    hosts: tuple[str, ...]  # a leading dot: any host below it
    path: str
    channel: str
    way: Way
    to: tuple[str, ...] = ()  # empty: whoever reads at the address
    text: tuple[str, ...] = ("text",)
    files: tuple[str, ...] = ()


_MAIL = ("text", "html", "content", "TextBody", "HtmlBody", "body", "raw")
_SERVICES = (
    _Service(("hooks.slack.com",), "/", "chat", "webhook", (), ("text", "blocks", "attachments")),
    _Service(("slack.com",), "/api/chat.", "chat", "api", ("channel",), ("text", "blocks")),
    _Service(
        ("slack.com",), "/api/files.", "chat", "api", ("channels", "channel_id"), ("content",)
    ),
    _Service(
        ("discord.com", "discordapp.com"),
        "/webhooks/",
        "chat",
        "webhook",
        (),
        ("content", "embeds"),
    ),
    _Service(("discord.com", "discordapp.com"), "/messages", "chat", "api", (), ("content",)),
    _Service(
        ("api.telegram.org",),
        "/send",
        "chat",
        "api",
        ("chat_id",),
        ("text", "caption"),
        ("document", "photo", "audio", "video"),
    ),
    _Service(("api.twilio.com",), "/messages", "sms", "api", ("To",), ("Body",), ("MediaUrl",)),
    _Service(("api.twilio.com",), "/calls", "call", "api", ("To",), ("Twiml", "Url")),
    _Service(
        ("api.sendgrid.com",), "/mail/send", "email", "api", ("personalizations",), ("content",)
    ),
    _Service(("api.mailgun.net", "api.eu.mailgun.net"), "/messages", "email", "api", (), _MAIL),
    _Service(("api.resend.com", "api.postmarkapp.com"), "/email", "email", "api", (), _MAIL),
    _Service(("graph.microsoft.com",), "/sendmail", "email", "api", ("message",), ("message",)),
    _Service(("gmail.googleapis.com", "www.googleapis.com"), "/messages/send", "email", "api"),
    _Service((".webhook.office.com", "outlook.office.com"), "/webhook", "chat", "webhook"),
    _Service(("chat.googleapis.com",), "/messages", "chat", "webhook"),
    _Service(("api.x.com", "api.twitter.com"), "/tweets", "social", "api"),
    _Service(("ntfy.sh",), "/", "chat", "webhook"),
    _Service(("api.pushover.net",), "/messages", "chat", "api", ("user",), ("message",)),
)
_PEOPLE = ("to", "To", "cc", "Cc", "bcc", "Bcc")
_ASKS = frozenset({"GET", "HEAD", "OPTIONS", "DELETE"})


def read_message_request(
    url: Url, method: str, fields: Mapping[str, Any], text: str, files: list[str]
) -> list[MessageSend]:
    """Return the messages that a request sends. `text` is a body without fields."""
    path = url.path.partition("?")[0].lower()
    for service in _SERVICES:
        if not _at(url.host, service.hosts) or service.path not in path:
            continue
        if method in _ASKS and not (fields and service.to):
            continue
        names = dict.fromkeys((*service.to, *_PEOPLE))
        to = [fields[name] for name in names if fields.get(name)]
        said = [fields[name] for name in service.text if fields.get(name)]
        place = [] if service.to or service.channel == "email" else [_place(url, service)]
        return [
            make_message(
                service.channel,
                service.way,
                to or place,
                sender=fields.get("from", fields.get("From")),
                subject=fields.get("subject", fields.get("Subject")),
                text=said[0] if len(said) == 1 else said or text,
                attachments=[
                    *files,
                    *(fields[n] for n in (*service.files, "attachments") if fields.get(n)),
                ],
            )
        ]
    return []


def _at(host: str, hosts: tuple[str, ...]) -> bool:
    return any(host == one or (one[0] == "." and host.endswith(one)) for one in hosts)


def _place(url: Url, service: _Service) -> str:
    """Who reads where no field names them: the channel in the path, or the service."""
    if service.channel == "social":
        return "public"
    if service.way == "webhook" and url.host != "ntfy.sh":
        return url.host  # the rest of such an address is a secret
    return f"{url.host}{url.path.partition('?')[0]}"
