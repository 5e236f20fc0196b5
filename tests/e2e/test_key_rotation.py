"""Keys rotate under the eyes of outsiders: cosign verifies bundles of before and after with the new trusted root, and a rotation that
is killed leaves a sound installation. What rekor-cli makes of it is in test_rekor_cli.py."""
import hashlib
import json
import random
import signal
import subprocess

from debian_tools import program_or_skip
from harness import Case, PATIENCE, Running, program
import wire

ISSUER = "https://certus-trust"


class KeyRotation(Case):
    def setUp(self):
        super().setUp()
        self.service = self.start_trust()

    def post(self, path, body):
        return wire.request(self.service.port, "POST", path, json.dumps(body).encode(), {"Content-Type": "application/json"})

    def sign(self, content) -> dict:
        digest = "sha256:" + hashlib.sha256(content.encode()).hexdigest()
        answer = self.post("/v1/sign", {"artifact": digest, "artifact_type": "release", "subject": content})
        self.assertEqual(answer.status, 202, answer)
        return json.loads(answer.body)

    def valid(self, content) -> bool:
        digest = "sha256:" + hashlib.sha256(content.encode()).hexdigest()
        return json.loads(self.post("/v1/verify", {"artifact": digest}).body)["valid"]

    def rotate(self, command, expect=0):
        done = subprocess.run([str(program("certus-trust")), command], env=self.env(), capture_output=True, text=True, timeout=PATIENCE,
                              check=False)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def restart_after(self, *commands):
        self.service.stop()
        for command in commands:
            self.assertIn("signs from now on", self.rotate(command))
        self.service = self.start_trust()

    def save_root(self, name):
        (self.folder / name).write_bytes(wire.request(self.service.port, "GET", "/v1/keys/trusted_root.json").body)

    def save(self, content):
        """Signs the content; its file and its bundle are named by it."""
        reply = self.sign(content)
        (self.folder / content).write_text(content, encoding="utf-8")
        (self.folder / f"{content}.bundle").write_text(json.dumps(reply["bundle"]), encoding="utf-8")
        self.identity = reply["signer"]

    def run_verifier(self, command, *arguments):
        return subprocess.run([str(command), *map(str, arguments)], cwd=self.folder, env=self.env(), capture_output=True, text=True,
                              timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL)

    def test_our_verifier_and_both_roots(self):
        self.save("old")
        self.save_root("old.json")
        self.restart_after("rotate-log-key", "rotate-ca")
        self.save("new")
        self.save_root("new.json")
        for root, content, proven in (("old.json", "old", True), ("new.json", "old", True), ("new.json", "new", True), ("old.json", "new", False)):
            done = self.run_verifier(program("certus-trust"), "verify-bundle", "--bundle", f"{content}.bundle", "--certificate-identity", self.identity,
                                     "--certificate-oidc-issuer", ISSUER, "--trusted-root", root, content)
            self.assertEqual(done.returncode == 0, proven, f"{content} with {root}: {done.stdout}{done.stderr}")
        self.assertTrue(self.valid("old") and self.valid("new"))

    def test_cosign_verifies_bundles_of_before_and_after_with_the_new_root(self):
        cosign = program_or_skip(self, "cosign")
        self.save("old")
        self.restart_after("rotate-log-key", "rotate-ca")
        self.save("new")
        self.save_root("new.json")
        for content in ("old", "new"):
            done = self.run_verifier(cosign, "verify-blob", "--bundle", f"{content}.bundle", "--trusted-root", "new.json", "--certificate-identity",
                                     self.identity, "--certificate-oidc-issuer", ISSUER, "--insecure-ignore-sct", content)
            self.assertEqual(done.returncode, 0, f"{content}: {done.stdout}{done.stderr}")

    def test_is_refused_while_the_service_runs(self):
        for command in ("rotate-log-key", "rotate-ca"):
            self.assertIn("A Trust service runs", self.rotate(command, expect=1))
        self.sign("still")
        self.assertTrue(self.valid("still"))

    def test_is_refused_while_a_gateway_embeds_the_service(self):
        self.service.stop()
        gateway = self.start_gateway()
        self.assertIn("every gateway that embeds it", self.rotate("rotate-log-key", expect=1))
        gateway.stop()
        self.assertIn("signs from now on", self.rotate("rotate-log-key"))

    def test_killed_at_any_moment_it_leaves_a_sound_installation(self):
        contents = ["first"]
        self.sign("first")
        for number in range(6):
            self.service.stop()
            running = Running([program("certus-trust"), random.choice(["rotate-log-key", "rotate-ca"])], self.env(), self.folder, f"rotation-{number}")
            try:
                running.process.wait(random.uniform(0.001, 0.03))
            except subprocess.TimeoutExpired:
                running.process.send_signal(signal.SIGKILL)
            running.process.wait(PATIENCE)
            running._log.close()
            self.service = self.start_trust()
            contents.append(f"after {number}")
            self.sign(contents[-1])
            for content in contents:
                self.assertTrue(self.valid(content), f"{content} after kill {number}")
