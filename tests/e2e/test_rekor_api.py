"""Rekor's API of certus-trust as a plain HTTP client meets it; and as two processes over one state directory serve it."""
import base64
import concurrent.futures
import hashlib
import json
import shutil
import subprocess

from harness import Case, PATIENCE
import wire

ENTRIES = "/api/v1/log/entries"
JSON = {"Content-Type": "application/json"}


class RekorApi(Case):
    def setUp(self):
        super().setUp()
        if not shutil.which("openssl"):
            self.skipTest("the openssl program is not installed")
        self.openssl("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", "key.pem")
        self.public = self.openssl("pkey", "-in", "key.pem", "-pubout")

    def openssl(self, *arguments, data=None):
        return subprocess.run(["openssl", *arguments], cwd=self.folder, input=data, check=True, capture_output=True, timeout=PATIENCE).stdout

    def proposal(self, content: bytes) -> bytes:
        signature = self.openssl("dgst", "-sha256", "-sign", "key.pem", data=content)
        return json.dumps({"apiVersion": "0.0.1", "kind": "hashedrekord", "spec": {
            "data": {"hash": {"algorithm": "sha256", "value": hashlib.sha256(content).hexdigest()}},
            "signature": {"content": base64.b64encode(signature).decode(),
                          "publicKey": {"content": base64.b64encode(self.public).decode()}}}}).encode()

    def test_statuses_and_headers(self):
        port = self.start_trust().port
        created = wire.request(port, "POST", ENTRIES, self.proposal(b"release"), JSON)
        self.assertEqual(created.status, 201)
        (uuid, entry), = json.loads(created.body).items()
        self.assertEqual((created.headers["etag"], created.headers["location"]), (uuid, f"{ENTRIES}/{uuid}"))
        self.assertEqual(json.loads(wire.request(port, "GET", f"{ENTRIES}/{uuid[16:]}").body), {uuid: entry})
        unknown = wire.request(port, "GET", f"{ENTRIES}/{'a' * 64}")
        self.assertEqual((unknown.status, unknown.body), (404, b""))
        refused = wire.request(port, "DELETE", ENTRIES)
        self.assertEqual((refused.status, refused.headers["allow"]), (405, "GET,POST"))
        self.assertEqual(wire.request(port, "POST", ENTRIES, b"{}", {"Content-Type": "text/plain"}).status, 415)
        self.assertEqual(wire.request(port, "POST", ENTRIES, b"{", JSON).status, 400)
        self.assertEqual(wire.request(port, "GET", "/ping").body, b".")
        key = wire.request(port, "GET", "/api/v1/log/publicKey")
        self.assertEqual(key.headers["content-type"], "application/x-pem-file")

    def test_an_operator_may_close_the_door_or_narrow_it(self):
        port = self.start_trust(arguments=["--no-submissions"]).port
        refused = wire.request(port, "POST", ENTRIES, self.proposal(b"release"), JSON)
        self.assertEqual((refused.status, json.loads(refused.body)["code"]), (403, 403))
        credential = (self.folder / "state" / "certus" / "service-credential").read_text(encoding="utf-8").strip()
        own = {**JSON, "Authorization": f"Bearer {credential}"}
        self.assertEqual(wire.request(port, "POST", ENTRIES, self.proposal(b"release"), own).status, 201)
        port = self.start_trust(arguments=["--submissions-per-minute", "2"]).port
        proposals = [self.proposal(b"release %d" % number) for number in range(3)]
        statuses = [wire.request(port, "POST", ENTRIES, each, JSON).status for each in proposals]
        self.assertEqual(statuses, [201, 201, 429])

    def test_two_processes_append_to_one_tree_and_agree_on_duplicates(self):
        ports = [self.start_trust().port, self.start_trust().port]
        proposals = [self.proposal(b"release %d" % number) for number in range(20)]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            asked = [pool.submit(wire.request, port, "POST", ENTRIES, each, JSON) for each in proposals for port in ports]
            answers = [each.result() for each in asked]
        statuses = [answer.status for answer in answers]
        self.assertEqual((statuses.count(201), statuses.count(409)), (20, 20))
        heads = [json.loads(wire.request(port, "GET", "/api/v1/log").body) for port in ports]
        self.assertEqual(heads[0], heads[1])
        self.assertEqual(heads[0]["treeSize"], 20)
        for answer in answers:
            found = wire.request(ports[1], "GET", answer.headers["location"])
            self.assertEqual(found.status, 200)
