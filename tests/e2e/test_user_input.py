"""Questions to the user and to the client's model: a legacy client that accepts, one that declines, one that never answers;
and the newest revision's several rounds. The questions come from the conformance module, a .so like any other."""
import json
import threading
import time

import harness
from harness import Case
import mcp
from mcp import RpcError

ALL = {"elicitation": {}, "sampling": {}, "roots": {}}


class UserInput(Case):
    def start(self, **more):
        modules = {"conformance": {"path": harness.module("conformance"), "prefix": ""}}
        return self.start_gateway(self.config(services={}, modules=modules, **more))

    def legacy(self, gateway, answer, capabilities=None):
        client = gateway.legacy("/mcp", capabilities=ALL if capabilities is None else capabilities)
        client.answer = answer
        client.open()
        self.assertTrue(client.session)
        return client

    def test_a_client_that_accepts_gives_the_tool_its_answer(self):
        def accept(method, params):
            self.assertEqual(method, "elicitation/create")
            self.assertIn("Who are you?", params["message"])
            self.assertEqual(params["requestedSchema"]["type"], "object")
            return {"result": {"action": "accept", "content": {"username": "ada", "email": "ada@example.com"}}}
        client = self.legacy(self.start(), accept)
        result = client.call("test_elicitation", {"message": "Who are you?"})
        self.assertFalse(result.get("isError"), result)
        self.assertIn("ada", mcp.text_of(result))
        self.assertEqual(len(client.asked), 1)

    def test_a_client_that_declines_is_told_apart_from_one_that_accepts(self):
        for action in ("decline", "cancel"):
            with self.subTest(action=action):
                client = self.legacy(self.start(), lambda *_, said=action: {"result": {"action": said}})
                result = client.call("test_elicitation", {"message": "Who are you?"})
                self.assertIn(action, mcp.text_of(result))
                self.assertNotIn("ada", mcp.text_of(result))

    def test_a_client_that_answers_with_an_error_fails_the_call_not_the_session(self):
        client = self.legacy(self.start(), lambda *_: {"error": {"code": -32603, "message": "no user here"}})
        result = client.call("test_elicitation", {"message": "Who are you?"})
        self.assertTrue(result.get("isError"), result)
        self.assertEqual(client.request("ping"), {})

    def test_a_person_may_take_longer_than_the_tool(self):
        gateway = self.start(tool_timeout_seconds=4)

        def think(_method, _params):
            time.sleep(5)
            return {"result": {"action": "accept", "content": {"username": "ada", "email": "ada@example.com"}}}
        result = self.legacy(gateway, think).call("test_elicitation", {"message": "Take your time."})
        self.assertFalse(result.get("isError"), result)
        self.assertIn("ada", mcp.text_of(result))

    def test_a_call_whose_question_nobody_answers_can_be_cancelled(self):
        client = self.legacy(self.start(), None)
        connection, ident = client.start("tools/call", {"name": "test_elicitation", "arguments": {"message": "Anybody?"}})
        with connection:
            events = connection.events(connection.head())
            question = json.loads(next(events)[1])
            client.post({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": ident}})
            withdrawn = [json.loads(data) for _, data, _ in events]
        self.assertEqual([each["params"]["requestId"] for each in withdrawn], [question["id"]])
        self.assertEqual(client.request("ping"), {})
        late = client.post({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "accept", "content": {}}})
        self.assertEqual(late.status, 202)  # too late, and harmless

    def test_the_clients_model_is_asked_and_heard(self):
        def sample(method, params):
            self.assertEqual(method, "sampling/createMessage")
            self.assertIn("capital of France", json.dumps(params["messages"]))
            return {"result": {"role": "assistant", "model": "m", "stopReason": "endTurn", "content": {"type": "text", "text": "Paris"}}}
        client = self.legacy(self.start(), sample)
        self.assertIn("Paris", mcp.text_of(client.call("test_sampling", {"prompt": "What is the capital of France?"})))

    def test_a_client_without_the_capability_is_never_asked(self):
        client = self.legacy(self.start(), None, capabilities={})
        for tool, arguments in (("test_elicitation", {"message": "x"}), ("test_sampling", {"prompt": "x"})):
            with self.subTest(tool=tool):
                try:
                    result = client.call(tool, arguments)
                    self.assertTrue(result.get("isError"), result)
                except RpcError as error:
                    self.assertTrue(error.message)
        self.assertEqual(client.asked, [])

    def test_answers_find_their_call_among_many(self):
        gateway = self.start(threads=4)

        def run(number, results):
            def accept(_, params):
                return {"result": {"action": "accept", "content": {"username": f"user{number}", "email": params["message"]}}}
            client = self.legacy(gateway, accept)
            for _ in range(5):
                results.append((number, mcp.text_of(client.call("test_elicitation", {"message": f"m{number}"}))))
        results = []
        threads = [threading.Thread(target=run, args=(number, results)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(harness.PATIENCE)
        self.assertEqual(len(results), 30)
        for number, text in results:
            self.assertIn(f"user{number}", text)

    def test_a_modern_client_gets_the_questions_as_a_result_and_calls_again(self):
        client = mcp.Modern(self.start().port, "/mcp", {"elicitation": {}})
        first = client.call("test_input_required_result_elicitation")
        self.assertEqual(first["resultType"], "input_required")
        self.assertEqual(first["inputRequests"]["user_name"]["method"], "elicitation/create")
        again = {"inputResponses": {"user_name": {"action": "accept", "content": {"name": "Ada"}}}}
        if "requestState" in first:
            again["requestState"] = first["requestState"]
        self.assertIn("Ada", mcp.text_of(client.call("test_input_required_result_elicitation", {}, **again)))

    def test_state_that_was_tampered_with_or_belongs_elsewhere_is_refused(self):
        gateway = self.start()
        client = mcp.Modern(gateway.port, "/mcp", ALL)
        name = "test_input_required_result_request_state"
        first = client.call(name)
        key = next(iter(first["inputRequests"]))
        answers = {key: {"action": "accept", "content": {"ok": True}}}
        state = first["requestState"]
        broken = state[:-3] + ("AAA" if state[-3:] != "AAA" else "BBB")
        for what, tool, sent in (("tampered", name, broken), ("of another tool", "test_input_required_result_multi_round", state)):
            with self.subTest(state=what), self.assertRaises(RpcError) as caught:
                client.call(tool, {}, inputResponses=answers, requestState=sent)
            self.assertEqual(caught.exception.code, -32602)
        self.assertIn("state-ok", mcp.text_of(client.call(name, {}, inputResponses=answers, requestState=state)))
