"""A disk that is full, for real: a small tmpfs in a mount namespace of the service's own."""
import errno
import json
import os
import shutil
import subprocess

from auditor import Auditor
from harness import DIGEST, Case, Server, free_port, program, wait_until
from test_log_kills import Writer
import wire

SIZE = 6 * 1024 * 1024
JSON = {"Content-Type": "application/json"}


class FullDisk(Case):
    def setUp(self):
        super().setUp()
        self.place = self.folder / "small"
        self.place.mkdir()
        self.namespace = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-r", "-m"]
        mount = f"mount -t tmpfs -o size={SIZE} tmpfs {self.place}"
        if not shutil.which("unshare"):
            self.skipTest("the program unshare is not installed, so no small disk can be made")
        tried = subprocess.run([*self.namespace, "sh", "-c", mount], capture_output=True, text=True, check=False)
        if tried.returncode != 0:
            self.skipTest(f"peer-small-disk: no small disk can be mounted here: {tried.stderr.strip() or tried.returncode}")
        self.mount = mount

    def start(self):
        """certus-trust over the small disk."""
        port = free_port()
        script = f'{self.mount} && exec "$@"'
        service = Server(self, [*self.namespace, "sh", "-c", script, "sh", program("certus-trust"), "serve", "--listen", f"127.0.0.1:{port}",
                                "--state", self.place / "state", "--identity", "service@example.com"], self.env(), "trust")
        service.port = port
        service._await_ready(port, "/v1/ready")
        self.disk = f"/proc/{service.pid}/root{self.place}"
        return service

    def fill(self, leave=0):
        """Takes what is free, and gives `leave` bytes back."""
        path = f"{self.disk}/ballast"
        with open(path, "ab", buffering=0) as ballast:
            for size in (65536, 4096):
                try:
                    while True:
                        ballast.write(b"\0" * size)
                except OSError as error:
                    self.assertEqual(error.errno, errno.ENOSPC)
            if leave:
                ballast.truncate(os.path.getsize(path) - leave)

    def free(self):
        os.remove(f"{self.disk}/ballast")

    def sign(self, port, digest=DIGEST):
        body = json.dumps({"artifact": digest, "artifact_type": "sbom", "subject": "s"}).encode()
        return wire.request(port, "POST", "/v1/sign", body, JSON)

    def expect_refusals(self, service, writer):
        refused = self.sign(service.port)
        self.assertEqual(refused.status, 503, refused)
        self.assertIn("is full. Free space, then try again.", json.loads(refused.body)["detail"])
        self.assertIn("retry-after", refused.headers)
        refused = wire.request(service.port, "POST", "/api/v1/log/entries", writer.proposal(b"f" * 32), JSON)
        self.assertEqual((refused.status, json.loads(refused.body)["code"]), (503, 503))
        self.assertIn("is full", json.loads(refused.body)["message"])
        ready = wire.request(service.port, "GET", "/v1/ready")
        self.assertEqual(ready.status, 503)
        self.assertIn("is full", " ".join(json.loads(ready.body)["problems"]))

    def expect_reads(self, port, digest):
        verdict = wire.request(port, "POST", "/v1/verify", json.dumps({"artifact": digest}).encode(), JSON)
        self.assertTrue(json.loads(verdict.body)["valid"], verdict)
        for path in ("/v1/transparency/0", "/v1/stats", "/api/v1/log", "/api/v1/log/entries?logIndex=0", "/v1/health"):
            self.assertEqual(wire.request(port, "GET", path).status, 200, path)

    def test_refuses_to_sign_serves_reads_and_signs_again_once_there_is_room(self):
        service, auditor = self.start(), Auditor()
        writer = Writer(0, [service], auditor)
        writer.sign(b"1" * 32)
        writer.submit(b"2" * 32)
        for room in (0, 4096, 12288, 40960):  # full at different steps of a signature
            self.fill(room)
            wait_until("the disk is full for a signature", lambda: self.sign(service.port).status == 503)
            self.fill()
            self.expect_refusals(service, writer)
            self.expect_reads(service.port, "sha256:" + (b"1" * 32).hex())
            auditor.look(service.port)
            self.free()
            self.assertEqual(wire.request(service.port, "GET", "/v1/ready").status, 200)
            writer.sign(room.to_bytes(32, "big"))
            writer.submit((room + 1).to_bytes(32, "big"))
        size = auditor.read_all(service.port)
        self.assertGreaterEqual(size, len(auditor.acknowledged))
        for index, evidence in auditor.acknowledged.items():
            if evidence:
                body = json.dumps({"artifact": evidence[0], "signature": evidence[1], "certificate": evidence[2]}).encode()
                self.assertTrue(json.loads(wire.request(service.port, "POST", "/v1/verify", body, JSON).body)["valid"], index)
