"""Loopback ports for the servers that tests and benchmarks start."""
import itertools
import pathlib
import random
import socket

FIRST = 10_000


def _outgoing_from():
    """Where the range begins from which the kernel gives connections that go out their port."""
    try:
        return int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 32_768


_ports = itertools.cycle(random.sample(range(FIRST, max(_outgoing_from(), FIRST + 1_000)), 1_000))


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
