"""Calls that send messages: tools, tags, mail programs and services behind HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from guard import ToolCall
from guard.operations import UNRESOLVED
from guard.parse import parse
from guard.parse.message import read_tags
from guard.parse.tools import DEFAULT_TOOLS, Message


def read(tool: str, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    parsed = parse(ToolCall(tool, arguments))
    return [dict(o) for o in parsed.operations if o["kind"] == "message.send"]


def shell(command: str) -> list[dict[str, Any]]:
    return read("bash", {"command": command})


def test_a_mail_tool_with_everything() -> None:
    """Recipients of all kinds, in lower case and without their names."""
    [found] = read(
        "gmail_send_email",
        {
            "to": "Ann Bee <Ann@Example.com>, bob@example.org",
            "cc": ["c@example.org"],
            "bcc": [{"email": "d@example.org", "name": "D"}],
            "from": "me@example.org",
            "subject": "FWD: plan",
            "html_body": "<p>x</p>",
            "attachments": [{"filename": "a.pdf", "content": "..."}, "b.txt"],
            "classification": "Confidential",
        },
    )
    people = ["ann@example.com", "bob@example.org", "c@example.org", "d@example.org"]
    assert (found["recipients"], found["sender"]) == (people, "me@example.org")
    assert (found["text"], found["attachments"]) == ("<p>x</p>", ["a.pdf", "b.txt"])
    assert (found["labels"], found["forwards"]) == (["Confidential"], True)
    assert (found["channel"], found["way"], found["tool"]) == ("email", "tool", "gmail_send_email")


@pytest.mark.parametrize(
    ("tool", "arguments", "channel", "people"),
    [
        ("slack_post_message", {"channel_id": "C1", "text": "x"}, "chat", ["c1"]),
        ("send_sms", {"to": 4917, "text": "x"}, "sms", ["4917"]),
        ("post_tweet", {"text": "x"}, "social", ["public"]),
        ("forward_email", {"email_id": "3", "to": "a@example.org"}, "email", ["a@example.org"]),
        ("send_email", {"body": "x"}, "email", [UNRESOLVED]),
        ("send_email", {"to": {"q": 1}}, "email", [UNRESOLVED]),
        ("send_email", {"to": 1.5}, "email", [UNRESOLVED]),
    ],
)
def test_tools_that_send(
    tool: str, arguments: dict[str, Any], channel: str, people: list[str]
) -> None:
    """Channels, and nobody is left out because nobody can be read."""
    [found] = read(tool, arguments)
    assert (found["channel"], found["recipients"]) == (channel, people)
    assert found["forwards"] is tool.startswith("forward")


def test_users_say_what_their_arguments_mean() -> None:
    """Own names for recipients and text."""
    tools = DEFAULT_TOOLS.extend(
        {"ping": Message(channel="chat", recipients=("whom",), text=("say",))}
    )
    parsed = parse(ToolCall("ping", {"whom": "Ann", "say": "hi"}), tools)
    [found] = [dict(o) for o in parsed.operations]
    assert (found["recipients"], found["text"], found["channel"]) == (["ann"], "hi", "chat")


def test_more_than_policy_sees_is_visible() -> None:
    """A crowd ends in somebody unknown, a long text leaves an opaque part."""
    [found] = read("send_email", {"to": [f"p{n}@example.org" for n in range(400)], "body": "x"})
    assert (len(found["recipients"]), found["recipients"][-1]) == (257, UNRESOLVED)
    parsed = parse(ToolCall("send_email", {"to": "a@example.org", "body": "x" * 20_000}))
    assert [one["kind"] for one in parsed.opaque] == ["limit_message"]


def test_an_attachment_of_a_tool_is_read() -> None:
    """It leaves the machine, so rules about files see it too."""
    parsed = parse(ToolCall("send_email", {"to": "a@example.org", "attachments": ["/etc/shadow"]}))
    assert ("file.read", "/etc/shadow") in [(o["kind"], o.get("path")) for o in parsed.operations]


@pytest.mark.parametrize(
    ("command", "people", "subject", "text", "way"),
    [
        ("echo hi | mail -s Hey a@x.org", ["a@x.org"], "Hey", "hi\n", "program"),
        ("mail -s Hey -c c@x.org a@x.org <<< hi", ["a@x.org", "c@x.org"], "Hey", "hi\n", "program"),
        ("mutt -s Hey -a f.txt -- a@x.org < body", ["a@x.org"], "Hey", UNRESOLVED, "program"),
        (
            "printf 'To: A <a@x.org>\\nSubject: S\\n\\nb' | sendmail -t",
            ["a@x.org"],
            "S",
            None,
            "program",
        ),
        ("sendmail a@x.org < m.eml", ["a@x.org"], "", UNRESOLVED, "program"),
        ("ssmtp a@x.org < m.eml", ["a@x.org"], "", UNRESOLVED, "program"),
        ("msmtp -t < m.eml", [UNRESOLVED], "", UNRESOLVED, "program"),
        (
            "swaks -t a@x.org -s mx.x.org --header 'Subject: S' --body b",
            ["a@x.org"],
            "S",
            "b",
            "smtp",
        ),
        ("printf 'RCPT TO:<a@x.org>\\nDATA\\n' | nc mx.x.org 25", ["a@x.org"], "", None, "smtp"),
        ("curl smtp://mx.x.org --mail-rcpt a@x.org -T m.eml", ["a@x.org"], "", UNRESOLVED, "smtp"),
        ("mail -s Hey $(cat list) < b", [UNRESOLVED], "Hey", UNRESOLVED, "program"),
    ],
)
def test_mail_programs(
    command: str, people: list[str], subject: str, text: str | None, way: str
) -> None:
    """Whom they write to, and what, as far as the call says it."""
    found = shell(command)[0]
    assert (found["recipients"], found["subject"], found["way"]) == (people, subject, way)
    assert text is None or found["text"] == text


@pytest.mark.parametrize(
    "command",
    [
        "mail",
        "mail -f mbox",
        "mutt -F muttrc",
        "sendmail -bp",
        "sendmail -q",
        "swaks --help",
        "echo 'RCPT TO:<a@x.org>' | nc -l 9999",
        "curl https://slack.com/api/users.list",
        "curl https://api.telegram.org/bot1:x/getMe",
        "grep -r 'mail -s x a@x.org' .",
    ],
)
def test_reading_mail_is_not_sending(command: str) -> None:
    """Mailboxes, queues, help and questions to services."""
    assert shell(command) == []


@pytest.mark.parametrize(
    ("command", "people", "text", "channel", "way"),
    [
        (
            'curl -d \'{"text":"x"}\' https://hooks.slack.com/services/T/B/c',
            ["hooks.slack.com"],
            "x",
            "chat",
            "webhook",
        ),
        (
            "curl https://slack.com/api/chat.postMessage -d channel=C1 -d text=x",
            ["c1"],
            "x",
            "chat",
            "api",
        ),
        (
            "curl 'https://api.telegram.org/bot1:t/sendMessage?chat_id=4&text=x'",
            ["4"],
            "x",
            "chat",
            "api",
        ),
        (
            "curl https://api.telegram.org/bot1:t/sendDocument -F chat_id=4 -F document=@f.pdf",
            ["4"],
            "",
            "chat",
            "api",
        ),
        (
            "curl https://discord.com/api/webhooks/1/t -d content=x",
            ["discord.com"],
            "x",
            "chat",
            "webhook",
        ),
        (
            "curl https://api.twilio.com/2010-04-01/Accounts/A/Messages.json -d To=%2B49 -d Body=x",
            ["+49"],
            "x",
            "sms",
            "api",
        ),
        ("curl -d x https://ntfy.sh/topic", ["ntfy.sh/topic"], "x", "chat", "webhook"),
        (
            "curl https://api.sendgrid.com/v3/mail/send -d "
            '\'{"personalizations":[{"to":[{"email":"a@x.org"}]}],"content":"x"}\'',
            ["a@x.org"],
            "x",
            "email",
            "api",
        ),
        (
            'curl https://api.resend.com/emails --json \'{"to":"a@x.org","html":"x"}\'',
            ["a@x.org"],
            "x",
            "email",
            "api",
        ),
    ],
)
def test_services_behind_http(
    command: str, people: list[str], text: str, channel: str, way: str
) -> None:
    """By curl; the rest of a webhook's address is a secret and stays out."""
    [found] = shell(command)
    assert (found["recipients"], found["text"]) == (people, text)
    assert (found["channel"], found["way"]) == (channel, way)


def test_the_same_by_an_http_tool_and_by_python() -> None:
    """One door for all ways to send a request."""
    url = "https://slack.com/api/chat.postMessage"
    body = {"channel": "C1", "text": "x"}
    call = f"import requests\nrequests.post({url!r}, json={body!r})"
    other = f"from urllib.request import urlopen\nurlopen({url!r}, data=b'channel=C1&text=x')"
    for tool, arguments in (
        ("http_post", {"url": url, "json": body}),
        ("python", {"code": call}),
        ("python", {"code": other}),
    ):
        [found] = read(tool, arguments)
        assert (found["recipients"], found["text"], found["way"]) == (["c1"], "x", "api")


def test_smtp_from_python() -> None:
    """Both ways of smtplib; a message that is an object is not looked into."""
    start = "import smtplib\ns = smtplib.SMTP('mx.x.org')\n"
    [found] = read("python", {"code": start + "s.sendmail('me@x.org', ['a@x.org'], 'hi')"})
    assert (found["recipients"], found["text"], found["way"]) == (["a@x.org"], "hi", "smtp")
    [blind] = read("python", {"code": start + "s.send_message(m)"})
    assert (blind["recipients"], blind["text"]) == ([UNRESOLVED], UNRESOLVED)


def test_tags_in_a_text_are_messages() -> None:
    """Fields as tags or as headers; what is only thought is not said."""
    text = (
        "<thinking><tool_use:email><to>t@x.org</to></tool_use:email></thinking>"
        "<tool_use:email>\n<to>a@x.org</to>\n<subject>S</subject>\n<body>b</body>\n</tool_use:email>"
        "<tool_use:forward>\nto: c@x.org\nemail_id: 3\n</tool_use:forward>"
        "<tool_use:search>to: d@x.org</tool_use:search>"
    )
    one, two = read("respond", {"answer": text})
    assert (one["recipients"], one["subject"], one["text"], one["way"]) == (
        ["a@x.org"],
        "S",
        "b",
        "tag",
    )
    assert (two["recipients"], two["forwards"]) == (["c@x.org"], True)
    assert read("respond", {"thinking": text}) == []


def test_thoughts_and_tags_that_do_not_end_are_said() -> None:
    """An open block hides nothing."""
    [found] = read_tags("<think>hm <tool_use:email><to>a@x.org</to>")
    assert found["recipients"] == ["a@x.org"]


@pytest.mark.parametrize("piece", ["<think>", "<tool_use:email>", "<tool_use:email><to>"])
def test_thousands_of_open_tags_are_read(piece: str) -> None:
    """Each name is looked for once; what none of them closes is one message or none."""
    assert len(read_tags("<tool_use:email>" + piece * (400_000 // len(piece)))) <= 1
