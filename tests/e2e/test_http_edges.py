"""Bytes as no polite client sends them: split, joined, too long, contradictory. The gateway answers or closes; it never stops."""
import json

import harness
from harness import Case
import mcp
import wire


class HttpEdges(Case):
    def setUp(self):
        super().setUp()
        self.gateway = self.start_gateway(self.config(listeners={
            "mcp": {"port": harness.free_port(), "max_body_bytes": 4096}, "operations": {"port": harness.free_port()}}))
        self.client = self.gateway.client()

    def tearDown(self):
        self.assertEqual(self.client.data("get_stats")["total_signatures"], 0)  # still serving, whatever was sent
        super().tearDown()

    def call(self, ident):
        message = self.client.message("tools/list", ident=ident)
        body = json.dumps(message).encode()
        return wire.head_bytes("POST", "/mcp/trust", self.client.headers(message), body) + body

    def raw(self, data: bytes):
        """The first answer to these bytes, or None when the connection is closed without one."""
        with wire.Connection(self.gateway.port) as connection:
            try:
                connection.send(data)
                return connection.response()
            except (ConnectionError, BrokenPipeError):
                return None

    def test_a_request_in_single_bytes_is_one_request(self):
        with wire.Connection(self.gateway.port) as connection:
            for byte in self.call(1):
                connection.send(bytes([byte]))
            self.assertEqual(json.loads(connection.response().body)["id"], 1)

    def test_requests_sent_at_once_are_answered_in_order(self):
        with wire.Connection(self.gateway.port) as connection:
            connection.send(b"".join(self.call(ident) for ident in range(1, 21)))
            self.assertEqual([json.loads(connection.response().body)["id"] for _ in range(20)], list(range(1, 21)))

    def test_a_chunked_body_is_read(self):
        message = self.client.message("tools/list", ident=7)
        body = json.dumps(message).encode()
        chunks = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in (body[:10], body[10:])) + b"0\r\n\r\n"
        head = wire.head_bytes("POST", "/mcp/trust", {**self.client.headers(message), "Transfer-Encoding": "chunked"})
        self.assertEqual(json.loads(self.raw(head + chunks).body)["id"], 7)

    def test_a_body_over_the_cap_is_413(self):
        for head in ({"Content-Length": "5000"}, {"Content-Length": "99999999999"}):
            answer = self.raw(wire.head_bytes("POST", "/mcp", {**mcp.JSON_TYPES, **head}) + b"x" * 5000)
            self.assertEqual(answer.status, 413)
        chunked = wire.head_bytes("POST", "/mcp", {**mcp.JSON_TYPES, "Transfer-Encoding": "chunked"}) + b"1400\r\n" + b"x" * 5120
        self.assertEqual(self.raw(chunked).status, 413)

    def test_contradictory_heads_are_refused(self):
        heads = {
            "two lengths": b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            "length and chunks": b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
            "negative length": b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n{}",
            "no request": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
            "space in the name": b"POST /mcp HTTP/1.1\r\nHost : localhost\r\nContent-Length: 2\r\n\r\n{}",
            "huge head": b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        }
        for name, data in heads.items():
            with self.subTest(head=name):
                answer = self.raw(data)
                self.assertTrue(answer is None or 400 <= answer.status < 500, answer)

    def test_what_is_no_utf8_is_no_json(self):
        body = b'{"jsonrpc":"2.0","id":1,"method":"\xff\xfe"}'
        answer = self.raw(wire.head_bytes("POST", "/mcp", mcp.JSON_TYPES, body) + body)
        self.assertEqual((answer.status, json.loads(answer.body)["error"]["code"]), (400, -32700))

    def test_json_without_end_is_refused(self):
        body = b'{"jsonrpc":"2.0","id":1,"method":"tools/list","params":' + b"[" * 2000 + b"]" * 2000 + b"}"
        answer = self.raw(wire.head_bytes("POST", "/mcp", mcp.JSON_TYPES, body) + body)
        self.assertIn(answer.status, (200, 400))
        self.assertIn("error", json.loads(answer.body))

    def test_clients_that_begin_and_stay_silent_stop_nobody(self):
        silent = [wire.Connection(self.gateway.port) for _ in range(50)]
        try:
            for number, connection in enumerate(silent):
                connection.send(self.call(1)[: 20 + number])
            for _ in range(5):
                self.assertEqual(self.client.data("get_stats")["total_signatures"], 0)
        finally:
            for connection in silent:
                connection.close()

    def test_clients_that_leave_in_the_middle_leave_nothing_behind(self):
        for number in range(100):
            connection = wire.Connection(self.gateway.port)
            connection.send(self.call(1)[: 10 + 5 * number])
            connection.close()
        harness.wait_until("no connection is left", lambda: self.gateway.metric("certus_gateway_connections", listener="mcp") == 0)

    def test_other_methods_name_the_right_one(self):
        for method in ("PUT", "PATCH"):
            answer = wire.request(self.gateway.port, method, "/mcp", b"{}", mcp.JSON_TYPES)
            self.assertEqual(answer.status, 405)
            self.assertIn("POST", answer.headers["allow"])
