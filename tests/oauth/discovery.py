"""What IDEs ask before they have a token, request by request as they were seen on the wire."""
import json
import re
import urllib.parse

import wire

DISCOVER = {"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {"_meta": {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "claude-code", "version": "2"},
    "io.modelcontextprotocol/clientCapabilities": {}}}}
INITIALIZE = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
    "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "Visual Studio Code", "version": "1.139"}}}
MODERN = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "server/discover"}


class Asking:
    """One client's requests, to the gateway and to the authorization server that it is led to."""

    def __init__(self, place, bearer):
        self.place = place
        self.bearer = bearer

    def send(self, method, url, body=None, headers=None):
        parts = urllib.parse.urlsplit(url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        sent = {"Host": parts.netloc, "Accept": "application/json, text/event-stream", **(headers or {})}
        if body is not None:
            sent["Content-Type"] = "application/json"
        content = None if body is None else json.dumps(body).encode()
        return wire.request(parts.port, method, target, headers=sent, body=content)

    def at(self, path):
        return urllib.parse.urljoin(self.place.url, path)

    def challenged(self, answer):
        """The parameters of a 401's challenge."""
        expect(answer.status == 401, answer)
        value = answer.headers.get("www-authenticate", "")
        expect(value.startswith("Bearer "), value)
        expect("id" not in json.loads(answer.text()) and json.loads(answer.text())["error"]["message"], answer)
        return dict(re.findall(r'(\w+)="([^"]*)"', value))

    def metadata(self, url):
        """The document at `url`, which must be the gateway's own."""
        answer = self.send("GET", url)
        expect(answer.status == 200 and answer.headers["content-type"].startswith("application/json"), url, answer)
        expect(answer.headers.get("access-control-allow-origin") == "*", answer)
        document = json.loads(answer.text())
        expect(document["resource"] == self.place.url, document)
        expect(document["authorization_servers"] == [self.place.issuer], document)
        return document

    def missing(self, path):
        """404 as JSON: a page would be taken for a document."""
        answer = self.send("GET", self.at(path))
        expect(answer.status == 404 and answer.headers["content-type"].startswith("application/json"), path, answer)
        expect(json.loads(answer.text())["error"] == "not_found", path, answer)

    def authorization_server(self, document):
        """Its metadata, where the client finds them."""
        issuer = document["authorization_servers"][0]
        for path in ("/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"):
            answer = self.send("GET", issuer + path)
            if answer.status == 200:
                found = json.loads(answer.text())
                expect(found["issuer"] == issuer and "S256" in found["code_challenge_methods_supported"], found)
                return found
        raise AssertionError("the authorization server has no metadata")

    def served(self, message, headers=None):
        token = {"Authorization": f"Bearer {self.bearer()}"}
        answer = self.send("POST", self.place.url, message, {**(headers or {}), **token})
        expect(answer.status == 200, answer)
        return answer


def expect(condition, *what):
    if not condition:
        raise AssertionError(repr(what)[:1800])


def claude_code(asking):
    challenge = asking.challenged(asking.send("POST", asking.place.url, DISCOVER, MODERN))
    expect(challenge["scope"] == "mcp:tools trust:sign" and "error" not in challenge, challenge)
    document = asking.metadata(challenge["resource_metadata"])
    asking.authorization_server(document)
    asking.metadata(asking.at("/.well-known/oauth-protected-resource/mcp?c=claude"))  # it keeps the server's query
    asking.served(DISCOVER, MODERN)


def codex(asking):
    asking.challenged(asking.send("GET", asking.place.url, headers={"MCP-Protocol-Version": "2024-11-05"}))
    asking.metadata(asking.at("/.well-known/oauth-protected-resource/mcp"))
    asking.missing("/mcp/.well-known/oauth-protected-resource")
    document = asking.metadata(asking.at("/.well-known/oauth-protected-resource"))
    for path in ("/.well-known/oauth-authorization-server/mcp", "/.well-known/openid-configuration/mcp",
                 "/mcp/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"):
        asking.missing(path)
    asking.authorization_server(document)
    asking.served(INITIALIZE)


def vscode(asking):
    challenge = asking.challenged(asking.send("POST", asking.place.url, INITIALIZE))
    document = asking.metadata(challenge["resource_metadata"])
    expect(document["resource"] == asking.place.url, "it compares the two", document)
    asking.authorization_server(document)
    answer = asking.served(INITIALIZE)
    session = {"Mcp-Session-Id": answer.headers["mcp-session-id"], "MCP-Protocol-Version": "2025-11-25"}
    asking.served({"jsonrpc": "2.0", "id": 2, "method": "tools/list"}, session)
    asking.challenged(asking.send("POST", asking.place.url, {"jsonrpc": "2.0", "id": 3, "method": "tools/list"}, session))


def browsers(asking):
    """A client inside a page may ask before it has a token, and may read the challenge."""
    origin = {"Origin": "http://localhost:6274"}
    wanted = {**origin, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "mcp-protocol-version"}
    path = asking.at("/.well-known/oauth-protected-resource/mcp")
    first = asking.send("OPTIONS", path, headers=wanted)
    expect(first.status == 204 and first.headers["access-control-allow-origin"] == "*", first)
    read = asking.send("GET", path, headers=origin)
    expect(read.status == 200 and read.headers["access-control-allow-origin"] == "*", read)
    refused = asking.send("POST", asking.place.url, INITIALIZE, origin)
    asking.challenged(refused)
    expect("www-authenticate" in refused.headers.get("access-control-expose-headers", "").lower(), refused)


def without_oauth(asking):
    """The listener for people who were given a token: nothing there leads to a sign-in."""
    base = f"http://127.0.0.1:{asking.place.oauthless}"
    refused = asking.send("POST", base + "/mcp", INITIALIZE)
    expect(refused.status == 401 and refused.headers["www-authenticate"] == "Bearer", refused)
    for path in ("/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"):
        answer = asking.send("GET", base + path)
        expect(answer.status == 404 and answer.headers["content-type"].startswith("application/json"), answer)


def bad_tokens(asking):
    good = asking.bearer()
    head, body, signature = good.split(".")
    forged = {"changed": f"{head}.{body[:-4]}AAAA.{signature}", "unsigned": f"{head}.{body}.", "garbage": "garbage"}
    for name, token in forged.items():
        challenge = asking.challenged(asking.send("POST", asking.place.url, INITIALIZE, {"Authorization": f"Bearer {token}"}))
        expect(challenge["error"] == "invalid_token", name, challenge)
    query = asking.send("POST", f"{asking.place.url}?access_token={good}", INITIALIZE)
    expect(query.status == 401, "a token in the query", query)


SEQUENCES = {"claude-code": claude_code, "codex": codex, "vscode": vscode, "browser": browsers, "without-oauth": without_oauth,
             "bad-tokens": bad_tokens}
