"""A gateway behind its public URL: the names and pages that it answers, and what OAuth clients read of it from anywhere."""
import json

import wire
from harness import free_port
from test_issuer_keys import ISSUER, Issuer
from test_policy import LIST, SIGN, Policy, bearer

URL = "https://gateway.example.com/mcp"
METADATA = "/.well-known/oauth-protected-resource/mcp"
RESOURCE = {"public_url": URL, "authorization_servers": ["https://id.example.com"], "scopes": ["mcp:tools"]}


class PublicUrl(Policy):
    def start(self, resource=None, **more):
        return super().start(identity={"resource": {**RESOURCE, **(resource or {})}}, **more)

    def metadata(self, gateway, method="GET", port=None, **headers):
        return wire.request(port or gateway.port, method, METADATA, headers=headers)

    def test_the_public_url_is_a_name_of_the_gateway_and_no_other_is(self):
        gateway = self.start()
        dan = bearer(self.keys["dan"])
        for host in ("gateway.example.com", "gateway.example.com:8443", "GATEWAY.example.com"):
            self.assertEqual(self.metadata(gateway, Host=host).status, 200, host)
            self.assertEqual(self.post(gateway, LIST, {"Host": host}).status, 401, host)
            self.assertEqual(self.post(gateway, LIST, {"Host": host, **dan}).status, 200, host)
        own = self.post(gateway, LIST, {"Host": "gateway.example.com", "Origin": "https://gateway.example.com", **dan})
        self.assertEqual(own.status, 200)
        for host in ("evil.example.com", "gateway.example.com.evil.com", "example.com"):
            self.assertEqual(self.metadata(gateway, Host=host).status, 403, host)
            self.assertEqual(self.post(gateway, LIST, {"Host": host, **dan}).status, 403, host)

    def test_another_public_url_is_a_name_from_the_next_generation_on(self):
        gateway = self.start()
        config = self.folder / "gateway.json"
        document = json.loads(config.read_text(encoding="utf-8"))
        document["identity"]["resource"]["public_url"] = "https://mcp.example.org/mcp"
        config.write_text(json.dumps(document), encoding="utf-8")
        self.command("reload", "--config", config)
        self.assertEqual(self.metadata(gateway, Host="mcp.example.org").status, 200)
        self.assertEqual(self.metadata(gateway, Host="gateway.example.com").status, 403)

    def test_pages_of_any_site_read_the_metadata_and_nothing_else(self):
        gateway = self.start()
        page = {"Origin": "https://inspector.example.net"}
        read = self.metadata(gateway, **page)
        self.assertEqual(read.status, 200, read.text())
        self.assertEqual(read.headers["access-control-allow-origin"], "*")
        self.assertEqual(json.loads(read.body)["resource"], URL)
        asked = self.metadata(gateway, "OPTIONS", **{**page, "Access-Control-Request-Method": "GET"})
        self.assertEqual((asked.status, asked.headers["access-control-allow-origin"]), (204, "*"))
        probe = wire.request(gateway.port, "GET", "/.well-known/oauth-authorization-server", headers=page)
        self.assertEqual((probe.status, probe.headers["access-control-allow-origin"]), (404, "*"))
        self.assertEqual(self.post(gateway, LIST, {**page, **bearer(self.keys["dan"])}).status, 403)

    def test_a_token_that_is_too_narrow_is_told_the_scopes_of_this_tool_and_no_client_is_sent_in_a_circle(self):
        port = free_port()
        issuer = Issuer(self, URL)
        keys = self.write("ids.json", issuer.key_set())
        self.write("policy/10-rules.yaml", "rules: {all: {effect: allow, who: everyone, tools: ['trust/*']}}\n")
        identity = {"issuers": {"company": {"issuer": ISSUER, "audiences": [URL], "jwks_file": keys}},
                    "resource": {"public_url": URL, "scopes": ["mcp:tools"], "tool_scopes": {"trust:sign": {"tools": ["trust/sign"]}}}}
        gateway = self.start_gateway(self.config(policy="policy", identity=identity,
                                                 listeners={"mcp": {"port": port}, "operations": {"port": free_port()}}))

        def call(tool, arguments, scope):
            client = gateway.client()
            client.extra = bearer(issuer.token(sub="anna", scope=scope, allowed_tools=["trust/get_stats"]))
            message = client.message("tools/call", {"name": tool, "arguments": arguments})
            return self.post(gateway, message, {**client.headers(message), **client.extra})
        narrow = call("trust_sign", SIGN, "mcp:tools")
        self.assertEqual(narrow.status, 403)
        self.assertIn('error="insufficient_scope", scope="mcp:tools trust:sign"', narrow.headers["www-authenticate"])
        self.assertIn("resource_metadata=", narrow.headers["www-authenticate"])
        verify = {"artifact": SIGN["artifact"]}
        for tool, arguments, scope in (("trust_sign", SIGN, "mcp:tools trust:sign"), ("trust_verify", verify, "mcp:tools")):
            circle = call(tool, arguments, scope)  # it has every scope that there is to ask for
            self.assertEqual(circle.status, 200, circle.text())
            self.assertTrue(json.loads(circle.body)["result"]["isError"])
            self.assertIn("allowed tools", circle.text())
        self.assertEqual(call("trust_sign", SIGN, "").status, 403)

    def test_a_gateway_without_oauth_says_nothing_to_pages_of_other_sites(self):
        gateway = super().start()
        answer = self.metadata(gateway, Origin="https://inspector.example.net")
        self.assertEqual(answer.status, 403)
        self.assertNotIn("access-control-allow-origin", answer.headers)
        self.assertEqual(self.metadata(gateway).status, 404)
