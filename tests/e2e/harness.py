"""Starts the built programs as a user would: own state, free ports, a written configuration; stops them by their pid."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import mcp
import wire

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT / "tests" / "tools"))
from ports import free_port  # noqa: E402

BUILD = pathlib.Path(os.environ.get("CERTUS_BUILD", ROOT / "build" / "release"))
DIGEST = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
PATIENCE = 60  # seconds that anything may take under sanitizers; passing tests never wait for it


def program(name: str) -> pathlib.Path:
    return BUILD / "bin" / name


def module(name: str) -> str:
    return str(BUILD / "modules" / f"{name}.so")


def wait_until(what, true_in_the_end, patience=PATIENCE):
    end = time.monotonic() + patience
    while True:
        value = true_in_the_end()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {patience} s: {what}")
        time.sleep(0.02)


class Running:
    """A process whose output goes to files; it is stopped by its own pid."""

    def __init__(self, command, env, folder, name, stdin=subprocess.DEVNULL, stdout=None):
        self.log_path = pathlib.Path(folder) / f"{name}.log"
        self._told = False  # to end; a second signal would cut its calls off
        self._log = open(self.log_path, "ab")
        self.process = subprocess.Popen([str(part) for part in command], env=env, stdin=stdin,
                                        stdout=stdout if stdout is not None else self._log, stderr=self._log,
                                        cwd=folder)

    @property
    def pid(self):
        return self.process.pid

    def log(self) -> str:
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def terminate(self):
        if self.process.poll() is None and not self._told:
            self.process.send_signal(signal.SIGTERM)
        self._told = True

    def stop(self) -> int:
        """SIGTERM, then its exit code; a process that ignores it is killed and is a failure."""
        self.terminate()
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"pid {self.pid} did not end after SIGTERM:\n{self.log()[-2000:]}") from None
        finally:
            self._log.close()
        return code


class Case(unittest.TestCase):
    """A test with a folder of its own, in which every program finds its state, and which goes when the test ends."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="certus-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def env(self, **more):
        kept = {key: os.environ[key] for key in ("PATH", "LANG", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS") if key in os.environ}
        kept.setdefault("TSAN_OPTIONS", "halt_on_error=1")
        return {**kept, "HOME": str(self.folder), "XDG_STATE_HOME": str(self.folder / "state"),
                "XDG_CONFIG_HOME": str(self.folder / "config"), "USER": "tester", **more}

    def config(self, services=None, modules=None, name="gateway.json", **more) -> pathlib.Path:
        """A configuration on free ports; JSON is YAML. `more` are top-level keys."""
        document = {
            "listeners": {"mcp": {"port": free_port()}, "operations": {"port": free_port()}},
            "modules": modules if modules is not None else {"trust": {"path": module("trust")}},
            "services": services if services is not None else {"trust": "embedded"},
            "local_identity": "tester@example.com", **more}
        path = self.folder / name
        path.write_text(json.dumps(document, indent=1), encoding="utf-8")
        return path

    def start_gateway(self, config=None, env=None, **settings) -> "Gateway":
        return Gateway(self, config or self.config(**settings), env or self.env())

    def start_trust(self, env=None, port=None, identity="service@example.com", arguments=()) -> "TrustService":
        return TrustService(self, env or self.env(), port, identity, arguments)

    def stdio(self, config=None, *arguments, env=None, **settings) -> "mcp.Stdio":
        command = [program("certus-gateway"), "stdio", "--config", config or self.config(**settings), *arguments]
        running = Running(command, env or self.env(), self.folder, f"stdio-{time.monotonic_ns()}",
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        client = mcp.Stdio(running)
        self.addCleanup(client.close)
        return client

    def command(self, *arguments, env=None, expect=0, cwd=None):
        """Runs certus-gateway to its end; (stdout, stderr)."""
        done = subprocess.run([str(program("certus-gateway")), *map(str, arguments)], env=env or self.env(), text=True,
                              capture_output=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL, cwd=cwd or self.folder)
        self.assertEqual(done.returncode, expect, f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout, done.stderr


class Server:
    def __init__(self, case: Case, command, env, name):
        self.case = case
        self.running = Running(command, env, case.folder, f"{name}-{time.monotonic_ns()}")
        self._stopped = None
        case.addCleanup(self._end)

    def _end(self):
        code = self.stop()
        if code != 0:
            raise AssertionError(f"exit code {code} after SIGTERM:\n{self.running.log()[-4000:]}")

    def stop(self) -> int:
        if self._stopped is None:
            self._stopped = self.running.stop()
        return self._stopped

    def _await_ready(self, port, path):
        def ready():
            if self.running.process.poll() is not None:
                raise AssertionError(f"ended with {self.running.process.returncode}:\n{self.running.log()[-4000:]}")
            try:
                return wire.request(port, "GET", path, timeout=5).status == 200
            except OSError:
                return False
        wait_until(f"{path} answers 200", ready)

    def log(self) -> str:
        return self.running.log()

    def await_log(self, pattern):
        """Lines are written a moment after what they are about."""
        wait_until(f"the log says {pattern}", lambda: re.search(pattern, self.log()))

    @property
    def pid(self):
        return self.running.pid


class Gateway(Server):
    """certus-gateway serve."""

    def __init__(self, case, config, env):
        document = json.loads(config.read_text(encoding="utf-8"))
        self.port = document["listeners"]["mcp"]["port"]
        self.operations = document["listeners"]["operations"]["port"]
        super().__init__(case, [program("certus-gateway"), "serve", "--config", config], env, "gateway")
        self._await_ready_of_operations()

    def _await_ready_of_operations(self):
        self._await_ready(self.operations, "/readyz")

    def client(self, path="/mcp/trust") -> "mcp.Modern":
        return mcp.Modern(self.port, path)

    def legacy(self, path="/mcp", revision="2025-11-25", capabilities=None) -> "mcp.Legacy":
        return mcp.Legacy(self.port, path, revision, capabilities or {})

    def get(self, path):
        return wire.request(self.operations, "GET", path)

    def metric(self, name, **labels) -> float:
        """The value of one series; 0 when it is not there."""
        for line in self.get("/metrics").text().splitlines():
            if line.startswith(name) and all(f'{key}="{value}"' in line for key, value in labels.items()):
                return float(line.rsplit(" ", 1)[1])
        return 0.0


class TrustService(Server):
    """certus-trust serve, alone."""

    def __init__(self, case, env, port=None, identity="service@example.com", arguments=()):
        self.port = port or free_port()
        super().__init__(case, [program("certus-trust"), "serve", "--listen", f"127.0.0.1:{self.port}",
                                "--identity", identity, *arguments], env, "trust")
        self._await_ready(self.port, "/v1/ready")
