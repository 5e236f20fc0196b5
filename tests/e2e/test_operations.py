"""What an operator sees and does: metrics, health, the log, a busy port, stopping."""
import json
import pathlib
import re
import subprocess
import threading
import time

import harness
from harness import Case, DIGEST, free_port
import mcp
import upstream
import wire


class Operations(Case):
    def test_every_call_is_counted_by_tool_and_outcome(self):
        gateway = self.start_gateway()
        client = gateway.client("/mcp")
        client.data("trust_get_stats")
        client.data("trust_sign", {"artifact": DIGEST, "artifact_type": "sbom"})
        client.error("trust_get_provenance", {"scan_id": "unknown"})
        calls = "certus_gateway_calls_total"
        self.assertEqual(gateway.metric(calls, tool="trust_get_stats", outcome="ok"), 1)
        self.assertEqual(gateway.metric(calls, tool="trust_sign", outcome="ok"), 1)
        self.assertEqual(gateway.metric(calls, tool="trust_get_provenance", outcome="tool_error"), 1)
        self.assertEqual(gateway.metric("certus_gateway_call_duration_seconds_count", tool="trust_sign"), 1)
        self.assertGreater(gateway.metric("certus_gateway_call_duration_seconds_sum", tool="trust_sign"), 0)
        with self.assertRaises(mcp.RpcError):
            client.call("made_up_by_a_stranger")
        text = gateway.get("/metrics").text()
        self.assertNotIn("made_up_by_a_stranger", text)
        self.assertIn("# TYPE certus_gateway_calls_total counter", text)

    def test_health_and_readiness_answer(self):
        gateway = self.start_gateway()
        self.assertEqual(gateway.get("/healthz").status, 200)
        self.assertEqual(gateway.get("/readyz").status, 200)
        self.assertEqual(gateway.get("/nothing").status, 404)
        self.assertIn(wire.request(gateway.operations, "POST", "/metrics", b"").status, (404, 405))

    def test_only_its_own_names_are_answered(self):
        port = free_port()
        listeners = {"mcp": {"port": free_port()}, "operations": {"port": port, "allowed_hosts": ["gateway.internal"]}}
        gateway = self.start_gateway(listeners=listeners)
        def status(host, path="/metrics"):
            return wire.request(port, "GET", path, headers={"Host": host}).status
        for path in ("/metrics", "/readyz", "/healthz"):
            self.assertEqual(status("rebound.example", path), 403, path)
        for host in (f"localhost:{port}", f"127.0.0.1:{port}", f"gateway.internal:{port}", "gateway.internal"):
            self.assertEqual(status(host), 200, host)
        refused = wire.request(port, "GET", "/metrics", headers={"Host": "rebound.example"})
        self.assertIn("listeners.operations.allowed_hosts", refused.text())
        self.assertNotIn("certus_gateway_", refused.text())
        self.assertEqual(wire.request(port, "POST", "/-/reload", headers={"Host": f"gateway.internal:{port}"}, body=b"").status, 403)
        self.assertEqual(gateway.metric("certus_gateway_tls_handshakes_total", listener="mcp", result="ok"), 0)

    def test_the_mcp_listener_shows_no_metrics(self):
        gateway = self.start_gateway()
        self.assertEqual(wire.request(gateway.port, "GET", "/metrics").status, 404)

    def test_a_busy_port_is_an_error_that_names_the_process(self):
        gateway = self.start_gateway()
        for listener, port in (("mcp", gateway.port), ("operations", gateway.operations)):
            with self.subTest(listener=listener):
                document = json.loads(self.config(name="second.json").read_text(encoding="utf-8"))
                document["listeners"][listener]["port"] = port
                path = self.folder / "second.json"
                path.write_text(json.dumps(document), encoding="utf-8")
                _, err = self.command("serve", "--config", path, expect=1)
                self.assertIn(str(port), err)
                self.assertIn(str(gateway.pid), err)
        self.assertEqual(gateway.get("/readyz").status, 200)

    def test_a_log_line_has_the_request_but_neither_arguments_nor_answers(self):
        gateway = self.start_gateway()
        signed = gateway.client().data("sign", {"artifact": DIGEST, "artifact_type": "sbom", "subject": "a-secret-name:v1"})
        harness.wait_until("the call is in the log", lambda: "tools/call" in gateway.log())
        log = gateway.log()
        line = next(line for line in log.splitlines() if "tools/call" in line)
        field = dict(pair.split("=", 1) for pair in line.split())
        self.assertEqual(field["outcome"], "ok")
        self.assertLess(0, float(field["upstream_ms"]), "the service's part of the time")
        self.assertLessEqual(float(field["upstream_ms"]), float(field["ms"]))
        self.assertNotIn("a-secret-name", log)
        self.assertNotIn(signed["signature"], log)

    def held_gateway(self, **more):
        """A gateway, an event that a request has reached its service, and one that lets the service answer."""
        started, release = threading.Event(), threading.Event()

        def answer(*request):
            started.set()
            release.wait(harness.PATIENCE)
            return upstream.original_trust(*request)
        service = upstream.Upstream(answer)
        self.addCleanup(service.close)
        self.addCleanup(release.set)
        return self.start_gateway(services={"trust": {"url": service.url}}, **more), started, release

    def call_in_background(self, gateway, started, results):
        def call():
            try:
                results.append(gateway.client().data("get_stats")["total_signatures"])
            except (OSError, mcp.RpcError, ValueError, AssertionError) as error:
                results.append(error)
        thread = threading.Thread(target=call)
        thread.start()
        self.assertTrue(started.wait(harness.PATIENCE))
        return thread

    def test_sigterm_answers_the_call_under_way_and_refuses_new_ones(self):
        gateway, started, release = self.held_gateway(drain_seconds=50)
        results = []
        caller = self.call_in_background(gateway, started, results)
        gateway.running.terminate()

        def refused():
            try:
                wire.request(gateway.port, "GET", "/mcp", timeout=5)
                return False
            except OSError:
                return True
        harness.wait_until("new connections are refused", refused)
        self.assertTrue(caller.is_alive())
        release.set()
        caller.join(harness.PATIENCE)
        self.assertEqual(results, [1])
        self.assertEqual(gateway.stop(), 0)

    def test_readiness_ends_before_the_port_does(self):
        gateway, started, release = self.held_gateway(drain_seconds=50)
        caller = self.call_in_background(gateway, started, [])
        gateway.running.terminate()
        harness.wait_until("/readyz says that it drains", lambda: gateway.get("/readyz").status == 503)
        self.assertEqual(gateway.get("/healthz").status, 200)
        release.set()
        caller.join(harness.PATIENCE)

    def test_drain_seconds_bound_the_wait(self):
        gateway, started, _ = self.held_gateway(drain_seconds=1)
        results = []
        caller = self.call_in_background(gateway, started, results)
        begin = time.monotonic()
        gateway.stop()
        self.assertLess(time.monotonic() - begin, harness.PATIENCE / 2)
        caller.join(harness.PATIENCE)
        self.assertNotEqual(results, [1])

    def test_an_idle_gateway_is_small(self):
        gateway = self.start_gateway()
        gateway.client().data("get_stats")
        status = pathlib.Path(f"/proc/{gateway.pid}/status").read_text(encoding="utf-8")
        size = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(("VmRSS", "RssAnon"))}
        print(f"serve, embedded Trust service, after one call: RSS {size['VmRSS']:.1f} MB, of it {size['RssAnon']:.1f} MB its own")
        if not re.search(rb"__[at]san_init", harness.program("certus-gateway").read_bytes()):  # sanitizers need more
            self.assertLess(size["VmRSS"], 30)

    def test_version_help_and_wrong_usage(self):
        self.assertRegex(self.command("--version")[0], r"^certus-gateway \d+\.\d+\.\d+\n$")
        self.assertIn("First steps", self.command("--help")[0])
        done = subprocess.run([str(harness.program("certus-gateway")), "sreve"], capture_output=True, text=True, timeout=60,
                              check=False, env=self.env())
        self.assertEqual(done.returncode, 2)

    def test_tools_lists_what_models_are_offered(self):
        out, _ = self.command("tools", "--json", "--config", self.config())
        tools = json.loads(out)
        names = [tool["name"] for tool in (tools["tools"] if isinstance(tools, dict) else tools)]
        self.assertEqual(sorted(names), ["trust_get_provenance", "trust_get_stats", "trust_query_transparency", "trust_sign", "trust_verify"])
        self.assertIn("trust_verify", self.command("tools", "--config", self.config())[0])
