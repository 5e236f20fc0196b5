"""Resources and prompts under a policy: what is denied is had by no other name, and a narrow credential has no more of them than of tools."""
import json
import re

import harness
from mcp import RpcError
from test_policy import Policy

SERVICE = "conformance"
FIXED, TEMPLATE, SEALED = "test://static-text", "test://template/{id}/data", "test://template/sealed/data"


class Resources(Policy):
    def begin(self, rules):
        modules = {SERVICE: {"path": harness.module(SERVICE), "prefix": ""}}
        return self.start(json.dumps({"rules": rules}), modules=modules, services={})

    @staticmethod
    def rule(effect, *uris, **more):
        return {"effect": effect, "who": "everyone", "resources": [f"{SERVICE}/{uri}" for uri in uris], **more}

    def unknown(self, ask):
        """The text of the error, which must be that of something that does not exist."""
        with self.assertRaises(RpcError) as caught:
            ask()
        self.assertEqual(caught.exception.code, -32602)
        return caught.exception.message

    def read(self, client, uri):
        return client.request("resources/read", {"uri": uri})["contents"][0]["text"]


class Overlaps(Resources):
    def test_a_denied_resource_does_not_hide_behind_a_template_that_fits(self):
        gateway = self.begin({"all": self.rule("allow", "*"), "sealed": self.rule("deny", SEALED)})
        client = self.client(gateway, "anna")
        self.assertIn("Data for ID: 7", self.read(client, "test://template/7/data"))
        missing = self.unknown(lambda: self.read(client, "test://nowhere"))
        for uri in (SEALED, "test://template/seale%64/data", "test://template/%73ealed/data"):
            with self.subTest(uri=uri):
                self.assertEqual(self.unknown(lambda uri=uri: self.read(client, uri)), missing)
                self.unknown(lambda uri=uri: client.request("completion/complete", {
                    "ref": {"type": "ref/resource", "uri": uri}, "argument": {"name": "id", "value": ""}}))
        gateway.stop()
        gateway.await_log(re.escape(f"{SERVICE}/{SEALED} is hidden from this caller, denied by rule sealed"))

    def test_a_denied_template_denies_every_uri_that_fits_it(self):
        gateway = self.begin({"all": self.rule("allow", "*"), "no-templates": self.rule("deny", TEMPLATE)})
        client = self.client(gateway, "anna")
        listed = {each["uri"] for each in client.request("resources/list")["resources"]}
        self.assertIn(FIXED, listed)
        self.assertNotIn(SEALED, listed)
        self.assertTrue(self.read(client, FIXED))
        for uri in ("test://template/7/data", SEALED):
            with self.subTest(uri=uri):
                self.unknown(lambda uri=uri: self.read(client, uri))
        session = gateway.legacy(path="/mcp")
        session.extra = client.extra
        session.open()
        self.assertEqual(session.request("resources/subscribe", {"uri": FIXED}), {})
        with self.assertRaises(RpcError):
            session.request("resources/subscribe", {"uri": SEALED})


class Narrowed(Resources):
    ALL = {"all": {"effect": "allow", "who": "everyone", "tools": [f"{SERVICE}/*"], "resources": [f"{SERVICE}/*"], "prompts": [f"{SERVICE}/*"]}}

    def names(self, client):
        """What the three lists show: URIs and templates, prompts."""
        resources = [each["uri"] for each in client.request("resources/list")["resources"]]
        templates = [each["uriTemplate"] for each in client.request("resources/templates/list")["resourceTemplates"]]
        return resources + templates, [each["name"] for each in client.request("prompts/list")["prompts"]]

    def test_a_credential_for_a_tool_has_no_resources_and_prompts(self):
        self.add_key("tool", allowed_tools=[f"{SERVICE}/test_simple_text"])
        gateway = self.begin(self.ALL)
        client, wide = self.client(gateway, "tool"), self.client(gateway, "anna")
        self.assertFalse(client.call("test_simple_text").get("isError"))
        self.assertIn("test_image_content", client.tools())  # listed, and refused with the scope that it takes
        self.assertEqual(self.names(client), ([], []))
        missing = self.unknown(lambda: self.read(client, "test://nowhere"))
        for uri in (FIXED, "test://template/7/data"):
            self.assertTrue(self.read(wide, uri))
            self.assertEqual(self.unknown(lambda uri=uri: self.read(client, uri)), missing)
        prompt = self.names(wide)[1][0]
        unknown = self.unknown(lambda: client.request("prompts/get", {"name": prompt}))
        self.assertEqual(unknown.replace(prompt, "NAME"), self.unknown(lambda: client.request("prompts/get", {"name": "nowhere"})).replace("nowhere", "NAME"))
        self.unknown(lambda: client.request("completion/complete", {
            "ref": {"type": "ref/prompt", "name": prompt}, "argument": {"name": "arg1", "value": ""}}))
        gateway.stop()
        gateway.await_log(re.escape(f"{SERVICE}/{FIXED} is hidden from this caller, allowed_tools of its credential do not name it"))

    def test_globs_are_held_against_full_names(self):
        self.add_key("service", allowed_tools=[f"{SERVICE}/*"])
        self.add_key("templates", allowed_tools=[f"{SERVICE}/test://template/*"])
        gateway = self.begin(self.ALL)
        self.assertEqual(self.names(self.client(gateway, "service")), self.names(self.client(gateway, "anna")))
        client = self.client(gateway, "templates")
        self.assertEqual(self.names(client), ([SEALED, TEMPLATE], []))
        self.assertIn("Data for ID: 7", self.read(client, "test://template/7/data"))
        self.unknown(lambda: self.read(client, FIXED))
