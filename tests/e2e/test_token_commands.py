"""`token new` and `whoami`: keys as a platform engineer makes and looks at them."""
import json
import subprocess

import harness
from test_policy_commands import CATALOG, EXAMPLES, PolicyCommands


class Tokens(PolicyCommands):
    def gateway(self):
        (self.folder / "revoked.yaml").write_text("{}", encoding="utf-8")
        return self.config(policy=str(EXAMPLES / "ci-bot"), identity={"api_keys": "keys.yaml", "revocations": "revoked.yaml"})

    def new(self, *arguments, expect=0):
        return self.offline("token", "new", *arguments, expect=expect)

    def whoami(self, config, token, expect=0):
        out, _ = self.offline("whoami", "--config", config, "--catalog", CATALOG, "--json", expect=expect, CERTUS_TOKEN=token)
        return json.loads(out)

    def test_a_new_key_gets_its_holder_in_and_its_revocation_shuts_them_out(self):
        config = self.gateway()
        out, err = self.new("--name", "ci", "--subject", "ci@example.com", "--expires", "90d", "--write", "keys.yaml")
        key, keys = out.strip(), self.folder / "keys.yaml"
        self.assertNotIn(key, err + keys.read_text(encoding="utf-8"))
        self.assertEqual(keys.stat().st_mode & 0o777, 0o600)
        said = self.whoami(config, key)
        self.assertEqual((said["subject"], said["proved_by"], said["key"]), ("ci@example.com", "api key", "ci"))
        self.assertEqual([tool["tool"] for tool in said["tools"]], ["trust/verify", "trust/sign"])
        self.assertEqual(said["limits"][0]["limit"], "ci-pace")
        self.assertIn("subject  ci@example.com",
                      self.offline("whoami", "--config", config, "--catalog", CATALOG, stdin=key + "\n")[0])
        (self.folder / "revoked.yaml").write_text("keys: {ci: {reason: lost}}", encoding="utf-8")
        self.assertEqual(self.whoami(config, key, expect=1)["reason"], "revoked")

    def test_a_file_without_a_key_yet_is_where_one_may_begin(self):
        for beginning in ("", "# our keys\n", "keys:\n", "# our keys\nkeys:  \n"):
            (self.folder / "keys.yaml").write_text(beginning, encoding="utf-8")
            self.new("--name", "ci", "--subject", "ci@example.com", "--write", "keys.yaml")
            self.assertIn("keys:", (self.folder / "keys.yaml").read_text(encoding="utf-8"), beginning)

    def test_a_key_that_is_mistyped_or_unknown_is_refused_with_its_reason(self):
        config = self.gateway()
        key = self.new("--name", "ci", "--subject", "ci@example.com", "--write", "keys.yaml")[0].strip()
        other = self.new("--name", "other", "--subject", "ci@example.com")[0].strip()
        self.assertEqual(self.whoami(config, key[:-1], expect=1)["reason"], "api_key_form")
        self.assertEqual(self.whoami(config, other, expect=1)["reason"], "unknown_api_key")
        self.assertEqual(self.whoami(config, "not.a.token", expect=1)["accepted"], False)
        self.offline("whoami", "--config", config, "--catalog", CATALOG, expect=1)

    def test_a_narrowed_key_can_do_no_more_than_it_says(self):
        config = self.gateway()
        key = self.new("--name", "ci", "--subject", "ci@example.com", "--tools", "trust/verify", "--write", "keys.yaml")[0].strip()
        self.assertEqual({tool["tool"]: tool["may"] for tool in self.whoami(config, key)["tools"]},
                         {"trust/verify": "yes", "trust/sign": "not with this credential"})

    def test_what_needs_a_confirmation_is_said_so(self):
        config = self.config(policy=str(EXAMPLES / "release-team"), identity={"api_keys": "keys.yaml"})
        key = self.new("--name", "rita", "--subject", "rita@example.com", "--write", "keys.yaml")[0].strip()
        may = {tool["tool"]: tool["may"] for tool in self.whoami(config, key)["tools"]}
        self.assertEqual(may["trust/sign"], "with conditions, some on confirmation")

    def test_writing_keeps_comments_and_other_keys_and_refuses_a_name_twice(self):
        keys = self.folder / "keys.yaml"
        keys.write_text(f"# kept by the platform team\nkeys:\n  old:  # of the old pipeline\n    sha256: {'a' * 64}\n    subject: x@example.com\n",
                        encoding="utf-8")
        keys.chmod(0o640)
        self.new("--name", "ci", "--subject", "ci@example.com", "--groups", "a,b", "--write", "keys.yaml")
        text = keys.read_text(encoding="utf-8")
        for part in ("# kept by the platform team", "# of the old pipeline", "  ci:\n", 'groups: ["a", "b"]'):
            self.assertIn(part, text)
        self.assertEqual(keys.stat().st_mode & 0o777, 0o640)
        out, err = self.new("--name", "ci", "--subject", "other@example.com", "--write", "keys.yaml", expect=2)
        self.assertEqual(out, "")
        self.assertIn("has a key ci already", err)
        self.assertEqual(keys.read_text(encoding="utf-8"), text)
        self.assertEqual([path.name for path in self.folder.iterdir() if path.name.startswith("keys")], ["keys.yaml"])

    def test_a_file_of_another_layout_or_with_mistakes_is_left_alone(self):
        keys = self.folder / "keys.yaml"
        for text in ("keys: {}\n", "keys:\n    old:\n        sha256: " + "a" * 64 + "\n        subject: x\n", "kes: {}\n"):
            keys.write_text(text, encoding="utf-8")
            out, err = self.new("--name", "ci", "--subject", "ci@example.com", "--write", "keys.yaml", expect=2)
            self.assertEqual((out, keys.read_text(encoding="utf-8")), ("", text))
            self.assertIn("No key was made", err)

    def test_wrong_names_and_times_are_refused_before_a_key_exists(self):
        for arguments in (("--name", "CI Bot", "--subject", "x"), ("--name", "ci", "--subject", "a b\u00e9"),
                          ("--name", "ci", "--subject", "x", "--expires", "2001-01-01T00:00:00Z"),
                          ("--name", "ci", "--subject", "x", "--expires", "soon")):
            self.assertEqual(self.new(*arguments, expect=2)[0], "")

    def test_a_second_key_at_the_same_moment_is_not_lost(self):
        command = [str(harness.program("certus-gateway")), "token", "new", "--subject", "x@example.com", "--write", "keys.yaml", "--name"]
        running = [subprocess.Popen([*command, f"k{number}"], cwd=self.folder, env=self.env(), stdout=subprocess.DEVNULL,
                                    stderr=subprocess.DEVNULL) for number in range(8)]
        self.assertEqual([each.wait(harness.PATIENCE) for each in running], [0] * 8)
        text = (self.folder / "keys.yaml").read_text(encoding="utf-8")
        self.assertEqual(sorted(f"k{number}" for number in range(8)), sorted(line.strip(" :") for line in text.splitlines() if line.startswith("  k")))

    def test_keys_of_an_issuer_with_a_url_are_not_fetched(self):
        issuer = {"issuer": "https://id.example.com", "audiences": ["https://gw.example.com/mcp"], "jwks_url": "https://id.example.com/jwks"}
        config = self.config(policy=str(EXAMPLES / "ci-bot"), identity={"issuers": {"company": issuer}})
        # {"alg":"RS256","kid":"a"} . {"iss":"https://id.example.com"} . something
        token = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY29tIn0." + "A" * 342
        said = self.whoami(config, token, expect=1)
        self.assertEqual(said["reason"], "keys_not_fetched")
        self.assertIn("--jwks FILE", said["meaning"])
        self.assertIn("--fetch", said["meaning"])
