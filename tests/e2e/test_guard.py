"""What policy granted, on the wire: a person confirms a call on every revision, limits refuse and tell when to come again, the gateway's
own tools say who is calling and what is left."""
import base64
import hashlib
import json
import os
import time

import harness
from harness import Case
import mcp
from mcp import RpcError

CONFIRM = {"people": {"effect": "confirm", "who": "everyone", "tools": ["conformance/test_simple_text", "conformance/test_elicitation",
                                                                    "conformance/test_input_required_result_elicitation"]}}
ALLOW = {"all": {"effect": "allow", "who": "everyone", "tools": ["conformance/*", "gateway/*"]}}
TEXT = "test_simple_text"
ROUNDS = "test_input_required_result_elicitation"


def new_key():
    random = os.urandom(32)
    return "certus_" + base64.urlsafe_b64encode(random + hashlib.sha256(b"certus_" + random).digest()[:4]).decode().rstrip("=")


class Modern(mcp.Modern):
    key = None

    def send(self, message, **headers):
        return super().send(message, Authorization=f"Bearer {self.key}", **headers)


class Legacy(mcp.Legacy):
    key = None

    def headers(self):
        return {**super().headers(), "Authorization": f"Bearer {self.key}"}


def answer(approve, action="accept"):
    return {"confirmation": {"action": action, "content": {"approve": approve}}}


class Guard(Case):
    def start(self, rules, limits=None, **more):
        self.keys = {name: new_key() for name in ("rita", "raul")}
        policy = self.folder / "policy"
        policy.mkdir()
        (policy / "policy.yaml").write_text(json.dumps({"rules": rules, **({"limits": limits} if limits else {})}))
        keys = self.folder / "keys.yaml"
        keys.write_text(json.dumps({"keys": {name: {"sha256": hashlib.sha256(key.encode()).hexdigest(), "subject": f"{name}@example.com"}
                                             for name, key in self.keys.items()}}))
        keys.chmod(0o600)
        modules = {"conformance": {"path": harness.module("conformance"), "prefix": ""}}
        return self.start_gateway(services={}, modules=modules, policy="policy", identity={"api_keys": "keys.yaml"}, gateway_tools=True, **more)

    def modern(self, gateway, who="rita", capabilities=None):
        client = Modern(gateway.port, "/mcp", {"elicitation": {}} if capabilities is None else capabilities)
        client.key = self.keys[who]
        return client

    def legacy(self, gateway, answers, revision="2025-11-25", capabilities=None):
        client = Legacy(gateway.port, "/mcp", revision, {"elicitation": {}} if capabilities is None else capabilities, answers)
        client.key = self.keys["rita"]
        client.open()
        return client

    def test_a_modern_client_is_given_the_question_and_runs_the_call_with_its_answer_once(self):
        client = self.modern(self.start({**ALLOW, **CONFIRM}))
        asked = client.call(TEXT)
        self.assertEqual(asked["resultType"], "input_required")
        message = asked["inputRequests"]["confirmation"]["params"]["message"]
        for part in ("rita@example.com", TEXT, "people"):
            self.assertIn(part, message)
        state = asked["requestState"]
        refused = client.call(TEXT, requestState=state, inputResponses=answer(False))
        self.assertTrue(refused["isError"])
        self.assertIn("declined", mcp.text_of(refused))
        self.assertIn("Request id:", mcp.text_of(refused))
        ran = client.call(TEXT, requestState=state, inputResponses=answer(True))
        self.assertFalse(ran.get("isError"), ran)
        again = client.call(TEXT, requestState=state, inputResponses=answer(True))
        self.assertTrue(again["isError"])
        self.assertIn("has been used", mcp.text_of(again))

    def test_a_confirmation_is_nobody_elses_and_of_no_other_call(self):
        gateway = self.start({**ALLOW, **CONFIRM})
        tool, said = "test_elicitation", {"message": "Who are you?"}
        state = self.modern(gateway).call(tool, said)["requestState"]
        for client, name, arguments in ((self.modern(gateway, "raul"), tool, said), (self.modern(gateway), ROUNDS, {}),
                                        (self.modern(gateway), tool, {"message": "Who is she?"})):
            with self.subTest(who=client.key == self.keys["rita"], tool=name, arguments=arguments):
                with self.assertRaises(RpcError) as caught:
                    client.call(name, arguments, requestState=state, inputResponses=answer(True))
                self.assertEqual(caught.exception.code, -32602)
        own = self.modern(gateway).call(tool, said, requestState=state, inputResponses=answer(True))
        self.assertNotIn("confirmation", own["inputRequests"])  # the tool's own question

    def test_after_the_confirmation_a_tool_asks_its_own_questions_and_nobody_is_asked_twice(self):
        client = self.modern(self.start({**ALLOW, **CONFIRM}))
        asked = client.call(ROUNDS)
        own = client.call(ROUNDS, requestState=asked["requestState"], inputResponses=answer(True))
        self.assertEqual(list(own["inputRequests"]), ["user_name"])
        ran = client.call(ROUNDS, requestState=own["requestState"],
                          inputResponses={"user_name": {"action": "accept", "content": {"name": "Ada"}}})
        self.assertIn("Ada", mcp.text_of(ran))

    def test_older_clients_are_asked_while_the_call_runs(self):
        gateway = self.start({**ALLOW, **CONFIRM})
        for revision in ("2025-06-18", "2025-11-25"):
            asked = []

            def accept(method, params, asked=asked):
                self.assertEqual(method, "elicitation/create")
                asked.append(params["message"])
                if "approve" in params["requestedSchema"]["properties"]:
                    return {"result": {"action": "accept", "content": {"approve": True}}}
                return {"result": {"action": "accept", "content": {"username": "ada", "email": "ada@example.com"}}}
            with self.subTest(revision=revision):
                client = self.legacy(gateway, accept, revision)
                self.assertFalse(client.call(TEXT).get("isError"))
                self.assertIn("ada", mcp.text_of(client.call("test_elicitation", {"message": "Who are you?"})))
                self.assertEqual(len(asked), 3)
                self.assertIn("Who are you?", asked[2])

    def test_an_older_client_has_longer_to_confirm_than_the_tool_may_run(self):
        gateway = self.start({**ALLOW, **CONFIRM}, tool_timeout_seconds=4)

        def think(_method, _params):
            time.sleep(5)
            return {"result": {"action": "accept", "content": {"approve": True}}}
        self.assertFalse(self.legacy(gateway, think).call(TEXT).get("isError"))

    def test_an_older_client_that_declines_gets_a_tool_error(self):
        gateway = self.start({**ALLOW, **CONFIRM})
        for said in ({"action": "decline"}, {"action": "cancel"}, {"action": "accept", "content": {"approve": False}}):
            with self.subTest(said=said):
                client = self.legacy(gateway, lambda *_, said=said: {"result": said})
                text = client.error(TEXT)
                self.assertIn("Nothing was done.", text)
        self.assertEqual(gateway.metric("certus_gateway_calls_total", tool=TEXT, outcome="unconfirmed"), 3)

    def test_a_client_that_cannot_ask_is_refused_with_that_reason(self):
        gateway = self.start({**ALLOW, **CONFIRM})
        for client in (self.modern(gateway, capabilities={}), self.legacy(gateway, None, capabilities={})):
            result = client.call(TEXT)
            self.assertTrue(result["isError"])
            self.assertIn("elicitation", mcp.text_of(result))
            self.assertIn("people", mcp.text_of(result))

    def test_a_limit_refuses_the_next_call_and_tells_when_to_come_again(self):
        gateway = self.start(ALLOW, {"rules": {"mine": {"key": ["subject"], "rate": "2/h", "only": {"tools": ["conformance/*"]}}}})
        client = self.modern(gateway)
        for _ in range(2):
            self.assertFalse(client.call(TEXT).get("isError"))
        text = client.error(TEXT)
        for part in ('limit "mine" (2/h)', "rita@example.com", "Try again in 30 minutes", "Request id:"):
            self.assertIn(part, text)
        self.assertFalse(self.modern(gateway, "raul").call(TEXT).get("isError"))
        self.assertEqual(gateway.metric("certus_gateway_calls_total", tool=TEXT, outcome="limited"), 1)
        self.assertEqual(gateway.metric("certus_gateway_limit_refusals_total", limit="mine"), 1)

    def test_reading_resources_and_getting_prompts_are_limited_with_an_error_that_says_so(self):
        everything = {"all": {**ALLOW["all"], "resources": ["conformance/*"], "prompts": ["conformance/*"]}}
        mine = {"key": ["subject", "tool"], "rate": "2/h",
                "only": {"resources": ["conformance/test://*"], "prompts": ["conformance/test_simple_prompt"]}}
        gateway = self.start(everything, {"rules": {"mine": mine}})
        modern, legacy = self.modern(gateway), self.legacy(gateway, None)
        asked = {"reads of conformance/test://static-text": ("resources/read", {"uri": "test://static-text"}),
                 "reads of conformance/test://template/{id}/data": ("resources/read", {"uri": "test://template/7/data"}),
                 "gets of conformance/test_simple_prompt": ("prompts/get", {"name": "test_simple_prompt"})}
        for words, (method, params) in asked.items():
            with self.subTest(words):
                for client in (modern, legacy):
                    self.assertTrue({"contents", "messages"} & set(client.request(method, params)))
                for client in (modern, legacy):
                    with self.assertRaises(RpcError) as caught:
                        client.request(method, params)
                    self.assertEqual((caught.exception.code, caught.exception.status), (-32603, 200))
                    for part in ('limit "mine" (2/h)', f"shared by rita@example.com for {words}.", "Try again in 30 minutes.",
                                 "Request id:"):
                        self.assertIn(part, caught.exception.message)
                other = self.modern(gateway, "raul")
                self.assertTrue({"contents", "messages"} & set(other.request(method, params)))
        with self.assertRaises(RpcError):
            modern.request("resources/read", {"uri": "test://template/8/data"})  # every URI of a template is one item
        self.assertIn("messages", modern.request("prompts/get", {"name": "test_prompt_with_image"}))
        self.assertFalse(modern.call(TEXT).get("isError"))
        self.assertEqual(gateway.metric("certus_gateway_limit_refusals_total", limit="mine"), 7)
        left = modern.call("gateway_limits", {"prompt": "test_simple_prompt"})["structuredContent"]["limits"]
        self.assertEqual([(limit["name"], limit["left"]) for limit in left], [("mine", 0)])

    def test_completions_are_limited_apart_from_what_they_complete(self):
        everything = {"all": {**ALLOW["all"], "prompts": ["conformance/*"]}}
        client = self.modern(self.start(everything, {"rules": {"mine": {"key": ["subject"], "rate": "1/h"}}}))
        name, arguments = "test_prompt_with_arguments", {"arg1": "a", "arg2": "b"}
        typed = {"ref": {"type": "ref/prompt", "name": name}, "argument": {"name": "arg1", "value": "a"}}
        for _ in range(10):
            self.assertIn("completion", client.request("completion/complete", typed))
        with self.assertRaises(RpcError) as caught:
            client.request("completion/complete", typed)
        self.assertEqual((caught.exception.code, caught.exception.status), (-32603, 200))
        self.assertIn("Try again in 6 minutes.", caught.exception.message)
        self.assertIn("messages", client.request("prompts/get", {"name": name, "arguments": arguments}))

    def test_the_gateways_own_tools(self):
        gateway = self.start(ALLOW, {"rules": {"mine": {"key": ["subject"], "rate": "10/h", "only": {"tools": ["conformance/*"]}}}})
        client = self.modern(gateway)
        self.assertLessEqual({"gateway_whoami", "gateway_limits"}, set(client.tools()))
        who = client.call("gateway_whoami")["structuredContent"]
        self.assertEqual((who["mode"], who["subject"], who["authenticatedBy"]), ("policy", "rita@example.com", "API key"))
        client.call(TEXT)
        limits = client.call("gateway_limits", {"tool": TEXT})["structuredContent"]["limits"]
        self.assertEqual([(limit["name"], limit["left"], limit["of"]) for limit in limits], [("mine", 9, 10)])

    def test_in_open_mode_whoami_says_so(self):
        client = self.start_gateway(gateway_tools=True).client("/mcp")
        self.assertEqual(client.call("gateway_whoami")["structuredContent"]["mode"], "open")
        self.assertEqual(client.call("gateway_limits")["structuredContent"], {"limits": []})
