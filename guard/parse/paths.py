"""Paths as text: one spelling for each. Never touches the disk, follows no link."""

from __future__ import annotations

from guard.parse.reading import UNKNOWN

__all__ = ["normalise"]


def normalise(path: str, cwd: str = "", home: str = "~") -> str:
    """Return `path` in its shortest lexical form.

    `.`, `..` and repeated slashes are collapsed, a leading `~` becomes `home`, `~user`
    stays. A relative path is joined to `cwd` where that is known (starts with `/` or
    `~`), else it stays relative. A piece that nobody knows (`UNKNOWN`) stays, and
    whatever precedes a `..` behind it too: nobody can say what that `..` leaves.
    """
    if not path:
        return path
    first = path[0]
    if first == "~":
        if path == "~" or path.startswith("~/"):
            path = home + path[1:]
            first = path[0] if path else ""
    elif first not in ("/", UNKNOWN) and cwd and cwd[0] in "/~":
        path = f"{cwd}/{path}"
        first = path[0]
    if first == "/":
        kept = _collapse(path.split("/"), rooted=True)
        return _without_proc_root("/" + "/".join(kept))
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


def _without_proc_root(path: str) -> str:
    """`/proc/self/root` is the root directory itself (proc(5))."""
    while path.startswith(("/proc/self/root", "/proc/thread-self/root")):
        rest = path[path.index("/root") + 5 :]
        if rest and rest[0] != "/":
            break
        path = rest or "/"
    return path
