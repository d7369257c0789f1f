"""Where a request of an HTTP tool leads beside its URL, and what it carries."""

from __future__ import annotations

from typing import Any, cast

import pytest

from guard.model import ToolCall
from guard.parse import parse
from guard.parse.addresses import split_url
from guard.parse.http import redirects


def connects(**arguments: Any) -> list[dict[str, Any]]:
    parsed = parse(ToolCall("http_request", arguments))
    found = cast("list[dict[str, Any]]", parsed.operations)
    return [o for o in found if o["kind"] == "network.connect"]


def hosts(**arguments: Any) -> list[tuple[str, str]]:
    return [(o["host"], o.get("certainty", "must")) for o in connects(**arguments)]


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("https://a.example/r?url=http://10.0.0.1/", "10.0.0.1"),
        ("https://a.example/r?next=https%3A%2F%2Fb.example%2Fx", "b.example"),
        ("https://a.example/r?x=1&redirect_uri=//b.example/x", "b.example"),
        ("https://a.example/r?TARGET=http:%2f%2f0x7f.1", "127.0.0.1"),
        ("https://a.example/r?anything=http://169.254.169.254/latest", "169.254.169.254"),
    ],
)
def test_a_url_in_the_query_may_be_reached(url: str, other: str) -> None:
    """A redirect, or a server that fetches for its client."""
    assert hosts(url=url) == [("a.example", "must"), (other, "may")]


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/r?url=/local/path",
        "https://a.example/r?next=home",
        "https://a.example/r?url=https://a.example/x",
        "https://a.example/a/b?page=2&path=docs/x.md",
        "https://user:pass@a.example/",
    ],
)
def test_other_parameters_lead_nowhere(url: str) -> None:
    """Paths, words, and the same host are no second place; a user's name is no host."""
    assert hosts(url=url) == [("a.example", "must")]


def test_many_parameters_are_bounded() -> None:
    """A query of any length is read in part, and quickly."""
    url = split_url("https://a.example/?" + "url=http://b.example/&" * 20_000)
    assert url is not None
    assert 0 < len(redirects(url)) <= 64


@pytest.mark.parametrize(
    "headers",
    [
        {"HOST": "b.example:81"},
        "Accept: x\r\nHost: b.example:81",
        ["Host: b.example:81"],
        [["host", "b.example:81"]],
        [{"name": "Host", "value": "b.example:81"}],
    ],
)
def test_another_host_in_the_headers_is_seen(headers: Any) -> None:
    """The server that is reached may serve by that name, or pass it on."""
    found = connects(url="https://front.example/x", headers=headers)
    assert [(o["host"], o["port"]) for o in found] == [("front.example", 443), ("b.example", 81)]
    assert hosts(url="https://b.example/x", headers={"Host": "b.example"}) == [
        ("b.example", "must")
    ]


@pytest.mark.parametrize(
    ("arguments", "sends", "read"),
    [
        ({"file": "/etc/passwd"}, ["/etc/passwd"], ["/etc/passwd"]),
        ({"files": {"f": "~/.ssh/id_rsa"}}, ["~/.ssh/id_rsa"], ["~/.ssh/id_rsa"]),
        ({"files": [{"path": "a"}, "b"]}, ["a", "b"], ["a", "b"]),
        ({"body": "@/etc/passwd"}, ["/etc/passwd"], ["/etc/passwd"]),
        ({"body": "text"}, ["-"], []),
        ({"json": {"a": 1}}, ["-"], []),
    ],
)
def test_what_is_sent_is_listed(arguments: Any, sends: list[str], read: list[str]) -> None:
    """Files by their paths, which are read; a body in the call as `-`; then it is a POST."""
    parsed = parse(ToolCall("http_request", {"url": "http://h.example/", **arguments}))
    found = cast("list[dict[str, Any]]", parsed.operations)
    connect = next(o for o in found if o["kind"] == "network.connect")
    assert (connect["sends"], connect["method"]) == (sends, "POST")
    assert [o["path"] for o in found if o["kind"] == "file.read"] == read


def test_a_plain_request_sends_nothing() -> None:
    """No body, no file, no key."""
    assert "sends" not in connects(url="http://h.example/", body="", files=[])[0]
