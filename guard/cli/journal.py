"""`guard journal`: is the record of what was decided still what was written?"""

from __future__ import annotations

import argparse
import json

from guard.audit.chain import Head
from guard.audit.verify import Verification, verify
from guard.cli import show

__all__ = ["run"]


def run(options: argparse.Namespace) -> int:
    """Return 0 for a journal that is sound, 1 for one that is broken."""
    paths: list[str] = options.path
    head = Head.parse(options.head) if getattr(options, "head", None) else None
    # One path means the journal with the full files beside it, several mean just these.
    found = verify(paths[0] if len(paths) == 1 else paths, head=head)
    if options.action == "verify" and options.json:
        show.line(json.dumps(_json(found)))
    elif not found.ok:
        show.line(f"broken: {show.printable(str(found.first_broken))}")
        show.line(f"{found.records} records before it hold")
    elif options.action == "head":
        show.line(str(found.head))
    else:
        _sound(found, anchored=head is not None)
    return 0 if found.ok else 1


def _sound(found: Verification, *, anchored: bool) -> None:
    files = f"{found.files} file{'s' * (found.files != 1)}"
    show.line(f"sound: {found.records} records in {files}, head {found.head}")
    if found.first:
        show.line(f"records before {found.first} were dropped by rotation, as the chain says")
    if found.recovered:
        show.line(f"crashes left {found.recovered} torn records, which were put aside")
    if not anchored:
        show.note("whether its end was cut off shows only with --head SEQ:HASH")


def _json(found: Verification) -> dict[str, object]:
    broken = found.first_broken
    return {
        "ok": found.ok,
        "records": found.records,
        "files": found.files,
        "first": found.first,
        "recovered": found.recovered,
        "head": str(found.head) if found.head else None,
        "first_broken": broken
        and {"file": str(broken.file), "line": broken.line, "reason": broken.reason},
    }
