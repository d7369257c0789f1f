"""bashboy: `classify_command` without a key, so its lists decide and no model is asked."""

from __future__ import annotations

from bashboy.classify import classify_command
from serve import serve

if __name__ == "__main__":
    serve(lambda command: classify_command(command, cwd="/workspace").decision)
