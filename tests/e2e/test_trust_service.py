"""certus-trust alone, and a gateway in front of it: who signs, and what the raw API says."""
import json

from harness import Case, DIGEST
import wire


class TrustServiceAlone(Case):
    def setUp(self):
        super().setUp()
        self.service = self.start_trust(self.env(XDG_STATE_HOME=str(self.folder / "service")))
        self.credential = self.folder / "service" / "certus" / "service-credential"

    def ask(self, method, path, body=None, **headers):
        data = None if body is None else json.dumps(body).encode()
        response = wire.request(self.service.port, method, path, data, {"Content-Type": "application/json", **headers})
        return response.status, json.loads(response.body)

    def sign(self, **headers):
        status, signed = self.ask("POST", "/v1/sign", {"artifact": DIGEST, "artifact_type": "sbom", "subject": "s"}, **headers)
        self.assertEqual(status, 202)
        return signed

    def test_signs_and_verifies_over_its_own_api(self):
        signed = self.sign()
        status, verdict = self.ask("POST", "/v1/verify", {"artifact": DIGEST, "signature": signed["signature"]})
        self.assertEqual((status, verdict["valid"], verdict["signer"]), (200, True, "service@example.com"))

    def test_a_user_is_believed_only_with_the_installations_credential(self):
        self.assertEqual(self.sign(**{"X-User-ID": "mallory@example.com"})["signer"], "service@example.com")
        wrong = {"X-User-ID": "mallory@example.com", "Authorization": "Bearer " + "0" * 64}
        self.assertEqual(self.sign(**wrong)["signer"], "service@example.com")
        right = {"X-User-ID": "alice@example.com", "Authorization": "Bearer " + self.credential.read_text(encoding="utf-8").strip()}
        self.assertEqual(self.sign(**right)["signer"], "alice@example.com")

    def test_a_tag_is_refused_with_the_right_form(self):
        status, body = self.ask("POST", "/v1/sign", {"artifact": "myapp:latest", "artifact_type": "image", "subject": "s"})
        self.assertEqual(status, 422)
        self.assertEqual(body["detail"][0]["loc"], ["body", "artifact"])
        self.assertIn("sha256:", body["detail"][0]["msg"])

    def test_a_gateway_in_front_signs_for_its_caller(self):
        services = {"trust": {"url": f"http://127.0.0.1:{self.service.port}", "credential": {"file": str(self.credential)}}}
        client = self.start_gateway(services=services).client()
        signed = client.data("sign", {"artifact": DIGEST, "artifact_type": "sbom"})
        self.assertEqual(signed["signer"], "tester@example.com")
        verdict = client.data("verify", {"artifact": DIGEST, "signature": signed["signature"], "identity": "tester@example.com"})
        self.assertEqual(verdict["status"], "verified")

    def test_a_gateway_without_the_credential_signs_as_the_service(self):
        services = {"trust": {"url": f"http://127.0.0.1:{self.service.port}"}}
        client = self.start_gateway(services=services).client()
        self.assertEqual(client.data("sign", {"artifact": DIGEST, "artifact_type": "sbom"})["signer"], "service@example.com")

    def test_a_service_that_restarts_is_found_again(self):
        services = {"trust": {"url": f"http://127.0.0.1:{self.service.port}"}}
        client = self.start_gateway(services=services).client()
        self.assertEqual(client.data("get_stats")["total_signatures"], 0)
        self.assertEqual(self.service.stop(), 0)
        self.assertIn("cannot be reached", client.error("get_stats"))


class MockMode(Case):
    def test_mock_scenarios_never_become_a_verdict(self):
        service = self.start_trust(self.env(CERTUS_TRUST_MOCK_SIGSTORE="true"))
        client = self.start_gateway(services={"trust": {"url": f"http://127.0.0.1:{service.port}"}}).client()
        verdict = client.data("verify", {"artifact": DIGEST, "signature": "x", "scenario": "verified_premium_scan"})
        self.assertEqual((verdict["valid"], verdict["status"], verdict["mock"]), (False, "unproven", True))
        chain = client.data("get_provenance", {"scan_id": "any", "scenario": "verified_premium_scan"})
        self.assertEqual((chain["status"], chain["chain_status"], chain["mock"]), ("unproven", "unproven", True))
        self.assertEqual(client.data("sign", {"artifact": DIGEST, "artifact_type": "sbom"})["status"], "mock")
        self.assertTrue(client.data("get_stats")["summary"].startswith("MOCK: "))
