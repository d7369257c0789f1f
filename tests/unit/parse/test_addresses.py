"""Hosts and URLs in one spelling, judged by inet_aton(3) and by ipaddress."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.model import ToolCall
from guard.parse import parse
from guard.parse.addresses import find_urls, normalise_host, split_host, split_url

NUMBERS = st.integers(0, 2**33).flatmap(
    lambda value: st.sampled_from(
        [str(value), hex(value), f"0{value:o}", f"0X{value:X}", f"000{value:o}"]
    )
)
WIDE = str.maketrans("0123456789.", "".join(map(chr, range(0xFF10, 0xFF1A))) + "\u3002")


@given(st.lists(NUMBERS, min_size=1, max_size=5).map(".".join))
def test_numeric_hosts_are_read_as_inet_aton_reads_them(text: str) -> None:
    """Octal, hexadecimal, short and overlong forms agree with the C library."""
    try:
        expected = socket.inet_ntoa(socket.inet_aton(text))
    except OSError:
        expected = text.lower()
    assert normalise_host(text) == expected
    assert normalise_host(text.translate(WIDE)) == expected


@given(st.ip_addresses(v=6))
def test_ipv6_is_compressed_and_mapped_addresses_are_ipv4(address: ipaddress.IPv6Address) -> None:
    """Brackets, case and zeros do not matter."""
    mapped = address.ipv4_mapped
    expected = str(mapped) if mapped else address.compressed
    for text in (address.exploded, f"[{address}]", str(address).upper(), f"{address}%eth0"):
        assert normalise_host(text) == expected


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("EXAMPLE.com.", "example.com"),
        ("user@example.com", "example.com"),
        ("b\u00fccher.example", "xn--bcher-kva.example"),
        ("evil\u3002example", "evil.example"),
        ("\uff4c\uff4f\uff43\uff41\uff4chost", "localhost"),
        ("::ffff:169.254.169.254", "169.254.169.254"),
        ("\uf8ff.example", "\uf8ff.example"),
        ("", ""),
    ],
)
def test_names_have_one_spelling(text: str, host: str) -> None:
    """Case, trailing dots, users, fullwidth forms and ideographic dots are gone."""
    assert normalise_host(text) == host


@pytest.mark.parametrize(
    ("text", "host", "port", "path"),
    [
        ("http://good@evil/x", "evil", 80, "/x"),
        ("http://a:b@c@evil:81", "evil", 81, ""),
        ("https:\\\\evil\\x", "evil", 443, "\\x"),
        ("ht\ntp://e\tvil/", "evil", 80, "/"),
        ("  http:evil.example/  ", "evil.example", 80, "/"),
        ("http://%65vil/", "evil", 80, "/"),
        ("http://0x7f.1/?q", "127.0.0.1", 80, "/?q"),
        ("stratum+tcp://pool:3333", "pool", 3333, ""),
        ("ssh://u@h", "h", 22, ""),
        ("http://[::1]:8080/", "::1", 8080, "/"),
        ("git+ssh://git@host/x", "host", 22, "/x"),
    ],
)
def test_urls_lead_where_browsers_go(text: str, host: str, port: int, path: str) -> None:
    """User names, backslashes, blanks and percent signs do not hide the host."""
    url = split_url(text)
    assert url is not None
    assert (url.host, url.port, url.path) == (host, port, path)


def test_a_host_that_readers_disagree_on_is_given_both_ways() -> None:
    r"""`http://good\@evil/` is good to browsers and evil to others."""
    url = split_url("http://good\\@evil/")
    assert url is not None
    assert (url.host, url.other_host) == ("good", "evil")


@pytest.mark.parametrize("text", ["mailto:a@b", "data:x", "nothing", "//host/x", "http://", "a b"])
def test_what_has_no_authority_is_no_url(text: str) -> None:
    """Only texts with a scheme and a host are URLs."""
    assert split_url(text) is None


def test_urls_are_found_in_text() -> None:
    """Punctuation and quotes around them do not belong to them."""
    text = "see (https://a.example/x). Or 'http://b.example:81', ftp://c; http:\\\\d\\e"
    assert [url.host for url in find_urls(text)] == ["a.example", "b.example", "c", "d"]


@given(st.text(max_size=200))
def test_any_text_is_borne(text: str) -> None:
    """No text makes a reader of addresses raise."""
    normalise_host(text)
    split_host(text)
    split_url(text)
    find_urls(text)
    split_url("http://" + text)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "file://localhost/etc/passwd",
        "FILE:/etc/passwd",
        "file:///etc/%70asswd",
        "file:///%65tc/x/%2e%2e/passwd?y#z",
        "file://///etc/passwd",
    ],
)
def test_file_urls_name_one_path(url: str) -> None:
    """Percent-encoding, hosts, queries and slashes do not hide a path."""
    parsed = parse(ToolCall("read_file", {"path": url}))
    assert [o.get("path") for o in parsed.operations] == ["/etc/passwd"]
    parsed = parse(ToolCall("http_request", {"url": url}))
    assert "/etc/passwd" in [o.get("path") for o in parsed.operations]
