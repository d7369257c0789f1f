"""Ids of traces and spans that a seeded program cannot repeat. Needs the OpenTelemetry SDK.

Training code seeds `random`; the SDK's default generator draws from it, and two runs
with one seed then share every id. Pass this one to each `TracerProvider`.
"""

from __future__ import annotations

import os

from opentelemetry.sdk.trace.id_generator import IdGenerator

__all__ = ["SystemRandomIdGenerator"]


class SystemRandomIdGenerator(IdGenerator):
    """Draws ids from the operating system (`os.urandom`)."""

    def generate_span_id(self) -> int:
        """Return 64 random bits, never 0, which means no span."""
        return int.from_bytes(os.urandom(8)) or self.generate_span_id()

    def generate_trace_id(self) -> int:
        """Return 128 random bits, never 0, which means no trace."""
        return int.from_bytes(os.urandom(16)) or self.generate_trace_id()

    def is_trace_id_random(self) -> bool:
        """True: the `random-trace-id` flag of W3C Trace Context level 2 may be set."""
        return True
