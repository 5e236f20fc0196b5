"""A service that is down, slow, broken or somebody else: the model is told what to do, and nothing else suffers."""
import re
import threading

import harness
from harness import Case, DIGEST
import upstream


class ServiceFailures(Case):
    def gateway_for(self, answer, **options):
        service = upstream.Upstream(answer)
        self.addCleanup(service.close)
        self.service = service
        return self.start_gateway(services={"trust": {"url": service.url, **options}})

    def assert_good_error(self, gateway, text, *parts):
        for part in parts:
            self.assertIn(part, text)
        self.assertNotIn("http://", text)
        last = text.rstrip().splitlines()[-1]
        self.assertNotIn(str(self.service.port), text.replace(last, ""))  # an id may hold any digits
        self.assertRegex(last, r"^Request id: \S+$")
        ident = last.partition(": ")[2]
        harness.wait_until("the request id is in the log", lambda: ident in gateway.log())

    def test_each_failure_says_what_and_whether_to_try_again(self):
        cases = {
            "500": (500, {"detail": "Signing failed"}, "error inside the Trust service (status 500): Signing failed", "Try again"),
            "503 with a time": (503, {"detail": "starting"}, "not ready: starting", "Try again in 7 seconds", {"Retry-After": "7"}),
            "401": (401, {}, "credential", "tell the operator"),
            "429": (429, {}, "too many requests", "Try again"),
            "422 list": (422, {"detail": [{"loc": ["query", "limit"], "msg": "too big", "input": "s3cret"}]}, "`limit`: too big", "Correct"),
            "html error page": (502, b"<html>Bad Gateway</html>", "nothing behind", "Try again", {"Content-Type": "text/html"}),
            "html page": (200, b"<html>Welcome</html>", "not JSON", "Trying again will not help", {"Content-Type": "text/html"}),
            "cut off": (None, b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"total", "broke the connection off", "Try again"),
            "no HTTP": (None, b"SSH-2.0-OpenSSH_9\r\n", "failed:", "ry again"),
        }
        current = {}
        gateway = self.gateway_for(lambda *_: current["answer"])
        client = gateway.client()
        for name, (status, body, *rest) in cases.items():
            with self.subTest(service=name):
                headers = [part for part in rest if isinstance(part, dict)]
                current["answer"] = (status, body, *headers)
                text = client.error("get_stats")
                self.assert_good_error(gateway, text, *[part for part in rest if isinstance(part, str)])
                self.assertNotIn("s3cret", text)
                self.assertNotIn("<html>", text)

    def test_an_answer_over_the_cap_is_refused(self):
        gateway = self.gateway_for(lambda *_: (200, {"padding": "x" * 5000}), max_response_bytes=2048)
        self.assert_good_error(gateway, gateway.client().error("get_stats"), "larger than the gateway accepts")

    def test_a_slow_service_times_out_and_sign_warns_before_repeating(self):
        end = threading.Event()
        gateway = self.gateway_for(upstream.hanging(end), timeout_seconds=1)
        self.addCleanup(end.set)
        self.assert_good_error(gateway, gateway.client().error("get_stats"), "did not answer in time", "Try again")
        text = gateway.client().error("sign", {"artifact": DIGEST, "artifact_type": "sbom"})
        self.assert_good_error(gateway, text, "may have been recorded", "verify")

    def test_a_down_service_leaves_the_catalogue_and_the_handshake_alone(self):
        gateway = self.gateway_for(lambda *_: (200, {}))
        self.service.close()
        client = gateway.client()
        self.assertEqual(len(client.tools()), 5)
        self.assertIn("capabilities", client.request("server/discover"))
        self.assertIn("serverInfo", gateway.legacy().open())
        text = client.error("get_stats")
        self.assert_good_error(gateway, text, "cannot be reached")
        self.assertEqual(gateway.get("/healthz").status, 200)

    def test_the_service_sees_the_caller_the_request_id_and_only_our_headers(self):
        gateway = self.gateway_for(upstream.original_trust)
        gateway.client().data("get_stats")
        method, path, headers, _ = self.service.requests[-1]
        self.assertEqual((method, path), ("GET", "/v1/stats"))
        lower = {name.lower(): value for name, value in headers.items()}
        self.assertEqual(lower["host"], f"127.0.0.1:{self.service.port}")
        self.assertIn("x-request-id", lower)
        self.assertNotIn("mcp-method", lower)

    def test_todays_certus_trust_is_unproven_never_verified(self):
        client = self.gateway_for(upstream.original_trust).client()
        verdict = client.data("verify", {"artifact": DIGEST, "signature": "anything", "identity": "certus-assurance@certus.cloud"})
        self.assertEqual((verdict["valid"], verdict["status"]), (False, "unproven"))
        self.assertIn("cannot look an artifact up", client.error("verify", {"artifact": DIGEST}))
        signed = client.data("sign", {"artifact": DIGEST, "artifact_type": "sbom"})
        self.assertEqual(signed["status"], "mock")
        self.assertEqual(client.data("get_provenance", {"scan_id": "any"})["chain_status"], "unproven")
        page = client.data("query_transparency", {"start_date": "2025-12-03", "end_date": "2025-12-10", "limit": 3})
        self.assertEqual([entry["entry_id"] for entry in page["entries"]], ["e2", "e3", "e4"])
        rest = client.data("query_transparency", {"start_date": "2025-12-03", "end_date": "2025-12-10", "cursor": page["next_cursor"]})
        self.assertEqual([entry["entry_id"] for entry in rest["entries"]], [f"e{n}" for n in range(5, 10)])
        self.assertIn("does not record types", client.error("query_transparency", {"artifact_type": "sbom"}))
        self.assertFalse(re.search("rekor", str(signed)))
