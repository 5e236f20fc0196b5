"""One module, many faces: composed, alone, over HTTP, over pipes, in every revision."""
import json
import time

import harness
from harness import Case, DIGEST
from mcp import RpcError
import mcp
import wire

BARE = {"verify", "sign", "get_provenance", "query_transparency", "get_stats"}
LEGACY = ("2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05")


class Faces(Case):
    def test_composed_names_have_a_prefix_and_bare_ones_none(self):
        gateway = self.start_gateway()
        self.assertEqual(set(gateway.client("/mcp").tools()), {"trust_" + name for name in BARE})
        self.assertEqual(set(gateway.client("/mcp/trust").tools()), BARE)
        self.assertEqual(gateway.client("/mcp").data("trust_get_stats")["total_signatures"], 0)

    def test_the_prefix_can_be_another_or_none(self):
        for prefix in ("supply-chain_", ""):
            config = self.config(modules={"trust": {"path": harness.module("trust"), "prefix": prefix}}, name=f"p{len(prefix)}.json")
            names = set(self.start_gateway(config).client("/mcp").tools())
            self.assertEqual(names, {prefix + name for name in BARE})

    def test_a_disabled_tool_is_neither_listed_nor_callable(self):
        config = self.config(modules={"trust": {"path": harness.module("trust"), "tools": {"sign": {"enabled": False}}}})
        client = self.start_gateway(config).client()
        self.assertEqual(set(client.tools()), BARE - {"sign"})
        with self.assertRaises(RpcError) as caught:
            client.call("sign", {"artifact": DIGEST, "artifact_type": "sbom"})
        self.assertEqual(caught.exception.code, -32602)

    def test_every_legacy_revision_signs_and_verifies(self):
        gateway = self.start_gateway()
        for revision in LEGACY:
            with self.subTest(revision=revision):
                client = gateway.legacy("/mcp/trust", revision)
                self.assertEqual(client.open()["protocolVersion"], revision)
                self.assertEqual(set(client.tools()), BARE)
                result = client.call("sign", {"artifact": DIGEST, "artifact_type": "sbom"})
                self.assertFalse(result.get("isError"), result)
                summary, _, rest = mcp.text_of(result).partition("\n")
                self.assertTrue(summary.startswith("SIGNED:"), summary)
                signed = json.loads(rest)
                verdict = client.call("verify", {"artifact": DIGEST, "signature": signed["signature"]})
                self.assertTrue(json.loads(mcp.text_of(verdict).partition("\n")[2])["valid"])
                self.assertEqual("structuredContent" in verdict, revision >= "2025-06-18")

    def test_stdio_serves_all_modules_and_one_alone(self):
        config = self.config()
        composed = self.stdio(config)
        composed.initialize()
        self.assertEqual(set(composed.tools()), {"trust_" + name for name in BARE})
        alone = self.stdio(config, "--module", "trust")
        self.assertEqual(set(alone.tools()), BARE)  # modern: no handshake at all
        signed = alone.data("sign", {"artifact": DIGEST, "artifact_type": "sbom"})
        verdict = composed.data("trust_verify", {"artifact": DIGEST, "signature": signed["signature"], "identity": "tester@example.com"})
        self.assertEqual(verdict["status"], "verified")
        self.assertEqual((alone.close(), composed.close()), (0, 0))

    def test_stdio_names_a_module_that_is_not_there(self):
        _, err = self.command("stdio", "--config", self.config(), "--module", "trsut", expect=1)
        self.assertIn("trust", err)

    def test_stdio_survives_noise_and_keeps_answering(self):
        client = self.stdio(None, "--module", "trust")
        for noise in (b"not json", b"", b"[]", b'{"jsonrpc":"2.0","id":null,"method":"ping"}', b'{"jsonrpc":"2.0","id":"x","method":"nope"}\r'):
            client.send_line(noise)
        self.assertEqual(set(client.tools()), BARE)
        self.assertTrue(all("id" not in m or m["id"] == "x" for m in client.others), client.others)

    def test_the_older_sse_transport_works(self):
        gateway = self.start_gateway()
        with wire.Connection(gateway.port) as stream:
            stream.send(wire.head_bytes("GET", "/sse/trust", {"Accept": "text/event-stream"}))
            head = stream.head()
            self.assertEqual(head.status, 200)
            events = stream.events(head)
            event, endpoint, _ = next(events)
            self.assertEqual(event, "endpoint")

            def ask(ident, method, params):
                body = json.dumps({"jsonrpc": "2.0", "id": ident, "method": method, "params": params}).encode()
                path = endpoint if endpoint.startswith("/") else "/" + endpoint.split("/", 3)[3]
                self.assertEqual(wire.request(gateway.port, "POST", path, body, mcp.JSON_TYPES).status, 202)
                return mcp.result_of(json.loads(next(events)[1]), ident)

            ask(1, "initialize", {"protocolVersion": "2024-11-05", "capabilities": {}, "clientInfo": {"name": "e2e", "version": "1"}})
            self.assertEqual({tool["name"] for tool in ask(2, "tools/list", {})["tools"]}, BARE)
            self.assertIn("0 signatures", mcp.text_of(ask(3, "tools/call", {"name": "get_stats", "arguments": {}})))

    def test_from_exec_to_the_answer_of_initialize(self):
        config = self.config()
        times = []
        for _ in range(7):
            begin = time.monotonic()
            client = self.stdio(config, "--module", "trust")
            client.initialize()
            times.append((time.monotonic() - begin) * 1000)
            self.assertEqual(client.close(), 0)
        times.sort()
        print(f"stdio, exec to the answer of initialize: median {times[3]:.1f} ms, best {times[0]:.1f}, worst {times[-1]:.1f}")
        self.assertLess(times[0], 5000)  # a machine under load decides the figure; the median above is the one to read
