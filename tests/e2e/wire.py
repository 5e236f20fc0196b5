"""HTTP/1.1 over a plain socket: what is sent is exactly what the test says, what comes back is kept byte for byte."""
import socket


class Response:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers  # lower-case names; the last of a name wins
        self.body = body

    def text(self):
        return self.body.decode("utf-8", "replace")

    def __repr__(self):
        return f"<{self.status} {self.headers} {self.body[:300]!r}>"


class Connection:
    def __init__(self, port, timeout=60, tls=None):
        """`tls`: an ssl.SSLContext; the server is then called "localhost"."""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        self._buffer = b""

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, data: bytes):
        self.socket.sendall(data)

    def _more(self) -> bool:
        data = self.socket.recv(65536)
        self._buffer += data
        return bool(data)

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._buffer:
            if not self._more():
                raise ConnectionError(f"closed before {mark!r}; had {self._buffer[:200]!r}")
        part, self._buffer = self._buffer.split(mark, 1)
        return part

    def _exactly(self, count: int) -> bytes:
        while len(self._buffer) < count:
            if not self._more():
                raise ConnectionError(f"closed {count - len(self._buffer)} bytes short")
        part, self._buffer = self._buffer[:count], self._buffer[count:]
        return part

    def head(self) -> Response:
        lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        return Response(int(lines[0].split(" ")[1]), headers, b"")

    def _chunk(self) -> bytes:
        size = int(self._until(b"\r\n").split(b";")[0], 16)
        data = self._exactly(size)
        self._exactly(2)
        return data

    def body(self, head: Response) -> bytes:
        if head.headers.get("transfer-encoding", "").lower() == "chunked":
            parts = []
            while True:
                chunk = self._chunk()
                if not chunk:
                    return b"".join(parts)
                parts.append(chunk)
        if "content-length" in head.headers:
            return self._exactly(int(head.headers["content-length"]))
        if head.status in (204, 304) or head.status < 200:
            return b""
        while self._more():
            pass
        rest, self._buffer = self._buffer, b""
        return rest

    def response(self) -> Response:
        head = self.head()
        head.body = self.body(head)
        return head

    def pieces(self, head: Response):
        """The body as it arrives: chunks, or whatever was received."""
        if head.headers.get("transfer-encoding", "").lower() == "chunked":
            while True:
                chunk = self._chunk()
                if not chunk:
                    return
                yield chunk
        elif "content-length" in head.headers:
            yield self._exactly(int(head.headers["content-length"]))
        else:
            while True:
                if self._buffer:
                    part, self._buffer = self._buffer, b""
                    yield part
                if not self._more():
                    return

    def events(self, head: Response):
        """Server-sent events as (event, data, id); comments and empty data are left out."""
        text = b""
        for piece in self.pieces(head):
            text += piece.replace(b"\r\n", b"\n")
            while b"\n\n" in text:
                block, text = text.split(b"\n\n", 1)
                event, data, ident = "message", [], None
                for line in block.decode().split("\n"):
                    name, _, value = line.partition(":")
                    value = value[1:] if value.startswith(" ") else value
                    if name == "event":
                        event = value
                    elif name == "data":
                        data.append(value)
                    elif name == "id":
                        ident = value
                if data and "\n".join(data):
                    yield event, "\n".join(data), ident


def head_bytes(method, path, headers, body: bytes = None) -> bytes:
    lines = [f"{method} {path} HTTP/1.1"]
    names = {name.lower() for name in headers}
    if "host" not in names:
        lines.append("Host: 127.0.0.1")
    if body is not None and "content-length" not in names:
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def request(port, method, path, body: bytes = None, headers=None, timeout=60, tls=None) -> Response:
    with Connection(port, timeout, tls) as connection:
        connection.send(head_bytes(method, path, {"Connection": "close", **(headers or {})}, body) + (body or b""))
        return connection.response()
