"""Paths as text: one spelling for each. Never touches the disk, follows no link."""

from __future__ import annotations

from guard.parse.reading import UNKNOWN

__all__ = ["normalise"]


def normalise(path: str, cwd: str = "", home: str = "~") -> str:
    """Return `path` in its shortest lexical form.

    `.`, `..` and repeated slashes are collapsed, a leading `~` becomes `home`, `~root` is
    `/root`, `~user` stays. A relative path is joined to `cwd` where that is known (starts
    with `/` or `~`), else it stays relative. A piece that nobody knows (`UNKNOWN`) stays, and
    whatever precedes a `..` behind it too: nobody can say what that `..` leaves.
    """
    if not path:
        return path
    first = path[0]
    if first == "~":
        if path == "~" or path.startswith("~/"):
            path = home + path[1:]
            first = path[0] if path else ""
        elif path == "~root" or path.startswith("~root/"):
            path, first = "/" + path[1:], "/"
    elif first not in ("/", UNKNOWN) and cwd and cwd[0] in "/~":
        path = f"{cwd}/{path}"
        first = path[0]
    if first == "/":
        if "/proc/" in path or "/fd" in path:
            return _through_links(path.split("/"), cwd)
        return "/" + "/".join(_collapse(path.split("/"), rooted=True))
    if first == "~":
        return _below_home(path)
    return "/".join(_collapse(path.split("/"), rooted=False)) or "."


def _collapse(parts: list[str], *, rooted: bool) -> list[str]:
    kept: list[str] = []
    for part in parts:
        if part in ("", "."):
            continue
        if part != "..":
            kept.append(part)
        elif kept and kept[-1] != ".." and UNKNOWN not in kept[-1]:
            kept.pop()
        elif kept or not rooted:
            kept.append(part)
    return kept


def _below_home(path: str) -> str:
    """Homes lie one or two levels deep, so two steps up from one are the root."""
    start, _, rest = path.partition("/")
    kept = _collapse(rest.split("/"), rooted=False)
    if kept[:2] == ["..", ".."]:
        return "/" + "/".join(_collapse(kept, rooted=True))
    return "/".join([start, *kept])


def _through_links(parts: list[str], cwd: str) -> str:
    """Collapse a rooted path that goes through links of the system (proc(5)).

    `/proc/PID/root` is the root directory, that of a container with its own PIDs included;
    `/proc/self/cwd` the working folder; `/dev/fd` stands for `/proc/self/fd`. A `..` behind
    a link leaves what the link leads to.
    """
    kept: list[str] = []
    rooted = True
    for part in parts:
        if part in ("", "."):
            continue
        if part == "..":
            if kept == ["dev", "fd"] and rooted:
                kept = ["proc", "self"]
            elif kept and kept[-1] != ".." and UNKNOWN not in kept[-1]:
                kept.pop()
            elif kept or not rooted:
                kept.append(part)
            continue
        kept.append(part)
        if part in ("root", "cwd") and rooted and _is_process(kept[:-1]):
            if part == "root":
                kept = []
            elif kept[1] in ("self", "thread-self"):
                rooted = cwd[:1] == "/"
                kept = _collapse(cwd.split("/"), rooted=True) if rooted else []
    path = "/".join(kept)
    if rooted:
        return "/" + path
    return f"{cwd}/{path}" if cwd[:1] == "~" and kept[:1] != [".."] else path or "."


def _is_process(parts: list[str]) -> bool:
    """True for `/proc/PID` and `/proc/PID/task/TID`, as parts."""
    if len(parts) == 4 and parts[2] == "task":
        return _is_process(parts[:2])
    if len(parts) != 2 or parts[0] != "proc":
        return False
    return parts[1] in ("self", "thread-self") or parts[1].isdigit() or UNKNOWN in parts[1]
