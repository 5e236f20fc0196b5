"""The real rekor-cli against certus-trust: what it uploads it gets back, verifies, finds, and sees the log grow consistently."""
import base64
import hashlib
import json
import subprocess

from debian_tools import program_or_skip
from harness import Case, DIGEST, PATIENCE, program
import wire


class RekorCli(Case):
    def setUp(self):
        super().setUp()
        self.program = program_or_skip(self, "rekor-cli")
        self.service = self.start_trust()
        self.key("key", "prime256v1")

    def openssl(self, *arguments):
        subprocess.run(["openssl", *map(str, arguments)], cwd=self.folder, check=True, capture_output=True, timeout=PATIENCE)

    def key(self, name, curve):
        self.openssl("ecparam", "-genkey", "-name", curve, "-noout", "-out", f"{name}.pem")
        self.openssl("pkey", "-in", f"{name}.pem", "-pubout", "-out", f"{name}.pub")

    def rekor(self, command, *arguments, expect=0) -> str:
        done = subprocess.run([str(self.program), command, "--rekor_server", f"http://127.0.0.1:{self.service.port}", *map(str, arguments)],
                              cwd=self.folder, env=self.env(), capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertEqual(done.returncode, expect, f"{command} {arguments}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def artifact(self, content, digest="sha256", key="key") -> list:
        """Signs the content; the arguments that name it to rekor-cli."""
        (self.folder / "artifact").write_bytes(content)
        self.openssl("dgst", f"-{digest}", "-sign", f"{key}.pem", "-out", "artifact.sig", "artifact")
        return ["--type", "hashedrekord:0.0.1", "--artifact-hash", hashlib.new(digest, content).hexdigest(), "--signature", "artifact.sig",
                "--public-key", f"{key}.pub", "--pki-format", "x509"]

    def upload(self, arguments) -> str:
        said = self.rekor("upload", *arguments)
        self.assertIn("Created entry at index", said)
        return said.strip().rsplit("/", 1)[1]

    def test_what_is_uploaded_is_found_and_verified(self):
        arguments = self.artifact(b"release 1\n")
        uuid = self.upload(arguments)
        self.assertIn(f"UUID: {uuid}", self.rekor("get", "--log-index", 0))
        self.assertIn("HashedRekordObj", self.rekor("get", "--uuid", uuid))
        self.assertIn("HashedRekordObj", self.rekor("get", "--uuid", uuid[16:]))
        verified = self.rekor("verify", *arguments)
        self.assertIn("Current Tree Size: 1", verified)
        self.assertIn(uuid[16:], verified)
        digest = hashlib.sha256(b"release 1\n").hexdigest()
        for search in (["--artifact", "artifact"], ["--sha", f"sha256:{digest}"], ["--public-key", "key.pub", "--pki-format", "x509"]):
            self.assertIn(uuid, self.rekor("search", *search))

    def test_a_certificate_is_a_key_like_any_other(self):
        self.openssl("req", "-new", "-x509", "-key", "key.pem", "-subj", "/CN=carol", "-addext", "subjectAltName=email:carol@example.org",
                     "-days", "3", "-out", "key.pub")
        arguments = self.artifact(b"release 1\n")
        uuid = self.upload(arguments)
        self.assertIn(uuid[16:], self.rekor("verify", *arguments))
        self.assertIn(uuid, self.rekor("search", "--email", "carol@example.org"))
        self.assertIn(uuid, self.rekor("search", "--public-key", "key.pub", "--pki-format", "x509"))

    def test_what_is_not_in_the_log_does_not_verify(self):
        self.upload(self.artifact(b"release 1\n"))
        self.rekor("verify", *self.artifact(b"release 2\n"), expect=1)
        self.rekor("get", "--log-index", 1, expect=1)

    def test_a_signature_of_another_artifact_is_not_taken(self):
        arguments = self.artifact(b"release 1\n")
        arguments[3] = hashlib.sha256(b"release 2\n").hexdigest()
        self.assertNotIn("Created entry", self.rekor("upload", *arguments, expect=1))

    def test_uploading_twice_names_the_entry_that_is_there(self):
        arguments = self.artifact(b"release 1\n")
        uuid = self.upload(arguments)
        said = self.rekor("upload", *arguments)
        self.assertIn("already exists", said)
        self.assertIn(uuid, said)

    def test_another_curve_with_its_digest(self):
        self.key("long", "secp521r1")  # its --artifact-hash takes no sha384
        arguments = self.artifact(b"release 1\n", "sha512", "long")
        self.rekor("get", "--uuid", self.upload(arguments))

    def test_the_log_grows_consistently_in_the_eyes_of_the_client(self):
        for number in range(3):
            self.upload(self.artifact(f"release {number}\n".encode()))
        self.assertIn("Verification Successful!", self.rekor("loginfo"))
        for number in range(3, 8):
            self.upload(self.artifact(f"release {number}\n".encode()))
        grown = self.rekor("loginfo")  # proves the new head from the one that it remembers
        self.assertIn("Verification Successful!", grown)
        self.assertNotIn("unable to prove", grown)
        self.assertIn("Active Tree Size:       8", grown)
        self.assertIn("Hashes: [", self.rekor("logproof", "--first-size", 3, "--last-size", 8))

    def test_what_the_service_signs_is_an_entry_like_any_other(self):
        body = json.dumps({"artifact": DIGEST, "artifact_type": "sbom", "subject": "s"}).encode()
        signed = json.loads(wire.request(self.service.port, "POST", "/v1/sign", body, {"Content-Type": "application/json"}).body)
        self.assertIn(signed["signature"], self.rekor("get", "--uuid", signed["entry_id"]))
        self.assertIn(signed["entry_id"], self.rekor("search", "--sha", DIGEST))
        self.assertIn(signed["entry_id"], self.rekor("search", "--email", "service@example.com"))

    def test_a_dsse_envelope(self):
        digest = hashlib.sha256(b"release 1\n").hexdigest()
        payload = json.dumps({"_type": "https://in-toto.io/Statement/v1", "subject": [{"name": "app", "digest": {"sha256": digest}}],
                              "predicateType": "https://slsa.dev/provenance/v1", "predicate": {}}).encode()
        kind = b"application/vnd.in-toto+json"
        (self.folder / "pae").write_bytes(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
        self.openssl("dgst", "-sha256", "-sign", "key.pem", "-out", "pae.sig", "pae")
        signature = base64.b64encode((self.folder / "pae.sig").read_bytes()).decode()
        (self.folder / "envelope.json").write_text(json.dumps({
            "payload": base64.b64encode(payload).decode(), "payloadType": kind.decode(), "signatures": [{"keyid": "", "sig": signature}]}))
        arguments = ["--type", "dsse:0.0.1", "--artifact", "envelope.json", "--public-key", "key.pub", "--pki-format", "x509"]
        uuid = self.upload(arguments)
        self.assertIn("DSSEObj", self.rekor("get", "--uuid", uuid))
        self.assertIn(uuid[16:], self.rekor("verify", *arguments))
        self.assertIn(uuid, self.rekor("search", "--sha", f"sha256:{digest}"))

    def test_after_the_key_was_rotated_it_is_one_log_that_grew_and_vouches_for_old_entries(self):
        old = self.artifact(b"release 1\n")
        uuid = self.upload(old)
        self.assertIn("Verification Successful!", self.rekor("loginfo"))
        port = self.service.port  # rekor-cli remembers heads by address
        self.service.stop()
        subprocess.run([str(program("certus-trust")), "rotate-log-key"], env=self.env(), check=True, capture_output=True, timeout=PATIENCE)
        self.service = self.start_trust(port=port)
        self.assertIn("Verification Successful!", self.rekor("loginfo"))
        self.assertIn(uuid[16:], self.rekor("verify", *old))
        self.assertIn("already exists", self.rekor("upload", *old))
        (self.folder / "artifact.sig").unlink()
        new = self.artifact(b"release 2\n")
        self.upload(new)
        grown = self.rekor("loginfo")
        self.assertIn("Verification Successful!", grown)
        self.assertIn("Active Tree Size:       2", grown)
        self.rekor("verify", *new)
