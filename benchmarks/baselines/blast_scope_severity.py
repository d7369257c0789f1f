"""blast-scope: it never blocks; what its hook speaks up about is counted as ask."""

from __future__ import annotations

import os

from blast_scope.server import assess
from serve import serve


def judge(command: str) -> str:
    """The severity of one command in an empty project."""
    here = os.getcwd()
    found = assess(command, cwd=here, project_root=here, auto_index=False)
    return "ask" if found["severity"] in ("high", "critical") else "allow"


if __name__ == "__main__":
    serve(judge)
