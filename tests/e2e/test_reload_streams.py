"""What a reload means for what is open: streams, subscriptions, questions to a person."""
import json
import os
import signal

import harness
import wire
from test_policy import LIST, POLICY, bearer
from test_reload import BROKEN, Reloads


class Streams(Reloads):
    def open(self, gateway, name):
        """The three kinds of long-lived streams of this caller: (connection, iterator of events) each."""
        listener = self.client(gateway, name)
        message = listener.message("subscriptions/listen", {"notifications": {"toolsListChanged": True}})
        body = json.dumps(message).encode()
        session = gateway.legacy()
        session.extra = bearer(self.keys[name])
        session.open()
        events = {"Accept": "text/event-stream"}
        heads = [("POST", "/mcp", {**listener.headers(message), **listener.extra}, body),
                 ("GET", "/mcp", {**session.headers(), **events}, b""),
                 ("GET", "/sse", {**events, **bearer(self.keys[name])}, b"")]
        out = []
        for method, path, headers, body in heads:
            connection = wire.Connection(gateway.port)
            self.addCleanup(connection.close)
            connection.send(wire.head_bytes(method, path, headers, body) + body)
            head = connection.head()
            self.assertEqual(head.status, 200, path)
            out.append(connection.events(head))
        return session, out

    def test_a_key_that_is_taken_away_stops_at_its_next_message_and_its_streams_end(self):
        gateway, config = self.begin()
        session, streams = self.open(gateway, "dan")
        other, others = self.open(gateway, "anna")
        harness.wait_until("all streams are open", lambda: gateway.metric("certus_gateway_streams") == 6)
        dan = self.client(gateway, "dan")
        self.assertIn("trust_sign", dan.tools())
        del self.entries["dan"]
        self.write("keys.yaml", {"keys": self.entries})
        self.assertEqual(self.reload(config)["outcome"], "applied")
        self.assertEqual(dan.send(dan.message("tools/list")).status, 401)
        self.assertEqual(session.post({"jsonrpc": "2.0", "id": 5, "method": "ping"}).status, 401)
        last = [list(events) for events in streams]  # each ends, as a whole answer does
        self.assertEqual(json.loads(last[0][-1][1])["result"]["resultType"], "complete")
        harness.wait_until("only the other caller's are left", lambda: gateway.metric("certus_gateway_streams") == 3)
        self.assertEqual(other.request("ping"), {})
        self.assertEqual(len(others), 3)

    def test_a_revocation_ends_streams_and_an_expiry_does_without_any_reload(self):
        self.write("revoked.yaml", "keys: {}\n")
        gateway, config = self.begin(identity={"revocations": "revoked.yaml"})
        self.add_brief_key(gateway)
        _, brief = self.open(gateway, "brief")
        _, streams = self.open(gateway, "dan")
        for events in brief:
            list(events)
        self.assertEqual(self.ready(gateway)["generation"], 2)
        self.write("revoked.yaml", {"subjects": {"dan@example.com": {"reason": "left"}}})
        self.assertEqual(self.reload(config)["outcome"], "applied")
        for events in streams:
            list(events)

    def test_a_fault_in_the_policy_holds_up_no_revocation_and_lets_nothing_else_in(self):
        self.add_key("gone", groups=["auditors"])
        self.write("revoked.yaml", "keys: {}\n")
        gateway, config = self.begin(identity={"revocations": "revoked.yaml"})
        _, streams = self.open(gateway, "dan")
        gone, anna = self.client(gateway, "gone"), self.client(gateway, "anna")
        gone.tools()
        # One commit: dan is revoked, a key is gone, one is new, one has more groups, and the policy has a typo.
        self.write("revoked.yaml", {"subjects": {"dan@example.com": {"reason": "left"}}})
        keys = {name: entry for name, entry in self.entries.items() if name != "gone"}
        self.add_key("new", groups=["developers"])
        keys.update(new=self.entries["new"], anna={**keys["anna"], "groups": ["auditors", "developers"]})
        self.write("keys.yaml", {"keys": keys})
        self.write("policy/20-more.yaml", BROKEN)
        report = self.reload(config, expect=1)
        self.assertEqual((report["outcome"], report["generation"]), ("refused", 2))
        self.assertTrue(any("revocations" in text and "in force at once" in text for text in report["warnings"]), report)
        for events in streams:
            list(events)
        for name in ("dan", "gone", "new"):
            client = self.client(gateway, name)
            self.assertEqual(client.send(client.message("tools/list")).status, 401, name)
        self.assertEqual(set(anna.tools()), {"trust_verify", "trust_get_stats"})
        self.assertEqual(self.reload(config, expect=1)["generation"], 2)  # nothing more to take away
        self.assertIn("stale", self.ready(gateway))
        self.assertEqual(gateway.metric("certus_gateway_policy_stale"), 1)

        (self.folder / "policy/20-more.yaml").unlink()
        self.assertEqual(self.reload(config)["outcome"], "applied")
        self.assertIn("trust_sign", anna.tools())
        self.assertIn("trust_sign", self.client(gateway, "new").tools())

    def test_what_was_taken_away_under_a_fault_comes_back_with_the_files_of_before(self):
        self.write("revoked.yaml", "keys: {}\n")
        gateway, config = self.begin(identity={"revocations": "revoked.yaml"})
        self.write("revoked.yaml", "subjects: {dan@example.com: {}}\n")
        config_text = config.read_text(encoding="utf-8")
        config.write_text(config_text[:-2], encoding="utf-8")  # not even the configuration can be read
        os.kill(gateway.pid, signal.SIGHUP)
        harness.wait_until("the revocation counts", lambda: self.post(gateway, LIST, bearer(self.keys["dan"])).status == 401)
        config.write_text(config_text, encoding="utf-8")
        self.write("revoked.yaml", "keys: {}\n")
        self.assertEqual(self.reload(config)["outcome"], "applied")
        self.assertEqual(self.post(gateway, LIST, bearer(self.keys["dan"])).status, 200)

    def test_a_key_whose_end_is_moved_into_the_past_ends_its_streams(self):
        gateway, config = self.begin()
        _, streams = self.open(gateway, "dan")
        self.entries["dan"]["expires"] = "2026-01-01T00:00:00Z"
        self.write("keys.yaml", {"keys": self.entries})
        self.assertEqual(self.reload(config)["outcome"], "applied")
        for events in streams:
            list(events)

    def test_open_streams_keep_no_generation_alive_and_hear_of_the_change(self):
        gateway, config = self.begin()
        _, streams = self.open(gateway, "dan")
        for number in range(10):
            self.write("policy/10-rules.yaml", POLICY + f"# {number}\n" + f"  n-{number}: {{effect: allow, who: everyone, tools: [trust/verify]}}\n")
            self.reload(config)
        harness.wait_until("old generations are freed", lambda: gateway.metric("certus_gateway_generations_live") == 1)
        for events in streams[:2]:
            self.assertTrue(any("list_changed" in data for _, data, _ in events))


class Subscriptions(Reloads):
    WATCHED = "test://watched-resource"
    IN_TURN = {"threads": 1}  # one thread judges a change before it reads the reload that comes after it
    OPEN = {"tools": {"effect": "allow", "who": "everyone", "tools": ["conformance/*"]},
            "reads": {"effect": "allow", "who": "everyone", "resources": ["conformance/*"]}}
    HIDDEN = {**OPEN, "not-that": {"effect": "deny", "who": "everyone", "resources": [f"conformance/{WATCHED}"]}}

    def wanted(self, stream):
        """The first message but the tidings that lists have changed."""
        return next(json.loads(data) for _, data, _ in stream if data.startswith("{") and "list_changed" not in data)

    def listen(self, client):
        message = client.message("subscriptions/listen", {"notifications": {"resourceSubscriptions": [self.WATCHED]}})
        body = json.dumps(message).encode()
        return self.stream("POST", "/mcp", {**client.headers(message), **client.extra}, body)

    def stream(self, method, path, headers, body=b""):
        connection = wire.Connection(self.port)
        self.addCleanup(connection.close)
        connection.send(wire.head_bytes(method, path, headers, body) + body)
        return connection.events(connection.head())

    def test_a_resource_that_becomes_hidden_is_told_of_no_more_until_it_is_shown_again(self):
        modules = {"conformance": {"path": harness.module("conformance"), "prefix": ""}}
        gateway, config = self.begin(json.dumps({"rules": self.OPEN}), modules=modules, services={}, **self.IN_TURN)
        self.port = gateway.port
        client = self.client(gateway, "anna")
        session = gateway.legacy()
        session.extra = client.extra
        session.open()
        session.request("resources/subscribe", {"uri": self.WATCHED})
        streams = [self.listen(client), self.stream("GET", "/mcp", {**session.headers(), "Accept": "text/event-stream"})]
        self.assertEqual(self.wanted(streams[0])["method"], "notifications/subscriptions/acknowledged")
        client.call("test_trigger_resource_update")
        for stream in streams:
            self.assertEqual(self.wanted(stream)["params"]["uri"], self.WATCHED)
        for rules in (self.HIDDEN, self.OPEN):
            self.write("policy/10-rules.yaml", json.dumps({"rules": rules}))
            self.assertEqual(self.reload(config)["outcome"], "applied")
            client.call("test_trigger_resource_update")
        for stream in streams:
            self.assertEqual(self.wanted(stream)["params"]["uri"], self.WATCHED)
        gateway.stop()  # ends the streams: of the two changes, one was told
        for stream in streams:
            self.assertFalse([data for _, data, _ in stream if "resources/updated" in data])


    def test_what_a_stream_hears_follows_the_groups_that_its_key_has_now(self):
        modules = {"conformance": {"path": harness.module("conformance"), "prefix": ""}}
        readers = {"who": {"groups": ["developers"]}, "effect": "allow", "resources": ["conformance/*"]}
        policy = {"groups": {"developers": {"claimed": True}}, "rules": {"tools": self.OPEN["tools"], "reads": readers}}
        self.entries["anna"]["groups"] = ["developers"]
        gateway, _ = self.begin(json.dumps(policy), modules=modules, services={}, **self.IN_TURN)
        self.port = gateway.port
        client = self.client(gateway, "anna")
        stream = self.listen(client)
        self.assertEqual(self.wanted(stream)["method"], "notifications/subscriptions/acknowledged")
        for groups in ([], ["developers"]):
            self.entries["anna"]["groups"] = groups
            self.write("keys.yaml", {"keys": self.entries})
            answer = wire.request(gateway.operations, "POST", "/-/reload", b"")
            self.assertEqual(json.loads(answer.body)["outcome"], "applied")
            client.call("test_trigger_resource_update")
        self.assertEqual(self.wanted(stream)["params"]["uri"], self.WATCHED)
        gateway.stop()  # of the two changes, one was told
        self.assertFalse([data for _, data, _ in stream if "resources/updated" in data])


class Questions(Reloads):
    CONFIRM = "rules:\n  ask: {effect: confirm, who: everyone, tools: [trust/sign]}\n"

    def sign_with_a_reload_meanwhile(self, policy):
        """The result of a call whose question is asked under CONFIRM and answered with yes under `policy`."""
        gateway, config = self.begin(self.CONFIRM)
        outcomes = []

        def yes(_method, params):
            self.write("policy/10-rules.yaml", policy)
            outcomes.append(self.reload(config)["outcome"])
            schema = params.get("requestedSchema", {}).get("properties", {})
            return {"result": {"action": "accept", "content": {name: True for name in schema}}}
        session = gateway.legacy(capabilities={"elicitation": {}})
        session.extra, session.answer = bearer(self.keys["dan"]), yes
        session.open()
        result = session.call("trust_sign", {"artifact": harness.DIGEST, "artifact_type": "sbom"})
        self.assertEqual(outcomes, ["applied"], result)
        return result

    def test_a_question_that_waits_survives_a_reload(self):
        more = self.CONFIRM + "  more: {effect: allow, who: everyone, tools: [trust/verify]}\n"
        result = self.sign_with_a_reload_meanwhile(more)
        self.assertFalse(result.get("isError"), result)
        self.assertIn("signature", result["structuredContent"])
