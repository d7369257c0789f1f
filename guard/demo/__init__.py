"""`guard demo`: an agent works through a small task, and the guard stands before its tools.

The agent loop, the tools, the policies, the trace and the journal are real; only the model
is a script. Nothing in the scenario would do harm if a call passed by mistake.
"""

from guard.demo.command import add_options, main, run

__all__ = ["add_options", "main", "run"]
