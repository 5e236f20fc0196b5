"""Tokens whose issuer publishes its keys at a URL: waiting for them, not having them, and not asking too often."""
import base64
import hashlib
import json
import threading
import time

import p256
import wire
from harness import ROOT, Case, free_port, wait_until
from upstream import Upstream

ISSUER = "https://id.example.com"
POLICY = """
groups: {developers: {claimed: true}}
rules: {developers-verify: {effect: allow, who: {groups: [developers]}, tools: ["trust/*"]}}
"""
INITIALIZE = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
    "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "keys", "version": "1"}}}


def text64(data) -> str:
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Issuer:
    """Signs tokens, and publishes its key when the test lets it."""

    def __init__(self, case, audience, held=False):
        self.key, self.audience = p256.Signer(), audience
        self.open = threading.Event()
        if not held:
            self.open.set()
        self.answer = (200, self.key_set())
        self.server = Upstream(self._publish)
        case.addCleanup(self.server.close)
        case.addCleanup(self.open.set)

    def _publish(self, _method, _path, _body):
        self.open.wait(60)
        return self.answer

    def key_set(self):
        der = base64.b64decode("".join(self.key.pem.splitlines()[1:-1]))
        x, y = der[-64:-32], der[-32:]
        return {"keys": [{"kty": "EC", "crv": "P-256", "kid": "one", "x": text64(x), "y": text64(y)}]}

    def token(self, kid="one", **claims):
        now = int(time.time())
        signed = text64({"alg": "ES256", "kid": kid}) + "." + text64({
            "iss": ISSUER, "aud": self.audience, "sub": "anna", "groups": ["developers"], "iat": now, "exp": now + 300, **claims})
        r, s = p256._from_der(self.key.sign_digest(hashlib.sha256(signed.encode()).digest()))
        return signed + "." + text64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    def fetches(self):
        return len(self.server.requests)


class IssuerKeys(Case):
    def start(self, **more):
        port = free_port()
        self.issuer = Issuer(self, f"http://127.0.0.1:{port}/mcp", **more)
        (self.folder / "policy").mkdir()
        (self.folder / "policy" / "rules.yaml").write_text(POLICY, encoding="utf-8")
        identity = {"issuers": {"company": {"issuer": ISSUER, "audiences": [self.issuer.audience],
                                            "jwks_url": self.issuer.server.url + "/jwks.json"}},
                    "failures": {"burst": 1000}}
        listeners = {"mcp": {"port": port}, "operations": {"port": free_port()}}
        return self.start_gateway(self.config(policy="policy", identity=identity, listeners=listeners))

    def ask(self, gateway, token):
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Authorization": f"Bearer {token}"}
        return wire.request(gateway.port, "POST", "/mcp", headers=headers, body=json.dumps(INITIALIZE).encode())

    def asking(self, gateway, count):
        """`count` requests at once, and the list that their answers arrive in."""
        answers = []
        token = self.issuer.token()
        threads = [threading.Thread(target=lambda: answers.append(self.ask(gateway, token))) for _ in range(count)]
        for each in threads:
            each.start()
            self.addCleanup(each.join)
        return answers

    def test_a_request_waits_for_keys_that_are_on_their_way(self):
        gateway = self.start(held=True)
        wait_until("the keys are asked for", self.issuer.fetches)
        answers = self.asking(gateway, 8)
        wait_until("all requests have arrived", lambda: gateway.metric("certus_gateway_connections", listener="mcp") >= 8)
        self.assertEqual(answers, [])
        self.issuer.open.set()
        wait_until("all are answered", lambda: len(answers) == 8)
        self.assertEqual([answer.status for answer in answers], [200] * 8, answers)
        self.assertEqual(self.issuer.fetches(), 1)

    def test_whoami_fetches_keys_when_it_is_asked_to_and_says_what_to_do_when_it_cannot(self):
        gateway = self.start()
        wait_until("the gateway has its own", lambda: gateway.metric("certus_gateway_jwks_fetches_total", issuer="company", result="ok") == 1)
        fetches = self.issuer.fetches()
        catalog = ROOT / "policy" / "examples" / "catalog.json"
        def whoami(*options, expect, token=None):
            out, _ = self.command("whoami", "--config", self.folder / "gateway.json", "--catalog", catalog, "--json", *options, expect=expect,
                                  env=self.env(CERTUS_TOKEN=token or self.issuer.token()))
            return json.loads(out)
        self.assertIn("--fetch", whoami(expect=1)["meaning"])
        self.assertEqual(self.issuer.fetches(), fetches)
        self.assertEqual(whoami("--fetch", expect=0)["subject"], "anna")
        self.assertEqual(self.issuer.fetches(), fetches + 1)
        self.assertEqual(whoami("--fetch", expect=1, token=self.issuer.token(kid="two"))["reason"], "unknown_key")
        self.assertEqual(whoami("--fetch", expect=1, token=self.issuer.token(iss="https://other.example.com"))["reason"], "unknown_issuer")
        self.assertEqual(self.issuer.fetches(), fetches + 2)
        for answer, why in (((500, {}), "HTTP 500"), ((200, {"no": "keys"}), "")):
            self.issuer.answer = answer
            said = whoami("--fetch", expect=1)
            self.assertEqual(said["reason"], "keys_not_fetched")
            self.assertIn(why, said["meaning"])
            self.assertIn("copy `jwks_uri`", said["meaning"])
            self.assertIn("identity.issuers.company.jwks_url", said["meaning"])
        self.issuer.server.close()
        self.assertIn("reach", whoami("--fetch", expect=1)["meaning"])
        self.command("whoami", "--fetch", "--jwks", "keys.json", "--config", self.folder / "gateway.json", expect=2)

    def test_without_keys_the_answer_is_503_and_says_when_to_come_again(self):
        gateway = self.start(held=True)
        self.issuer.answer = (500, {"error": "down"})
        answers = self.asking(gateway, 1)
        self.issuer.open.set()
        wait_until("it is answered", lambda: answers)
        self.assertEqual(answers[0].status, 503, answers)
        self.assertGreater(int(answers[0].headers["retry-after"]), 0)
        self.assertNotIn("www-authenticate", answers[0].headers)
        self.assertEqual(gateway.metric("certus_gateway_jwks_fetches_total", issuer="company", result="status"), 1)
        wait_until("the log says so", lambda: "issuer_keys" in gateway.log() and "HTTP 500" in gateway.log())

    def test_made_up_keys_cause_no_fetches(self):
        gateway = self.start()
        wait_until("the keys are there", lambda: gateway.metric("certus_gateway_jwks_fetches_total", issuer="company", result="ok"))
        self.assertEqual(self.ask(gateway, self.issuer.token()).status, 200)
        for name in ("two", "../../etc/passwd", "https://evil.example.com/jwks.json", "one ", "x" * 300):
            self.assertEqual(self.ask(gateway, self.issuer.token(kid=name)).status, 401, name)
        self.assertEqual(self.issuer.fetches(), 1)
        self.assertEqual([path for _, path, _, _ in self.issuer.server.requests], ["/jwks.json"])
