"""What Python code would do, read from its syntax tree by a bounded abstract interpreter.

The code is never compiled and never run. `values` holds what an expression can be,
`fold` computes on known values, `names` knows modules and aliases, `interpret` walks the
tree, `processes`, `network` and `files` know the calls that act, `notebook` knows IPython.
"""

from __future__ import annotations

from guard.parse.python.read import read_python

__all__ = ["read_python"]
