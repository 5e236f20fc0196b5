"""Several issuers behind one gateway: none of them can name a caller, or put anybody into a group, of another's."""
import json

import harness
import wire
from harness import Case, ROOT, free_port, wait_until
from test_issuer_keys import INITIALIZE, Issuer

CATALOG = ROOT / "policy" / "examples" / "catalog.json"
POLICY = """
groups: {developers: {claimed: true}, partner-readers: {claimed: true}}
subjects: {anna: {}, "partner:anna": {}}
rules:
  anna-signs: {effect: allow, who: {subjects: [anna]}, tools: [trust/sign]}
  partners-anna-verifies: {effect: allow, who: {subjects: ["partner:anna"]}, tools: [trust/verify]}
  developers-query: {effect: allow, who: {groups: [developers]}, tools: [trust/query_transparency]}
  partners-read: {effect: allow, who: {groups: [partner-readers]}, tools: [trust/get_stats]}
"""
LIST = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}


class Issuers(Case):
    def setUp(self):
        super().setUp()
        port = free_port()
        self.company = Issuer(self, f"http://127.0.0.1:{port}/mcp")
        self.partner = Issuer(self, self.company.audience)
        (self.folder / "policy").mkdir()
        (self.folder / "policy" / "rules.yaml").write_text(POLICY, encoding="utf-8")
        self.listeners = {"mcp": {"port": port}, "operations": {"port": free_port()}}

    def write(self, company, partner, **more):
        def issuer(name, issuer, settings):
            keys = self.folder / f"{name}.json"
            keys.write_text(json.dumps(issuer.key_set()), encoding="utf-8")
            return {"issuer": f"https://{name}.example.com", "audiences": [issuer.audience], "jwks_file": str(keys), **settings}
        issuers = {"company": issuer("company", self.company, company), "partner": issuer("partner", self.partner, partner)}
        return self.config(policy="policy", identity={"issuers": issuers, **more}, listeners=self.listeners, gateway_tools=True)

    def token(self, name, groups=()):
        issuer = {"company": self.company, "partner": self.partner}[name]
        return issuer.token(iss=f"https://{name}.example.com", sub="anna", groups=list(groups))

    def ask(self, gateway, token, message):
        headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", "Authorization": f"Bearer {token}"}
        return wire.request(gateway.port, "POST", "/mcp", headers=headers, body=json.dumps(message).encode())

    def tools(self, gateway, token):
        answer = self.ask(gateway, token, LIST)
        self.assertEqual(answer.status, 200, answer.text())
        return {tool["name"] for tool in json.loads(answer.text())["result"]["tools"]}

    def whoami(self, config, token):
        out, _ = self.command("whoami", "--config", config, "--catalog", CATALOG, "--json", env=self.env(CERTUS_TOKEN=token))
        return json.loads(out)

    def test_the_same_name_from_two_issuers_is_two_callers(self):
        config = self.write({"subject_prefix": "company:"}, {"subject_prefix": "partner:"})
        rules = self.folder / "policy" / "rules.yaml"
        rules.write_text(POLICY.replace("anna: {}, ", '"company:anna": {}, ').replace("[anna]", '["company:anna"]'), encoding="utf-8")
        gateway = self.start_gateway(config)
        self.assertEqual(self.tools(gateway, self.token("company")), {"trust_sign"})
        self.assertEqual(self.tools(gateway, self.token("partner")), {"trust_verify"})
        wait_until("the log is written", lambda: "event=started" in gateway.log())
        self.assertNotIn("subject_prefix", gateway.log())

    def test_an_issuer_puts_people_only_into_its_own_groups_and_whoami_says_which_it_may_not(self):
        config = self.write({}, {"subject_prefix": "partner:", "groups": ["partner-*"]})
        gateway = self.start_gateway(config)
        token = self.token("partner", ["developers", "partner-readers"])
        self.assertEqual(self.tools(gateway, token), {"trust_verify", "trust_get_stats"})
        self.assertEqual(self.tools(gateway, self.token("company", ["developers"])), {"trust_sign", "trust_query_transparency"})
        said = self.whoami(config, token)
        self.assertEqual((said["subject"], said["groups"], said["groups_dropped"]), ("partner:anna", ["partner-readers"], ["developers"]))
        text, _ = self.command("whoami", "--config", config, "--catalog", CATALOG, env=self.env(CERTUS_TOKEN=token))
        self.assertIn("its issuer may not: developers", text)

    def test_revocations_and_the_log_use_the_name_that_rules_see(self):
        revoked = self.folder / "revoked.yaml"
        revoked.write_text("subjects: {anna: {reason: left}}\n", encoding="utf-8")
        gateway = self.start_gateway(self.write({}, {"subject_prefix": "partner:"}, revocations=str(revoked)))
        self.assertEqual(self.ask(gateway, self.token("company"), LIST).status, 401)
        self.assertEqual(self.tools(gateway, self.token("partner")), {"trust_verify"})
        client = gateway.client("/mcp")
        client.extra = {"Authorization": f"Bearer {self.token('partner')}"}
        client.call("trust_verify", {"artifact": harness.DIGEST})
        wait_until("the call is in the log", lambda: "tool=trust_verify" in gateway.log())
        gateway.await_log("partner:anna")

    def test_a_session_of_one_is_not_the_others(self):
        gateway = self.start_gateway(self.write({}, {}))
        opened = self.ask(gateway, self.token("company"), INITIALIZE)
        self.assertEqual(opened.status, 200)
        headers = {"Mcp-Session-Id": opened.headers["mcp-session-id"], "Content-Type": "application/json",
                   "Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-11-25"}
        def status(name):
            return wire.request(gateway.port, "POST", "/mcp", headers={**headers, "Authorization": f"Bearer {self.token(name)}"},
                                body=json.dumps(LIST).encode()).status
        self.assertEqual((status("company"), status("partner")), (200, 404))

    def test_issuers_that_could_name_each_others_callers_are_warned_of_with_the_remedy(self):
        config = self.write({}, {})
        gateway = self.start_gateway(config)
        wait_until("the log is written", lambda: "event=started" in gateway.log())
        for text in (gateway.log(), self.command("check", "--config", config, "--catalog", CATALOG)[1]):
            self.assertRegex(text, r"gateway\.json:\d+:\d+: identity\.issuers\.partner\.subject_prefix: a name from issuer partner may be "
                                   r"one from company \(\S*gateway\.json:\d+:\d+\)")
