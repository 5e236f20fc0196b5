"""A service that does what the test says: one function decides each answer; every request is kept."""
import http.server
import json
import threading


class Upstream:
    """`answer(method, path, body)` returns (status, body[, headers]); a dict or list body is sent as JSON. It may also
    return bytes under the status None: they are written to the socket as they are."""

    def __init__(self, answer):
        self.requests = []  # (method, path, headers, body)
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def serve(self):
                size = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(size).decode()
                outer.requests.append((self.command, self.path, dict(self.headers), body))
                status, content, *more = answer(self.command, self.path, body)
                try:
                    if status is None:
                        self.wfile.write(content)
                        self.close_connection = True
                        return
                    data = content if isinstance(content, bytes) else json.dumps(content).encode()
                    self.send_response(status)
                    headers = {"Content-Type": "application/json", "Content-Length": str(len(data)), **(more[0] if more else {})}
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(data)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True  # the gateway gave up: that is what some tests want

            do_GET = do_POST = serve

        class Quiet(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def original_trust(method, path, body):
    """What today's Certus-Trust answers: mock values, and valid to anything."""
    now = "2026-01-01T00:00:00.000000Z"
    if method == "POST" and path.startswith("/v1/verify"):
        if "signature" not in json.loads(body):
            return 422, {"detail": [{"type": "missing", "loc": ["body", "signature"], "msg": "Field required", "input": {}}]}
        return 200, {"valid": True, "verified_at": now, "signer": "certus-assurance@certus.cloud", "transparency_index": 0,
                     "certificate_chain": None}
    if method == "POST" and path == "/v1/sign":
        return 202, {"entry_id": "11111111-2222-4333-8444-555555555555", "signature": "mock-signature-11111111",
                     "certificate": "mock-certificate-11111111",
                     "transparency_entry": {"uuid": "11111111-2222-4333-8444-555555555555", "index": 0, "timestamp": now}}
    if path.startswith("/v1/transparency"):
        entries = [{"entry_id": f"e{n}", "artifact": f"sha256:{n:064x}", "timestamp": f"2025-12-{n + 1:02d}T00:00:00.000000Z",
                    "signer": "certus-trust@certus.cloud", "signature": f"mock-signature-{n}", "proof": None} for n in range(20)]
        values = dict(part.split("=", 1) for part in path.partition("?")[2].split("&") if "=" in part)
        offset, limit = int(values.get("offset", 0)), int(values.get("limit", 10))
        return 200, entries[offset:offset + limit]
    if path.startswith("/v1/provenance/"):
        return 200, {"scan_id": path.rsplit("/", 1)[1], "manifest": {"version": "1.0", "digest": "sha256:0", "signed_by": "x", "signed_at": now},
                     "scans": [], "verification_trail": [], "storage_locations": {"s3": None, "oci": None},
                     "chain_status": "complete", "trust_level": "high"}
    if path == "/v1/stats":
        return 200, {"total_signatures": 1, "total_transparency_entries": 1, "signers": ["certus-trust@certus.cloud"],
                     "verification_stats": {"total": 0, "successful": 0, "failed": 0}, "timestamp": now}
    return 404, {"detail": "Not Found"}


def hanging(end):
    """An answer that does not come before the event `end`."""
    def answer(*_):
        end.wait()
        return 200, {}
    return answer
