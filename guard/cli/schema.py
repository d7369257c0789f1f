"""`guard schema`: the JSON Schema of what a rule sees as `input`."""

from __future__ import annotations

import argparse
import json

from guard.cli import show
from guard.policy.request_schema import request_schema

__all__ = ["run"]


def run(_: argparse.Namespace) -> int:
    """Print the schema; return 0."""
    show.line(json.dumps(request_schema(), indent=2))
    return 0
