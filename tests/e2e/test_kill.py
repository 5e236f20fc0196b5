"""Long: kill -9 in the middle of signing, over and over. What was acknowledged is in the log and verifies; the log goes on.
Runs only when it is named:  tests/e2e/run BUILD_DIR kill   (CERTUS_LONG=1 for forty rounds instead of six)"""
import os
import random
import threading
import time

from harness import Case, Gateway
import wire

ROUNDS = 40 if os.environ.get("CERTUS_LONG") else 6
WRITERS = 4


class Kill(Case):
    def sign_until_killed(self, gateway, round_number, writer, acknowledged):
        client = gateway.client()
        for count in range(10_000):
            digest = f"sha256:{round_number:016x}{writer:016x}{count:032x}"
            try:
                signed = client.data("sign", {"artifact": digest, "artifact_type": "sbom"})
            except (OSError, ValueError, AssertionError, KeyError, IndexError):
                return  # the connection broke: not acknowledged
            acknowledged.append((digest, signed))

    def one_round(self, number, acknowledged):
        gateway = Gateway(self, self.config(name=f"round{number}.json"), self.env())
        threads = [threading.Thread(target=self.sign_until_killed, args=(gateway, number, writer, acknowledged)) for writer in range(WRITERS)]
        for thread in threads:
            thread.start()
        before = len(acknowledged)
        deadline = time.monotonic() + 30
        while len(acknowledged) < before + random.randint(3, 25) and time.monotonic() < deadline:
            time.sleep(0.001)
        gateway.running.process.kill()
        gateway.running.process.wait()
        gateway._stopped = 0  # killed on purpose: nothing left to stop
        for thread in threads:
            thread.join(60)
        self.assertGreater(len(acknowledged), before)

    def test_no_acknowledged_signature_is_lost(self):
        acknowledged = []
        for number in range(ROUNDS):
            self.one_round(number, acknowledged)
        client = self.start_gateway(name="last.json").client()
        for digest, signed in acknowledged:
            verdict = client.data("verify", {"artifact": digest, "signature": signed["signature"], "certificate": signed["certificate"]})
            self.assertTrue(verdict["valid"], (digest, verdict))
        indexes = [signed["transparency_entry"]["index"] for _, signed in acknowledged]
        self.assertEqual(len(set(indexes)), len(indexes))
        stats = client.data("get_stats")
        self.assertGreaterEqual(stats["total_transparency_entries"], len(acknowledged))
        print(f"{ROUNDS} kills, {len(acknowledged)} acknowledged signatures, {stats['total_transparency_entries']} entries, none lost")

    def test_a_killed_gateway_frees_its_port_at_once(self):
        config = self.config()
        first = Gateway(self, config, self.env())
        first.client().data("sign", {"artifact": "sha256:" + "0" * 64, "artifact_type": "sbom"})
        first.running.process.kill()
        first.running.process.wait()
        first._stopped = 0
        second = Gateway(self, config, self.env())
        self.assertEqual(wire.request(second.operations, "GET", "/readyz").status, 200)
        self.assertEqual(second.client().data("get_stats")["total_signatures"], 1)
