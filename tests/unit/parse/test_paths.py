"""Paths in one spelling, judged by os.path.normpath."""

from __future__ import annotations

import os.path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.parse.paths import normalise
from guard.parse.reading import UNKNOWN

PARTS = st.lists(st.sampled_from(["a", "b", ".", "..", "", "c.d"]), max_size=8).map("/".join)


@given(PARTS)
def test_absolute_paths_agree_with_the_standard_library(text: str) -> None:
    """`.`, `..` and repeated slashes are collapsed as os.path.normpath does."""
    path = "/" + text
    assert normalise(path) == "/" + os.path.normpath(path).lstrip("/")


@given(PARTS, PARTS)
def test_relative_paths_are_joined_to_a_known_folder(text: str, folder: str) -> None:
    """With a working folder the result is that of joining."""
    if not text or text.startswith("/"):
        return
    cwd = "/" + folder
    assert normalise(text, cwd) == "/" + os.path.normpath(f"{cwd}/{text}").lstrip("/")


@pytest.mark.parametrize(
    ("path", "cwd", "home", "result"),
    [
        ("x/../y", "", "~", "y"),
        ("../x", "", "~", "../x"),
        ("~/x", "/w", "~", "~/x"),
        ("~/x", "/w", "/root", "/root/x"),
        ("~bob/./x", "/w", "/root", "~bob/x"),
        ("x", "~/p", "~", "~/p/x"),
        ("~/../../etc/passwd", "", "~", "/etc/passwd"),
        ("/proc/self/root/etc/passwd", "", "~", "/etc/passwd"),
        ("/proc/self/root/../etc/passwd", "", "~", "/etc/passwd"),
        ("//proc/./self//root/proc/1/root/etc/passwd", "", "~", "/etc/passwd"),
        ("/proc/self/task/7/root/etc/passwd", "", "~", "/etc/passwd"),
        (f"/proc/{UNKNOWN}/root/etc/passwd", "", "~", "/etc/passwd"),
        ("proc/self/root/etc/passwd", "/", "~", "/etc/passwd"),
        ("/dev/fd/../root/etc/passwd", "", "~", "/etc/passwd"),
        ("/dev/fd/5", "", "~", "/dev/fd/5"),
        ("/proc/self/cwd/a/../.env", "/w", "~", "/w/.env"),
        ("/proc/self/cwd/../.env", "/w/x", "~", "/w/.env"),
        ("/proc/self/cwd/../.env", "", "~", "../.env"),
        ("/proc/self/cwd", "", "~", "."),
        ("/proc/self/cwd/a", "~/p", "~", "~/p/a"),
        ("/proc/77/cwd/a", "/w", "~", "/proc/77/cwd/a"),
        ("/proc/self/rootkit", "", "~", "/proc/self/rootkit"),
        ("/x/proc/self/root/a", "", "~", "/x/proc/self/root/a"),
        ("/proc/../proc/self/root", "", "~", "/"),
        ("~root/.ssh/id_rsa", "/w", "/home/u", "/root/.ssh/id_rsa"),
        ("~rooter/x", "/w", "/home/u", "~rooter/x"),
        ("/a/*/b?/[c]", "", "~", "/a/*/b?/[c]"),
        (f"/a/{UNKNOWN}/../b", "", "~", f"/a/{UNKNOWN}/../b"),
        (f"{UNKNOWN}/b", "/w", "~", f"{UNKNOWN}/b"),
        ("", "/w", "~", ""),
    ],
)
def test_homes_and_unknown_pieces(path: str, cwd: str, home: str, result: str) -> None:
    """Homes stay homes, and nothing is joined to or collapsed through the unknown."""
    assert normalise(path, cwd, home) == result
