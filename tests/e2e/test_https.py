"""https: what clients see, who a client certificate is, and which file is named when one is wrong."""
import json
import pathlib
import re
import shutil
import ssl
import subprocess

import harness
from harness import Case
import mcp
import wire


class Authority:
    """A CA and what it issues, made by the openssl program in a folder of the test."""

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=Test CA", "-days", "1",
                 "-keyout", "ca.key", "-out", "ca.pem")

    def run(self, *arguments):
        subprocess.run(["openssl", *arguments], cwd=self.folder, check=True, capture_output=True, timeout=60)

    def issue(self, name, alternative):
        """<name>.pem and <name>.key; `alternative` as "DNS:localhost"."""
        (self.folder / "extension").write_text(f"subjectAltName={alternative}\n", encoding="utf-8")
        self.run("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}", "-keyout", f"{name}.key",
                 "-out", "request")
        self.run("x509", "-req", "-in", "request", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "1", "-extfile",
                 "extension", "-out", f"{name}.pem")
        self.path(f"{name}.key").chmod(0o600)

    def path(self, name) -> pathlib.Path:
        return self.folder / name

    def client(self, name=None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.path("ca.pem"))
        if name:
            context.load_cert_chain(self.path(f"{name}.pem"), self.path(f"{name}.key"))
        return context


class Https(Case):
    def setUp(self):
        super().setUp()
        if not shutil.which("openssl"):
            self.skipTest("the openssl program is not installed")
        self.authority = Authority(self.folder)
        self.authority.issue("server", "DNS:localhost")

    def secure(self, tls=None, **more) -> pathlib.Path:
        path = self.config(**more)
        document = json.loads(path.read_text(encoding="utf-8"))
        document["listeners"]["mcp"]["tls"] = {"certificate_file": "server.pem", "key_file": "server.key", **(tls or {})}
        path.write_text(json.dumps(document, indent=1), encoding="utf-8")
        return path

    def shown(self, port) -> str:
        """The name in the certificate that a new connection is shown."""
        with wire.Connection(port, tls=self.authority.client()) as connection:
            return dict(part[0] for part in connection.socket.getpeercert()["subject"])["commonName"]

    def test_calls_over_https_and_a_word_to_who_speaks_http(self):
        gateway = self.start_gateway(self.secure())
        client = mcp.Modern(gateway.port, "/mcp", tls=self.authority.client())
        self.assertIn("trust_verify", client.tools())
        self.assertIn("summary", client.data("trust_get_stats"))
        gateway.await_log(re.escape(f"https://127.0.0.1:{gateway.port}/mcp"))
        plain = wire.request(gateway.port, "POST", "/mcp", b"{}")
        self.assertEqual(plain.status, 400)
        self.assertIn("https://", plain.text())
        with self.assertRaises(ssl.SSLError):
            wire.request(gateway.port, "GET", "/mcp", tls=ssl.create_default_context())  # which knows not this authority
        handshakes = "certus_gateway_tls_handshakes_total"
        for result in ("alert", "plain_http"):
            harness.wait_until(result, lambda result=result: gateway.metric(handshakes, listener="mcp", result=result) == 1)
        self.assertGreater(gateway.metric(handshakes, listener="mcp", result="ok"), 0)

    def test_a_renewed_certificate_is_shown_and_a_half_replaced_one_is_not(self):
        self.authority.issue("renewed", "DNS:localhost")
        gateway = self.start_gateway(self.secure())
        client = wire.Connection(gateway.port, tls=self.authority.client())
        shutil.copy(self.authority.path("renewed.pem"), self.authority.path("server.pem"))  # the key is still the old one
        harness.wait_until("the mistake is told", lambda: "is not the key of the certificate" in gateway.log())
        self.assertEqual(self.shown(gateway.port), "server")
        shutil.copy(self.authority.path("renewed.key"), self.authority.path("server.key"))
        harness.wait_until("the renewed certificate is shown", lambda: self.shown(gateway.port) == "renewed")
        client.send(wire.head_bytes("GET", "/nothing", {}))  # a connection from before goes on
        self.assertEqual(client.response().status, 404)
        client.close()

    def test_a_client_certificate_is_an_identity_and_none_is_nobody(self):
        self.authority.issue("ci", "DNS:ci.example.org")
        policy = self.folder / "policy"
        policy.mkdir()
        (policy / "10-ci.yaml").write_text(
            "groups:\n  machines: {claimed: true}\n"
            "rules:\n  ci-counts:\n    effect: allow\n    who: {groups: [machines]}\n    tools: [trust/get_stats]\n",
            encoding="utf-8")
        gateway = self.start_gateway(self.secure({"client_ca_file": "ca.pem"}, policy="policy",
                                                 identity={"certificates": {"ci": {"dns": "ci.example.org", "groups": ["machines"]}}}))
        client = mcp.Modern(gateway.port, "/mcp", tls=self.authority.client("ci"))
        self.assertEqual(list(client.tools()), ["trust_get_stats"])
        self.assertIn("summary", client.data("trust_get_stats"))
        gateway.await_log("subject=ci.example.org")
        nobody = mcp.Modern(gateway.port, "/mcp", tls=self.authority.client())
        self.assertEqual(nobody.send(nobody.message("tools/list")).status, 401)

    def test_a_stream_ends_when_no_rule_knows_its_certificate_any_more(self):
        self.authority.issue("ci", "DNS:ci.example.org")
        (self.folder / "policy").mkdir()
        (self.folder / "policy" / "10-all.yaml").write_text(
            "rules:\n  all: {effect: allow, who: everyone, tools: [trust/get_stats]}\n", encoding="utf-8")
        rules = {"ci": {"dns": "ci.example.org"}, "other": {"dns": "other.example.org"}}
        config = self.secure({"client_ca_file": "ca.pem"}, policy="policy", identity={"certificates": rules})
        gateway = self.start_gateway(config)
        client = mcp.Modern(gateway.port, "/mcp", tls=self.authority.client("ci"))
        message = client.message("subscriptions/listen", {"notifications": {"toolsListChanged": True}})
        body = json.dumps(message).encode()
        with wire.Connection(gateway.port, tls=client.tls) as connection:
            connection.send(wire.head_bytes("POST", "/mcp", client.headers(message), body) + body)
            stream = connection.events(connection.head())
            self.assertIn("acknowledged", next(stream)[1])
            document = json.loads(config.read_text(encoding="utf-8"))
            del document["identity"]["certificates"]["ci"]
            config.write_text(json.dumps(document), encoding="utf-8")
            self.command("reload", "--config", config)
            self.assertEqual(json.loads(list(stream)[-1][1])["result"]["resultType"], "complete")
        self.assertEqual(client.send(client.message("tools/list")).status, 401)

    def test_a_file_that_is_wrong_is_named_with_its_place(self):
        self.authority.issue("other", "DNS:localhost")
        wrong = {"certificate_file": ("nothing.pem", "No such file"), "key_file": ("other.key", "is not the key of the certificate"),
                 "client_ca_file": ("request", "holds no certificate")}
        for key, (file, problem) in wrong.items():
            config = self.secure({key: file})
            for command in ("serve", "check"):
                with self.subTest(key=key, command=command):
                    _, err = self.command(command, "--config", config, expect=1)
                    line = next(line for line in err.splitlines() if problem in line)
                    self.assertRegex(line, rf"gateway\.json:\d+:\d+: listeners\.mcp\.tls\.{key}: .*/{file}: ")
