"""The five tools over the wire, against the embedded Trust service: sign for real, verify for real."""
import base64

from harness import Case, DIGEST
from mcp import RpcError

OTHER = "sha256:" + "ab" * 32


def flipped(signature: str) -> str:
    """The same base64 with one bit of the last byte changed: still DER, no longer this signature."""
    raw = bytearray(base64.b64decode(signature))
    raw[-1] ^= 1
    return base64.b64encode(bytes(raw)).decode()


class TrustFlow(Case):
    def setUp(self):
        super().setUp()
        self.gateway = self.start_gateway()
        self.trust = self.gateway.client("/mcp/trust")

    def sign(self, **more):
        return self.trust.data("sign", {"artifact": DIGEST, "artifact_type": "container_image", "subject": "myapp:v2.1.0", **more})

    def verify(self, signed, **changed):
        arguments = {"artifact": DIGEST, "signature": signed["signature"], "certificate": signed["certificate"], **changed}
        return self.trust.data("verify", {key: value for key, value in arguments.items() if value is not None})

    def test_what_was_signed_verifies_for_its_signer(self):
        signed = self.sign()
        self.assertEqual((signed["status"], signed["warnings"]), ("signed", []))
        self.assertEqual(signed["signer"], "tester@example.com")
        self.assertTrue(signed["certificate"].startswith("-----BEGIN CERTIFICATE-----"))
        self.assertEqual(signed["transparency_entry"]["index"], 0)
        verdict = self.verify(signed, identity="tester@example.com")
        self.assertEqual((verdict["valid"], verdict["status"], verdict["failed_checks"]), (True, "verified", []))
        self.assertEqual(verdict["transparency_index"], 0)
        self.assertTrue({"signature", "log_entry", "inclusion_proof", "certificate"} <= {c["name"] for c in verdict["checks"]})
        self.assertNotIn("rekor.sigstore.dev", str(verdict) + str(signed))

    def test_without_an_expected_signer_the_answer_only_says_who_signed(self):
        verdict = self.verify(self.sign())
        self.assertEqual((verdict["valid"], verdict["status"]), (True, "signer_not_checked"))
        self.assertIn("signed by tester@example.com", verdict["summary"])
        self.assertIn("you named no expected signer", verdict["summary"])

    def test_a_digest_alone_is_looked_up_in_the_log(self):
        self.sign()
        found = self.trust.data("verify", {"artifact": DIGEST, "identity": "tester@example.com"})
        self.assertEqual((found["valid"], found["status"], found["signer"]), (True, "verified", "tester@example.com"))
        absent = self.trust.data("verify", {"artifact": OTHER})
        self.assertEqual((absent["valid"], absent["status"]), (False, "not_signed"))
        stranger = self.trust.data("verify", {"artifact": DIGEST, "identity": "mallory@example.com"})
        self.assertFalse(stranger["valid"])

    def test_every_change_is_found_and_named(self):
        signed = self.sign()
        other = self.trust.data("sign", {"artifact": OTHER, "artifact_type": "sbom"})
        cases = {
            "signature": (dict(signature=flipped(signed["signature"])), {"signature", "log_entry"}),
            "digest": (dict(artifact=OTHER), {"signature", "entry_body"}),
            "certificate": (dict(certificate=other["certificate"]), {"certificate", "signature"}),
            "identity": (dict(identity="mallory@example.com"), {"identity"}),
        }
        for what, (change, named) in cases.items():
            with self.subTest(changed=what):
                verdict = self.verify(signed, **change)
                self.assertEqual((verdict["valid"], verdict["status"]), (False, "failed"))
                self.assertTrue(named & set(verdict["failed_checks"]), verdict["failed_checks"])
                self.assertTrue(verdict["summary"].startswith("NOT VERIFIED"), verdict["summary"])
                if what == "identity":
                    self.assertEqual(verdict["failed_checks"], ["identity"])

    def test_a_made_up_signature_is_never_valid(self):
        verdict = self.trust.data("verify", {"artifact": DIGEST, "signature": "MEUCIQDx"})
        self.assertFalse(verdict["valid"])
        self.assertNotIn("signer", verdict)

    def test_a_scenario_changes_nothing_on_a_real_service(self):
        verdict = self.trust.data("verify", {"artifact": OTHER, "scenario": "verified_premium_scan"})
        self.assertFalse(verdict["valid"])

    def test_provenance_is_assembled_from_what_was_signed(self):
        scan = {"scan_id": "scan_7f8d9e2"}
        self.sign(artifact_type="scan_result", metadata={**scan, "tool": "trivy", "version": "0.48.0"})
        partial = self.trust.data("get_provenance", scan)
        self.assertEqual((partial["status"], partial["chain_status"]), ("proven", "partial"))
        self.assertEqual([each["tool"] for each in partial["scans"]], ["trivy"])
        self.trust.data("sign", {"artifact": OTHER, "artifact_type": "scan_manifest", "metadata": scan})
        self.trust.data("verify", {"artifact": DIGEST})
        chain = self.trust.data("get_provenance", scan)
        self.assertEqual((chain["status"], chain["chain_status"], chain["trust_level"]), ("proven", "complete", "high"))
        self.assertEqual((chain["manifest"]["digest"], chain["manifest"]["signed_by"]), (OTHER, "tester@example.com"))
        self.assertEqual(chain["scans"][0]["signed_by"], "tester@example.com")
        self.assertEqual([step["result"] for step in chain["verification_trail"]], ["verified"])
        self.assertEqual({check["result"] for check in chain["checks"]}, {"passed"})
        short = self.trust.data("get_provenance", {**scan, "include_verification_trail": False})
        self.assertNotIn("verification_trail", short)
        by_artifact = self.trust.data("get_provenance", {"artifact": DIGEST})
        self.assertEqual((by_artifact["artifact"], by_artifact["status"]), (DIGEST, "proven"))

    def test_unknown_provenance_is_not_found(self):
        text = self.trust.error("get_provenance", {"scan_id": "scan_unknown"})
        self.assertIn("Not found", text)

    def test_provenance_wants_exactly_one_name(self):
        for arguments in ({}, {"scan_id": "s", "artifact": DIGEST}):
            self.assertIn("exactly one of `scan_id` and `artifact`", self.trust.error("get_provenance", arguments))

    def test_the_log_is_filtered_and_paged(self):
        for number in range(7):
            self.trust.data("sign", {"artifact": f"sha256:{number:064x}", "artifact_type": "sbom" if number % 2 else "scan_result"})
        seen, cursor = [], {}
        while True:
            page = self.trust.data("query_transparency", {"limit": 3, **cursor})
            self.assertLessEqual(page["count"], 3)
            seen += [entry["artifact"] for entry in page["entries"]]
            if not page["has_more"]:
                break
            cursor = {"cursor": page["next_cursor"]}
        self.assertEqual(sorted(seen), [f"sha256:{number:064x}" for number in range(7)])
        newest = self.trust.data("query_transparency", {"order": "newest", "limit": 1})
        self.assertEqual((newest["entries"][0]["artifact"], newest["total"], newest["total_is_exact"]), (seen[-1], 7, True))
        sboms = self.trust.data("query_transparency", {"artifact_type": "sbom"})
        self.assertEqual((sboms["count"], {e["artifact_type"] for e in sboms["entries"]}), (3, {"sbom"}))
        self.assertEqual(self.trust.data("query_transparency", {"signer": "tester@example.com", "limit": 100})["count"], 7)
        self.assertEqual(self.trust.data("query_transparency", {"signer": "nobody@example.com"})["count"], 0)
        oldest = self.trust.data("query_transparency", {"order": "oldest", "limit": 1})
        days = {"start_date": oldest["entries"][0]["timestamp"][:10], "end_date": newest["entries"][0]["timestamp"][:10]}
        self.assertEqual(self.trust.data("query_transparency", {**days, "limit": 100})["count"], 7)
        self.assertEqual(self.trust.data("query_transparency", {"end_date": "2020-01-01"})["count"], 0)

    def test_the_operators_cap_holds(self):
        capped = self.start_gateway(self.config(
            name="capped.json", modules={"trust": {"path": self.module_path(), "tools": {"query_transparency": {"max_results": 2}}}}),
            env=self.env(XDG_STATE_HOME=str(self.folder / "other")))
        client = capped.client()
        for number in range(3):
            client.data("sign", {"artifact": f"sha256:{number:064x}", "artifact_type": "sbom"})
        page = client.data("query_transparency", {"limit": 50})
        self.assertEqual((page["count"], page["has_more"]), (2, True))
        self.assertIn("2 entries", page["notes"][0])

    @staticmethod
    def module_path():
        import harness
        return harness.module("trust")

    def test_statistics_survive_a_restart(self):
        signed = self.sign()
        self.verify(signed)
        self.verify(signed, signature=flipped(signed["signature"]))
        before = self.trust.data("get_stats")
        self.assertEqual(before["total_signatures"], 1)
        self.assertEqual({k: before["verification_stats"][k] for k in ("total", "successful", "failed")},
                         {"total": 2, "successful": 1, "failed": 1})
        self.assertEqual(before["signers"], ["tester@example.com"])
        self.assertEqual(self.gateway.stop(), 0)
        after = self.start_gateway(name="again.json").client().data("get_stats")
        for key in ("total_signatures", "total_transparency_entries", "verification_stats", "signers"):
            self.assertEqual(after[key], before[key])

    def test_wrong_arguments_say_what_is_right(self):
        text = self.trust.error("sign", {"artifact": "myapp:v2.1.0", "artifact_type": "container_image"})
        self.assertIn("artifact", text)
        self.assertIn("sha256", text)
        self.assertRegex(text, r"\n\nRequest id: [0-9a-z]{26}$")
        self.assertIn("artifact_type", self.trust.error("sign", {"artifact": DIGEST}))
        self.assertIn("limit", self.trust.error("query_transparency", {"limit": 10000}))
        self.assertIn("identety", self.trust.error("verify", {"artifact": DIGEST, "identety": "x"}))

    def test_an_unknown_tool_is_a_protocol_error(self):
        with self.assertRaises(RpcError) as caught:
            self.trust.call("verfy", {})
        self.assertEqual(caught.exception.code, -32602)
