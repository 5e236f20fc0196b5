"""Three small MCP clients: Modern (2026-07-28 over HTTP), Legacy (a session over HTTP) and Stdio. They check what every
client relies on, the ids above all, and leave the rest to the tests."""
import itertools
import json
import queue
import subprocess
import threading

import wire

MODERN = "2026-07-28"
PREFIX = "io.modelcontextprotocol/"
JSON_TYPES = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


class RpcError(Exception):
    def __init__(self, error, status=None):
        super().__init__(f"{error} (HTTP {status})")
        self.code = error.get("code")
        self.message = error.get("message", "")
        self.data = error.get("data")
        self.status = status


def envelope(capabilities=None, **more):
    return {PREFIX + "protocolVersion": MODERN, PREFIX + "clientCapabilities": capabilities or {},
            PREFIX + "clientInfo": {"name": "e2e", "version": "1"}, **more}


def result_of(message, ident, status=None):
    if "error" in message:
        raise RpcError(message["error"], status)
    assert message.get("jsonrpc") == "2.0", message
    assert message.get("id") == ident and isinstance(message["id"], type(ident)), (message, ident)
    return message["result"]


def text_of(result) -> str:
    return "\n".join(block.get("text", "") for block in result["content"])


class Calls:
    """What the three have in common, over request(method, params)."""

    def tools(self):
        return {tool["name"]: tool for tool in self.request("tools/list")["tools"]}

    def call(self, tool, arguments=None, **params):
        return self.request("tools/call", {"name": tool, "arguments": arguments or {}, **params})

    def data(self, tool, arguments=None):
        """structuredContent of a call that must succeed, after a look that the text holds the same."""
        result = self.call(tool, arguments)
        assert not result.get("isError"), text_of(result)
        structured = result["structuredContent"]
        summary, _, rest = text_of(result).partition("\n")
        assert summary == structured["summary"], text_of(result)
        assert json.loads(rest) == structured, text_of(result)
        return structured

    def error(self, tool, arguments=None) -> str:
        """The text of a call that must fail as a tool error."""
        result = self.call(tool, arguments)
        assert result.get("isError") is True, result
        assert "structuredContent" not in result, result
        return text_of(result)


class Modern(Calls):
    def __init__(self, port, path, capabilities=None, tls=None):
        self.port, self.path, self.capabilities, self.tls = port, path, capabilities, tls
        self.extra = {}  # headers of every request, such as Authorization
        self._ids = itertools.count(1)

    def message(self, method, params=None, ident=None):
        ident = next(self._ids) if ident is None else ident
        meta = envelope(self.capabilities, **(params or {}).get("_meta", {}))
        return {"jsonrpc": "2.0", "id": ident, "method": method, "params": {**(params or {}), "_meta": meta}}

    @staticmethod
    def headers(message):
        params = message["params"]
        name = params.get("name") or params.get("uri")
        return {**JSON_TYPES, "MCP-Protocol-Version": MODERN, "Mcp-Method": message["method"],
                **({"Mcp-Name": name} if name and message["method"] in ("tools/call", "prompts/get", "resources/read") else {})}

    def send(self, message, **headers):
        body = json.dumps(message).encode()
        return wire.request(self.port, "POST", self.path, body, {**self.headers(message), **self.extra, **headers}, tls=self.tls)

    def request(self, method, params=None):
        message = self.message(method, params)
        response = self.send(message)
        if response.headers.get("content-type", "").startswith("text/event-stream"):
            events = [json.loads(line[5:]) for line in response.text().splitlines() if line.startswith("data:")]
            return result_of(events[-1], message["id"], response.status)
        return result_of(json.loads(response.body), message["id"], response.status)


class Legacy(Calls):
    """A session. Requests of the server (elicitation, sampling) go to `answer(method, params)`; None leaves them unanswered."""

    def __init__(self, port, path, revision, capabilities, answer=None):
        self.port, self.path, self.revision, self.capabilities, self.answer = port, path, revision, capabilities, answer
        self._ids = itertools.count(1)
        self.extra = {}
        self.session = None
        self.notifications = []  # of the streams of requests
        self.asked = []          # methods that the server asked

    def headers(self):
        session = {"Mcp-Session-Id": self.session} if self.session else {}
        version = {"MCP-Protocol-Version": self.revision} if self.session else {}
        return {**JSON_TYPES, **session, **version, **self.extra}

    def post(self, message) -> wire.Response:
        return wire.request(self.port, "POST", self.path, json.dumps(message).encode(), self.headers())

    def open(self):
        message = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": self.revision, "capabilities": self.capabilities, "clientInfo": {"name": "e2e", "version": "1"}}}
        response = self.post(message)
        body = response.text()
        if response.headers.get("content-type", "").startswith("text/event-stream"):
            body = [line[5:] for line in body.splitlines() if line.startswith("data:")][-1]
        result = result_of(json.loads(body), 0, response.status)
        self.session = response.headers.get("mcp-session-id")
        self.revision = result["protocolVersion"]
        assert self.post({"jsonrpc": "2.0", "method": "notifications/initialized"}).status == 202
        return result

    def start(self, method, params=None):
        """Sends a request and returns (connection, head, id) while it runs."""
        ident = next(self._ids)
        body = json.dumps({"jsonrpc": "2.0", "id": ident, "method": method, "params": params or {}}).encode()
        connection = wire.Connection(self.port)
        connection.send(wire.head_bytes("POST", self.path, self.headers(), body) + body)
        return connection, ident

    def finish(self, connection, ident):
        head = connection.head()
        if not head.headers.get("content-type", "").startswith("text/event-stream"):
            return result_of(json.loads(connection.body(head) or b"{}"), ident, head.status)
        for _, data, _ in connection.events(head):
            message = json.loads(data)
            if "method" in message and "id" in message:
                self.asked.append(message)
                self._answer(message)
            elif "method" in message:
                self.notifications.append(message)
            else:
                return result_of(message, ident, head.status)
        raise ConnectionError("the stream ended without a response")

    def _answer(self, question):
        if self.answer is None:
            return
        outcome = self.answer(question["method"], question["params"])
        if outcome is not None:
            reply = self.post({"jsonrpc": "2.0", "id": question["id"], **outcome})  # on another connection
            assert reply.status == 202, reply

    def request(self, method, params=None):
        connection, ident = self.start(method, params)
        with connection:
            return self.finish(connection, ident)

    def close(self):
        return wire.request(self.port, "DELETE", self.path, None, self.headers()).status


class Stdio(Calls):
    """Messages as lines of a child process. era: a legacy revision after initialize(), else modern."""

    def __init__(self, running):
        self.running = running
        self._ids = itertools.count(1)
        self._lines = queue.Queue()
        self.era = MODERN
        self.others = []  # messages that were no answer to the request under way
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.running.process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def send_line(self, line: bytes):
        self.running.process.stdin.write(line + b"\n")
        self.running.process.stdin.flush()

    def receive(self, timeout=60):
        line = self._lines.get(timeout=timeout)
        if line is None:
            raise ConnectionError(f"the process ended: {self.running.log()[-2000:]}")
        return json.loads(line)

    def request(self, method, params=None):
        ident = next(self._ids)
        params = dict(params or {})
        if self.era == MODERN:
            params["_meta"] = envelope(**params.get("_meta", {}))
        self.send_line(json.dumps({"jsonrpc": "2.0", "id": ident, "method": method, "params": params}).encode())
        while True:
            message = self.receive()
            if message.get("id") == ident and "method" not in message:
                return result_of(message, ident)
            self.others.append(message)

    def initialize(self, revision="2025-11-25", capabilities=None):
        self.era = revision
        result = self.request("initialize", {"protocolVersion": revision, "capabilities": capabilities or {},
                                             "clientInfo": {"name": "e2e", "version": "1"}})
        self.send_line(b'{"jsonrpc":"2.0","method":"notifications/initialized"}')
        return result

    def close(self) -> int:
        process = self.running.process
        if process.stdin and not process.stdin.closed:
            try:
                process.stdin.close()
            except BrokenPipeError:
                pass
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            pass
        return self.running.stop()
