"""A call that is given up: by a message on another connection, by closing the stream, over stdio; and by nobody else."""
import json
import threading

import harness
from harness import Case
import mcp
import upstream
import wire


class Cancel(Case):
    def setUp(self):
        super().setUp()
        self.release = threading.Event()
        self.addCleanup(self.release.set)
        self.started = threading.Semaphore(0)

        def answer(*request):
            self.started.release()
            self.release.wait(harness.PATIENCE)
            return upstream.original_trust(*request)
        self.service = upstream.Upstream(answer)
        self.addCleanup(self.service.close)

    def settings(self):
        return {"services": {"trust": {"url": self.service.url, "timeout_seconds": 50}}, "tool_timeout_seconds": 50, "threads": 4}

    def wait_started(self):
        self.assertTrue(self.started.acquire(timeout=harness.PATIENCE))

    def cancelled(self, gateway):
        return gateway.metric("certus_gateway_calls_total", tool="get_stats", outcome="cancelled") + \
            gateway.metric("certus_gateway_calls_total", tool="trust_get_stats", outcome="cancelled")

    def assert_no_result(self, connection):
        head = connection.head()
        rest = connection.body(head)
        self.assertNotIn(b'"result"', rest)

    def test_a_cancel_from_another_connection_ends_the_call(self):
        gateway = self.start_gateway(**self.settings())
        for _ in range(6):  # other connections land on other threads
            client = gateway.legacy("/mcp/trust")
            client.open()
            connection, ident = client.start("tools/call", {"name": "get_stats", "arguments": {}})
            with connection:
                self.wait_started()
                before = self.cancelled(gateway)
                reply = client.post({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": ident, "reason": "e2e"}})
                self.assertEqual(reply.status, 202)
                self.assert_no_result(connection)
            harness.wait_until("the cancel is counted", lambda b=before: self.cancelled(gateway) == b + 1)
            self.assertEqual(client.request("ping"), {})

    def test_a_stranger_cannot_cancel_somebody_elses_call(self):
        gateway = self.start_gateway(**self.settings())
        client, stranger = gateway.legacy("/mcp/trust"), gateway.legacy("/mcp/trust")
        client.open()
        stranger.open()
        connection, ident = client.start("tools/call", {"name": "get_stats", "arguments": {}})
        with connection:
            self.wait_started()
            stranger.post({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": ident}})
            self.assertEqual(stranger.request("ping"), {})
            self.release.set()
            self.assertEqual(client.finish(connection, ident)["structuredContent"]["total_signatures"], 1)

    def test_closing_the_connection_of_a_modern_call_ends_it(self):
        gateway = self.start_gateway(**self.settings())
        client = gateway.client()
        message = client.message("tools/call", {"name": "get_stats", "arguments": {}})
        body = json.dumps(message).encode()
        connection = wire.Connection(gateway.port)
        connection.send(wire.head_bytes("POST", "/mcp/trust", client.headers(message), body) + body)
        self.wait_started()
        connection.close()
        harness.wait_until("the cancel is counted", lambda: self.cancelled(gateway) == 1)

    def test_unknown_and_finished_requests_are_ignored(self):
        gateway = self.start_gateway(**self.settings())
        client = gateway.legacy("/mcp/trust")
        client.open()
        for ident in (999, "never", 0):
            self.assertEqual(client.post({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": ident}}).status, 202)
        self.assertEqual(client.request("ping"), {})

    def test_over_stdio_the_other_calls_go_on(self):
        client = self.stdio(self.config(**self.settings()), "--module", "trust")
        client.initialize()
        client.send_line(json.dumps({"jsonrpc": "2.0", "id": "slow", "method": "tools/call",
                                     "params": {"name": "get_stats", "arguments": {}}}).encode())
        self.wait_started()
        self.assertEqual(client.request("ping"), {})
        client.send_line(b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"slow"}}')
        self.assertEqual(len(client.tools()), 5)
        self.release.set()
        self.assertEqual(client.data("get_stats")["total_signatures"], 1)
        self.assertFalse([message for message in client.others if message.get("id") == "slow"])

    def test_the_end_of_input_ends_a_process_with_calls_under_way(self):
        client = self.stdio(self.config(**self.settings()), "--module", "trust")
        client.initialize()
        client.send_line(json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "get_stats"}}).encode())
        self.wait_started()
        self.assertEqual(client.close(), 0)

    def test_mcp_errors_carry_the_requests_id(self):
        gateway = self.start_gateway(**self.settings())
        client = gateway.client()
        reply = client.send(client.message("tools/call", {"name": "nothing"}, ident="odd-1"))
        self.assertEqual(json.loads(reply.body)["id"], "odd-1")
        with self.assertRaises(mcp.RpcError):
            client.request("no/such/method")
