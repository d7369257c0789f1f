"""Real OPA processes for tests, on loopback: the binary, a server, fixtures for both."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

import pytest

from guard.policy.bundle import Bundle
from guard.policy.sidecar import SidecarEngine

__all__ = ["OpaServer", "find_opa", "opa_binary", "opa_url", "opa_version", "required"]

_ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 30.0


def find_opa() -> str | None:
    """Return the path of OPA: the project's own, else the one on PATH."""
    own = _ROOT / ".tools" / "bin" / "opa"
    return str(own) if own.is_file() else shutil.which("opa")


def required() -> bool:
    """True if a run without OPA is a failed run."""
    return os.environ.get("GUARD_REQUIRE_OPA") == "1"


def opa_version(binary: str) -> str:
    """Return the version, such as `1.22.2`."""
    out = subprocess.run([binary, "version"], capture_output=True, text=True, check=True).stdout
    return out.split("\n", 1)[0].removeprefix("Version:").strip()


class OpaServer:
    """An OPA that serves one bundle on a loopback port, for a `with` block."""

    def __init__(self, binary: str, bundle: Bundle) -> None:
        self._binary = binary
        self._bundle = bundle

    def __enter__(self) -> OpaServer:
        self._folder = tempfile.TemporaryDirectory(prefix="opa-")
        folder = self._bundle.write(Path(self._folder.name) / "bundle")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        command = [self._binary, "run", "--server", "--addr", f"127.0.0.1:{port}"]
        command += ["--bundle", str(folder), "--skip-version-check", "--log-level", "error"]
        self._log = (Path(self._folder.name) / "log").open("w+")
        self._process = subprocess.Popen(
            command, stdout=self._log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
        )
        try:
            self._wait()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._log.close()
        self._folder.cleanup()

    def _wait(self) -> None:
        end = time.monotonic() + _START_SECONDS
        engine = SidecarEngine(self.url)
        try:
            while not engine.ready():
                if self._process.poll() is not None or time.monotonic() > end:
                    self._log.seek(0)
                    raise RuntimeError(f"opa did not start: {self._log.read()[-2000:]}")
                time.sleep(0.01)
        finally:
            engine.close()


@pytest.fixture(scope="session")
def opa_binary() -> str:
    """The path of OPA; without it the test is skipped, or fails where OPA is required."""
    binary = find_opa()
    if binary is not None:
        return binary
    if required():
        pytest.fail("there is no opa binary, and GUARD_REQUIRE_OPA=1; run `make opa`")
    pytest.skip("there is no opa binary; run `make opa`")


@pytest.fixture(scope="session")
def opa_url(opa_binary: str) -> Iterator[Callable[[Bundle], str]]:
    """A function that returns the address of an OPA with the bundle, one for each digest."""
    servers: dict[str, OpaServer] = {}

    def start(bundle: Bundle) -> str:
        if bundle.digest not in servers:
            servers[bundle.digest] = OpaServer(opa_binary, bundle).__enter__()
        return servers[bundle.digest].url

    yield start
    for server in servers.values():
        server.__exit__(None, None, None)
