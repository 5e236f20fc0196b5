"""The password of Redis in a file: a new one is used as soon as the files are reloaded, by themselves or when asked. Real Redis: a call
under a limit that fails closed succeeds only while the gateway can log in."""
import shutil
import socket
import subprocess

import harness
from harness import wait_until
from test_reload import Reloads


class Redis:
    """A server with a password, and a connection of the test's own that may change it."""

    def __init__(self, case, password):
        program = shutil.which("redis-server") or shutil.which("redis-check-rdb")
        if not program:
            case.skipTest("peer-redis: redis-server is not installed (Debian's redis-tools has it as redis-check-rdb)")
        self.port = harness.free_port()
        process = subprocess.Popen(["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(case.folder),
                                    "--requirepass", password], executable=program, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        case.addCleanup(process.wait)
        case.addCleanup(process.kill)
        wait_until("redis answers", self._connected)
        case.addCleanup(self._socket.close)
        self.ask("AUTH", password)

    def _connected(self):
        try:
            self._socket = socket.create_connection(("127.0.0.1", self.port))
            return True
        except ConnectionRefusedError:
            return False

    def ask(self, *words):
        self._socket.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word.encode()) for word in words))
        answer = self._socket.recv(4096)
        assert not answer.startswith(b"-"), answer

    def take(self, password):
        """From now on only this one opens, also for those who are connected."""
        self.ask("CONFIG", "SET", "requirepass", password)
        self.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")


class RedisPassword(Reloads):
    def setUp(self):
        super().setUp()
        self.redis = Redis(self, "first")
        self.write("redis.password", "first\n")

    def policy(self):
        return f"""
rules: {{all: {{effect: allow, who: everyone, tools: ["trust/*"]}}}}
limits:
  store: redis
  redis: {{url: "redis://127.0.0.1:{self.redis.port}", password_file: ../redis.password, timeout_seconds: 5}}
  rules: {{pace: {{rate: 1000/s, when_unreachable: closed}}}}
"""

    def admitted(self, gateway):
        return not self.client(gateway, "dan").call("trust_get_stats").get("isError")

    def test_a_new_one_in_its_file_is_used_without_being_asked_for(self):
        gateway, _ = self.begin(self.policy(), watch_files=True)
        wait_until("it is admitted", lambda: self.admitted(gateway))
        self.redis.take("second")
        wait_until("the first one opens no more", lambda: not self.admitted(gateway))
        self.write("redis.password", "second\n")
        wait_until("a generation is in force", lambda: gateway.metric("certus_gateway_reloads_total", result="applied") == 1)
        wait_until("the second one is used", lambda: self.admitted(gateway))
        self.assertEqual(gateway.metric("certus_gateway_reloads_total", result="applied"), 1)

    def test_a_reload_takes_it_and_says_when_the_file_cannot_be_read(self):
        gateway, config = self.begin(self.policy())
        self.assertEqual(self.reload(config)["outcome"], "unchanged")
        self.redis.take("third")
        self.write("redis.password", "third")
        self.assertEqual(self.reload(config)["outcome"], "applied")
        wait_until("it is admitted", lambda: self.admitted(gateway))
        (self.folder / "redis.password").unlink()
        said = self.reload(config)
        self.assertEqual(said["outcome"], "applied")
        self.assertIn("redis.password with the password of Redis cannot be read: No such file", "".join(said["warnings"]))
