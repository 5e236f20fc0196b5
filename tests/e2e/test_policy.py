"""Who may call what, over the wire: credentials, what is hidden and what is refused, what belongs to whom."""
import base64
import hashlib
import json
import os
import time

import mcp
import upstream
import wire
from harness import Case, DIGEST, wait_until
from mcp import RpcError

SIGN = {"artifact": DIGEST, "artifact_type": "sbom"}
JSON_TYPES = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}

POLICY = """
groups:
  auditors: {claimed: true}
  developers: {claimed: true}
rules:
  everybody-verifies: {effect: allow, who: {groups: [auditors, developers]}, tools: [trust/verify, trust/get_stats]}
  developers-sign:
    effect: allow
    who: {groups: [developers]}
    tools: [trust/sign]
    when: {artifact_type: {one_of: [sbom, container_image]}}
    advice: Ask the release team for other types.
"""


def api_key():
    """A new key as `certus-gateway token new` makes it, and its digest."""
    secret = os.urandom(32)
    check = hashlib.sha256(b"certus_" + secret).digest()[:4]
    key = "certus_" + base64.urlsafe_b64encode(secret + check).decode().rstrip("=")
    return key, hashlib.sha256(key.encode()).hexdigest()


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


class Policy(Case):
    def setUp(self):
        super().setUp()
        self.keys, self.entries = {}, {}
        self.add_key("anna", groups=["auditors"])
        self.add_key("dan", groups=["developers"], tenant="acme")
        self.add_key("narrow", groups=["developers"], allowed_tools=["trust/verify"])

    def add_key(self, name, **more):
        self.keys[name], digest = api_key()
        self.entries[name] = {"sha256": digest, "subject": f"{name}@example.com", **more}

    def add_brief_key(self, gateway):
        """`brief`, for some seconds; by a reload, so that they begin when the gateway runs."""
        self.add_key("brief", groups=["auditors"], expires=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 7)))
        self.write("keys.yaml", {"keys": self.entries})
        answer = wire.request(gateway.operations, "POST", "/-/reload", b"")
        self.assertEqual((answer.status, json.loads(answer.body)["outcome"]), (200, "applied"), answer.text())

    def write(self, name, value):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
        return str(path)

    def start(self, policy=POLICY, identity=None, **more):
        self.write("policy/10-rules.yaml", policy)
        self.write("keys.yaml", {"keys": self.entries})
        identity = {"api_keys": "keys.yaml", **(identity or {})}
        return self.start_gateway(self.config(policy="policy", identity=identity, **more))

    def client(self, gateway, name, path="/mcp", **more):
        client = gateway.client(path)
        client.extra = bearer(self.keys[name])
        client.capabilities = more.get("capabilities")
        return client

    def post(self, gateway, message, headers, path="/mcp"):
        return wire.request(gateway.port, "POST", path, headers={**JSON_TYPES, **headers}, body=json.dumps(message).encode())


LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


class Credentials(Policy):
    def test_nobody_gets_in_without_one_and_each_failure_is_counted(self):
        gateway = self.start()
        wrong = {
            "no_credential": {}, "malformed": bearer("nonsense"), "api_key_form": bearer("certus_short"),
            "unknown_api_key": bearer(api_key()[0]), "unknown_scheme": {"Authorization": "Basic YTpi"},
        }
        for label, headers in wrong.items():
            with self.subTest(label):
                answer = self.post(gateway, LIST, headers)
                self.assertEqual(answer.status, 401, answer.text())
                self.assertIn("bearer", answer.headers["www-authenticate"].lower())
                self.assertNotIn("tools", answer.text())
                self.assertEqual(gateway.metric("certus_gateway_authentications_total", result=label), 1)
        query = self.post(gateway, LIST, {}, "/mcp?access_token=" + self.keys["dan"])
        self.assertEqual(query.status, 401)
        self.assertEqual(self.post(gateway, LIST, {}, "/mcp/no-such").status, 401)  # a stranger learns no paths
        self.assertEqual(self.post(gateway, LIST, bearer(self.keys["dan"])).status, 200)
        self.assertNotIn(self.keys["dan"], gateway.log())

    def test_each_request_of_a_connection_is_its_own_callers(self):
        gateway = self.start()
        body = json.dumps(LIST).encode()
        tools = {"dan": {"trust_verify", "trust_get_stats", "trust_sign"}, "anna": {"trust_verify", "trust_get_stats"}}
        with wire.Connection(gateway.port) as connection:
            def ask(headers, path="/mcp"):
                connection.send(wire.head_bytes("POST", path, {**JSON_TYPES, **headers}, body) + body)
                return connection.response()
            for name in ("dan", "anna", "anna", "dan", "dan"):
                answer = ask(bearer(self.keys[name]))
                self.assertEqual({tool["name"] for tool in json.loads(answer.body)["result"]["tools"]}, tools[name], name)
            self.assertEqual(ask({}).status, 401)  # what the connection's earlier requests proved is not lent to this one
            self.assertEqual(ask(bearer(self.keys["dan"][:-1] + ("A" if self.keys["dan"][-1] != "A" else "B"))).status, 401)
            self.assertEqual(ask(bearer(self.keys["dan"]), "/mcp?access_token=x").status, 401)
            self.assertEqual(ask(bearer(self.keys["dan"])).status, 200)

    def test_a_key_that_expires_is_refused_on_the_connection_that_used_it(self):
        gateway = self.start(watch_files=False)
        self.add_brief_key(gateway)
        body = json.dumps(LIST).encode()
        with wire.Connection(gateway.port) as connection:
            def status():
                connection.send(wire.head_bytes("POST", "/mcp", {**JSON_TYPES, **bearer(self.keys["brief"])}, body) + body)
                return connection.response().status
            self.assertEqual(status(), 200)
            wait_until("it is refused", lambda: status() == 401)

    def test_an_address_that_fails_too_often_waits(self):
        gateway = self.start(identity={"failures": {"burst": 3, "recovery_seconds": 600}})
        for _ in range(3):
            self.assertEqual(self.post(gateway, LIST, bearer("nonsense")).status, 401)
        limited = self.post(gateway, LIST, bearer(api_key()[0]))
        self.assertEqual(limited.status, 429)
        self.assertGreater(int(limited.headers["retry-after"]), 0)

    def test_a_revoked_subject_is_refused(self):
        self.write("revoked.yaml", {"subjects": {"dan@example.com": {"reason": "left"}}})
        gateway = self.start(identity={"revocations": "revoked.yaml"})
        self.assertEqual(self.post(gateway, LIST, bearer(self.keys["dan"])).status, 401)
        self.assertEqual(self.post(gateway, LIST, bearer(self.keys["anna"])).status, 200)

    def test_stdio_takes_a_token_from_the_environment_or_the_local_user(self):
        self.write("policy/10-rules.yaml", POLICY +
                   "  me: {effect: allow, who: {subjects: [tester@example.com]}, tools: [trust/get_stats]}\n"
                   "subjects: {tester@example.com: {}}\n")
        self.write("keys.yaml", {"keys": self.entries})
        config = self.config(policy="policy", identity={"api_keys": "keys.yaml"})
        with_token = self.stdio(config, env=self.env(CERTUS_TOKEN=self.keys["anna"]))
        self.assertEqual(set(with_token.tools()), {"trust_verify", "trust_get_stats"})
        self.assertEqual(set(self.stdio(config).tools()), {"trust_get_stats"})


class Rules(Policy):
    def test_a_hidden_tool_and_one_that_does_not_exist_look_alike(self):
        gateway = self.start()
        anna = self.client(gateway, "anna")
        self.assertEqual(set(anna.tools()), {"trust_verify", "trust_get_stats"})
        answers = []
        for name in ("trust_sign", "trust_sing"):
            with self.assertRaises(RpcError) as caught:
                anna.call(name, SIGN)
            answers.append((caught.exception.code, caught.exception.status, caught.exception.message.replace(name, "NAME")))
        self.assertEqual(answers[0], answers[1])
        self.assertNotIn("sign", answers[0][2].replace("NAME", ""))
        gateway.stop()
        gateway.await_log("trust/sign is hidden from this caller")

    def test_a_module_that_is_hidden_whole_and_one_that_does_not_exist_look_alike(self):
        self.add_key("nobody")
        gateway = self.start()
        for name in ("nobody", "anna"):
            answers = [self.post(gateway, LIST, bearer(self.keys[name]), path) for path in ("/mcp/trust", "/mcp/thrust")]
            self.assertEqual([answer.status for answer in answers], [404 if name == "nobody" else 200, 404], name)
            if name == "nobody":
                self.assertEqual(answers[0].text(), answers[1].text())
            for path, status in (("/sse/trust", answers[0].status), ("/sse/thrust", 404)):
                connection = wire.Connection(gateway.port)
                self.addCleanup(connection.close)
                connection.send(wire.head_bytes("GET", path, {"Accept": "text/event-stream", **bearer(self.keys[name])}, b""))
                self.assertEqual(connection.head().status, status, (name, path))
        self.assertEqual(self.post(gateway, LIST, bearer(self.keys["nobody"])).status, 200)  # everybody's, with nothing in it

    def test_arguments_are_judged_and_the_refusal_says_what_would_do(self):
        dan = self.client(self.start(), "dan")
        self.assertFalse(dan.call("trust_sign", SIGN).get("isError"))
        text = dan.error("trust_sign", {**SIGN, "artifact_type": "binary"})
        self.assertIn("developers-sign", text)
        self.assertIn("sbom", text)
        self.assertIn("Ask the release team", text)

    def test_a_token_for_some_tools_is_told_which_scope_it_lacks(self):
        gateway = self.start()
        narrow = self.client(gateway, "narrow")
        self.assertIn("trust_sign", narrow.tools())  # listed, for a wider token may call it
        message = narrow.message("tools/call", {"name": "trust_sign", "arguments": SIGN})
        answer = self.post(gateway, message, {**narrow.headers(message), **narrow.extra})
        self.assertEqual(answer.status, 403)
        self.assertIn('error="insufficient_scope"', answer.headers["www-authenticate"])

    def test_services_are_told_the_tenant_that_policy_decided_by(self):
        service = upstream.Upstream(lambda *_: (500, {"detail": "no matter"}))
        self.addCleanup(service.close)
        policy = POLICY + "tenants: {acme: {}, works: {}}\nsubjects: {anna@example.com: {tenant: works}}\n"
        gateway = self.start(policy, services={"trust": {"url": service.url}})
        for name, tenant in (("dan", "acme"), ("anna", "works")):  # by its credential; by the policy's files
            self.client(gateway, name).error("trust_get_stats")
            headers = service.requests[-1][2]
            self.assertEqual((headers["X-User-ID"], headers["X-Tenant-ID"]), (f"{name}@example.com", tenant))
        self.add_key("bare", groups=["auditors"])
        self.write("keys.yaml", {"keys": self.entries})
        self.command("reload", "--config", self.folder / "gateway.json")
        self.client(gateway, "bare").error("trust_get_stats")
        self.assertNotIn("X-Tenant-ID", service.requests[-1][2])

    def test_a_list_is_for_its_caller_and_so_is_a_cursor(self):
        gateway = self.start(catalog={"page_size": 1})
        anna, dan = self.client(gateway, "anna"), self.client(gateway, "dan")
        first = anna.request("tools/list")
        self.assertEqual((len(first["tools"]), first["cacheScope"]), (1, "private"))
        second = anna.request("tools/list", {"cursor": first["nextCursor"]})
        self.assertNotIn("nextCursor", second)
        for other in (dan, self.client(gateway, "anna", "/mcp/trust")):
            with self.assertRaises(RpcError):
                other.request("tools/list", {"cursor": first["nextCursor"]})

    def test_what_one_subject_opens_for_one_tenant_is_none_of_its_others(self):
        self.add_key("works", groups=["developers"], tenant="works")
        self.entries["works"]["subject"] = "dan@example.com"
        gateway = self.start(POLICY + "tenants: {acme: {}, works: {}}\n", catalog={"page_size": 1})
        dan, works = self.client(gateway, "dan"), self.client(gateway, "works")
        cursor = {"cursor": dan.request("tools/list")["nextCursor"]}
        dan.request("tools/list", cursor)
        with self.assertRaises(RpcError):
            works.request("tools/list", cursor)
        opening = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "e2e", "version": "1"}}}
        session = {"Mcp-Session-Id": self.post(gateway, opening, bearer(self.keys["dan"])).headers["mcp-session-id"]}
        ping = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
        self.assertEqual(self.post(gateway, ping, {**session, **bearer(self.keys["works"])}).status, 404)
        self.assertEqual(self.post(gateway, ping, {**session, **bearer(self.keys["dan"])}).status, 200)

    def test_a_session_is_its_callers_alone(self):
        gateway = self.start()
        opening = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "e2e", "version": "1"}}}
        session = {"Mcp-Session-Id": self.post(gateway, opening, bearer(self.keys["dan"])).headers["mcp-session-id"]}
        ping = {"jsonrpc": "2.0", "id": 2, "method": "ping"}
        self.assertEqual(self.post(gateway, ping, {**session, **bearer(self.keys["dan"])}).status, 200)
        self.assertEqual(self.post(gateway, ping, {**session, **bearer(self.keys["anna"])}).status, 404)
        self.assertEqual(self.post(gateway, ping, session).status, 401)


class OpenLocalMode(Case):
    def test_it_answers_no_proxy(self):
        gateway = self.start_gateway()
        for name in ("X-Forwarded-For", "Forwarded", "Via"):
            answer = wire.request(gateway.port, "POST", "/mcp", headers={**JSON_TYPES, name: "192.0.2.1"}, body=json.dumps(LIST).encode())
            self.assertEqual(answer.status, 403, name)

    def test_no_policy_is_the_only_way_into_it(self):
        empty = self.folder / "empty"
        empty.mkdir()
        for policy in (str(empty), str(self.folder / "missing"), ""):
            config = self.config(policy=policy, identity={"api_keys": "keys.yaml"})
            (self.folder / "keys.yaml").write_text("keys: {}\n", encoding="utf-8")
            _, errors = self.command("serve", "--config", config, expect=1)
            self.assertIn("policy", errors)
        _, errors = self.command("serve", "--config", self.config(policy=str(empty)), expect=1)
        self.assertIn("identity", errors)

    def test_other_machines_are_not_let_in_without_policy_identity_and_tls(self):
        config = self.config(listeners={"mcp": {"address": "0.0.0.0", "port": 0}, "operations": {"port": 0}})
        _, errors = self.command("serve", "--config", config, expect=1)
        for word in ("policy", "identity", "tls"):
            self.assertIn(word, errors)
