"""The real cosign with certus-trust as its log: it signs and attests into it, and verifies offline what it got."""
import hashlib
import json
import subprocess

from debian_tools import program_or_skip
from harness import Case, PATIENCE, program
import wire

SIGNING_CONFIG = {
    "mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json", "rekorTlogConfig": {"selector": "ANY"}, "tsaConfig": {"selector": "ANY"}}
VALID_FROM = {"start": "2020-01-01T00:00:00Z"}


class CosignLog(Case):
    def setUp(self):
        super().setUp()
        self.program = program_or_skip(self, "cosign")
        self.service = self.start_trust()
        url = f"http://127.0.0.1:{self.service.port}"
        self.write("signing.json", {**SIGNING_CONFIG, "rekorTlogUrls": [
            {"url": url, "majorApiVersion": 1, "validFor": VALID_FROM, "operator": "certus"}]})
        self.write("root.json", json.loads(self.get("/v1/keys/trusted_root.json").body))
        (self.folder / "artifact").write_bytes(b"release 1\n")
        (self.folder / "other").write_bytes(b"release 2\n")
        self.cosign("generate-key-pair", "--output-key-prefix", "outsider")

    def write(self, name, document):
        (self.folder / name).write_text(json.dumps(document), encoding="utf-8")

    def get(self, path):
        return wire.request(self.service.port, "GET", path)

    def cosign(self, *arguments, succeeds=True) -> str:
        done = subprocess.run([str(self.program), *map(str, arguments)], cwd=self.folder, env=self.env(COSIGN_PASSWORD=""),
                              capture_output=True, text=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode == 0, succeeds, f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def import_key(self, *how):
        """Of now on, outsider.key is one of this kind."""
        subprocess.run(["openssl", *how, "-out", "raw.pem"], cwd=self.folder, check=True, capture_output=True, timeout=PATIENCE)
        for name in ("outsider.key", "outsider.pub"):
            (self.folder / name).unlink()
        self.cosign("import-key-pair", "--key", "raw.pem", "--output-key-prefix", "outsider")

    def ours(self, *arguments, bundle="bundle.json", artifact="artifact") -> int:
        """certus-trust verify-bundle, as one who has the files alone."""
        done = subprocess.run([str(program("certus-trust")), "verify-bundle", "--bundle", bundle, "--trusted-root", "root.json", *arguments,
                               artifact], cwd=self.folder, env=self.env(), capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.assertIn(done.returncode, (0, 1), done.stdout + done.stderr)
        return done.returncode

    def into_log(self, command, *arguments):
        self.cosign(command, "--yes", "--key", "outsider.key", "--signing-config", "signing.json", "--trusted-root", "root.json",
                    "--bundle", "bundle.json", *arguments, "artifact")

    def offline(self, command, *arguments, artifact="artifact", succeeds=True):
        return self.cosign(command, "--key", "outsider.pub", "--trusted-root", "root.json", "--bundle", "bundle.json", *arguments, artifact,
                           succeeds=succeeds)

    def test_a_signature_is_logged_and_verifies_without_the_log(self):
        self.into_log("sign-blob")
        self.service.stop()
        self.assertIn("Verified OK", self.offline("verify-blob"))
        self.offline("verify-blob", artifact="other", succeeds=False)
        self.assertEqual([self.ours("--key", "outsider.pub", artifact=name) for name in ("artifact", "other")], [0, 1])

    def test_rsa_keys_of_every_usual_size(self):
        for bits in (2048, 3072, 4096):
            self.import_key("genpkey", "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{bits}")
            self.into_log("sign-blob")
            self.offline("verify-blob")
            self.offline("verify-blob", artifact="other", succeeds=False)
            self.assertEqual([self.ours("--key", "outsider.pub", artifact=name) for name in ("artifact", "other")], [0, 1])

    def test_longer_curves_with_their_digests(self):
        # cosign 3.1 signs with the curve's digest and verifies --key with SHA-256 unless it is told so; with a log or without one.
        for curve, digest in (("secp384r1", "sha384"), ("secp521r1", "sha512")):
            self.import_key("ecparam", "-genkey", "-noout", "-name", curve)
            self.into_log("sign-blob")
            self.offline("verify-blob", "--signature-digest-algorithm", digest)
            self.offline("verify-blob", "--signature-digest-algorithm", digest, artifact="other", succeeds=False)
            self.assertEqual([self.ours("--key", "outsider.pub", artifact=name) for name in ("artifact", "other")], [0, 1])

    def test_what_the_service_signs_is_verified_by_identity_and_issuer(self):
        digests = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
        for name, digest in digests.items():  # each digest has its curve
            body = json.dumps({"artifact": f"{name}:{digest(b'release 1' + bytes([10])).hexdigest()}", "artifact_type": "file", "subject": "artifact"})
            answer = wire.request(self.service.port, "POST", "/v1/sign", body.encode(), {"Content-Type": "application/json"})
            self.write("bundle.json", json.loads(answer.body)["bundle"])
            for who, issuer, artifact, good in (("service@example.com", "https://certus-trust", "artifact", True),
                                                ("mallory@example.com", "https://certus-trust", "artifact", False),
                                                ("service@example.com", "https://accounts.example.com", "artifact", False),
                                                ("service@example.com", "https://certus-trust", "other", False)):
                named = ["--certificate-identity", who, "--certificate-oidc-issuer", issuer]
                self.cosign("verify-blob", "--bundle", "bundle.json", "--trusted-root", "root.json", *named, "--insecure-ignore-sct", artifact,
                            succeeds=good)
                self.assertEqual(self.ours(*named, artifact=artifact) == 0, good, f"{name} {named} {artifact}")

    def test_an_attestation_is_logged_and_found_by_its_subject(self):
        self.write("predicate.json", {"builder": {"id": "https://builder.example"}})
        self.into_log("attest-blob", "--predicate", "predicate.json", "--type", "custom")
        self.assertIn("Verified OK", self.offline("verify-blob-attestation", "--type", "custom"))
        self.offline("verify-blob-attestation", "--type", "slsaprovenance", succeeds=False)
        self.offline("verify-blob-attestation", "--type", "custom", artifact="other", succeeds=False)
        self.assertEqual([self.ours("--key", "outsider.pub", artifact=name) for name in ("artifact", "other")], [0, 1])
        types = ("https://cosign.sigstore.dev/attestation/v1", "https://slsa.dev/provenance/v1")
        self.assertEqual([self.ours("--key", "outsider.pub", "--predicate-type", each) for each in types], [0, 1])
        digest = hashlib.sha256(b"release 1\n").hexdigest()
        found = wire.request(self.service.port, "POST", "/api/v1/index/retrieve", json.dumps({"hash": digest}).encode(),
                             {"Content-Type": "application/json"})
        self.assertEqual(len(json.loads(found.body)), 1)

    def test_a_bundle_whose_promise_was_altered_is_refused(self):
        self.into_log("sign-blob")
        bundle = json.loads((self.folder / "bundle.json").read_text(encoding="utf-8"))
        entry = bundle["verificationMaterial"]["tlogEntries"][0]
        entry["integratedTime"] = str(int(entry["integratedTime"]) - 1)
        self.write("bundle.json", bundle)
        self.offline("verify-blob", succeeds=False)
