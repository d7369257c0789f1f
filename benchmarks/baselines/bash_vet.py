"""bash-vet-mcp: `vet_command`; BLOCK is deny, REVIEW and what it cannot parse are ask."""

from __future__ import annotations

from bash_vet_mcp.scanner import vet_command
from serve import serve

EFFECTS = {"block": "deny", "review": "ask", "unverified": "ask"}

if __name__ == "__main__":
    serve(lambda command: EFFECTS.get(str(vet_command(command).verdict.value).lower(), "allow"))
