"""Processes of the benchmark: started on their core, known by pid, their CPU time read from the scheduler."""
import os
import pathlib
import resource
import signal
import socket
import subprocess
import sys
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "tools"))
from ports import free_port  # noqa: E402

SERVER_CORE, LOAD_CORE = (sorted(os.sched_getaffinity(0)) * 2)[:2]


def raise_descriptor_limit():
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def wait_for_port(port, process, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"a server of the benchmark ended at once: {' '.join(process.args)}\n{tail(process)}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nothing listens on port {port}: {' '.join(process.args)}")


def tail(process):
    return pathlib.Path(process.log).read_text(errors="replace")[-2000:] if getattr(process, "log", None) else ""


class Server:
    """A process on one core. `workers`: measure its children (nginx) rather than itself."""

    def __init__(self, name, command, port, core, log, environment=None, workers=False):
        self.name, self.port, self.workers = name, port, workers
        with open(log, "ab") as sink:
            self.process = subprocess.Popen(["taskset", "-c", str(core), *command], stdout=sink, stderr=sink, stdin=subprocess.DEVNULL,
                                            env={**os.environ, **(environment or {})}, start_new_session=True)
        self.process.log = log
        wait_for_port(port, self.process)

    def pids(self):
        if not self.workers:
            return [self.process.pid]
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in children]

    def cpu_ns(self):
        """Time on a CPU of every thread, from the scheduler's own account."""
        total = 0
        for pid in self.pids():
            for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
                total += int((task / "schedstat").read_text().split()[0])
        return total

    def move_to(self, core):
        for pid in self.pids():
            for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
                os.sched_setaffinity(int(task.name), {core})

    def rss_kb(self):
        total = 0
        for pid in self.pids():
            for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmRSS"):
                    total += int(line.split()[1])
        return total

    def threads(self):
        return sum(len(list(pathlib.Path(f"/proc/{pid}/task").iterdir())) for pid in self.pids())

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def rss_with_idle(server, request, mark, counts, limit):
    """RSS (KB) with so many keep-alive connections open, each after one answered request."""
    connections, result = [], {"0": server.rss_kb()}
    for count in counts:
        if count + 200 > limit:
            result[str(count)] = None
            continue
        while len(connections) < count:
            connection = socket.create_connection(("127.0.0.1", server.port), 10)
            connection.sendall(request)
            seen = b""
            while mark not in seen:
                piece = connection.recv(65536)
                if not piece:
                    raise SystemExit(f"{server.name} closed an idle connection: {seen[:200]!r}")
                seen += piece
            connections.append(connection)
        time.sleep(0.3)
        result[str(count)] = server.rss_kb()
    for connection in connections:
        connection.close()
    time.sleep(0.5)
    result["closed"] = server.rss_kb()
    return result
