"""Loopback ports for the servers that tests and benchmarks start."""
import itertools
import pathlib
import random
import socket

EPHEMERAL = pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range")  # what connections that go out get


def _quiet_ports():
    try:
        first, last = map(int, EPHEMERAL.read_text(encoding="ascii").split())
    except (OSError, ValueError):
        first, last = 32_768, 60_999
    quiet = [port for port in range(10_000, 65_536) if not first <= port <= last]
    return random.sample(quiet if len(quiet) >= 1_000 else range(10_000, 65_536), 1_000)


_ports = itertools.cycle(_quiet_ports())


def free_port():
    """A port that nobody listens on and no connection that goes out can take before the server has bound it; not the same again soon."""
    for _ in range(1_000):
        port = next(_ports)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass
    raise SystemExit("no loopback port is free")
