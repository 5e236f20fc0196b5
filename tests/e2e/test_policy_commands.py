"""The commands that say who may do what, as a platform engineer and a pipeline run them: no gateway runs."""
import json
import os
import shutil
import subprocess

import harness
from harness import Case, ROOT

EXAMPLES = ROOT / "policy" / "examples"
CATALOG = EXAMPLES / "catalog.json"


class PolicyCommands(Case):
    def offline(self, *arguments, expect=0, stdin=None, **environment):
        """No module, no configuration: what a pipeline has."""
        done = subprocess.run([str(harness.program("certus-gateway")), *map(str, arguments)], env=self.env(**environment), text=True,
                              capture_output=True, timeout=harness.PATIENCE, check=False, cwd=self.folder, input=stdin or "")
        self.assertEqual(done.returncode, expect, f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout, done.stderr

    def folder_with(self, name, **files):
        folder = self.folder / name
        folder.mkdir()
        for file, text in files.items():
            (folder / f"{file}.yaml").write_text(text, encoding="utf-8")
        return folder

    def explain(self, example, *arguments, expect=0):
        out, _ = self.offline("explain", "--policy", EXAMPLES / example, "--catalog", CATALOG, "--json", *arguments, expect=expect)
        return json.loads(out)


class Catalogue(PolicyCommands):
    def test_the_shipped_one_is_what_the_gateway_offers(self):
        out, _ = self.offline("tools", "--json", "--config", self.config())
        if os.environ.get("CERTUS_UPDATE"):
            CATALOG.write_text(out, encoding="utf-8")
        self.assertEqual(CATALOG.read_text(encoding="utf-8"), out, "CERTUS_UPDATE=1 writes it anew")

    def test_a_tool_that_is_switched_off_stays_known_to_policy(self):
        modules = {"trust": {"path": harness.module("trust"), "tools": {"sign": {"enabled": False}}}}
        config = self.config(modules=modules)
        catalog = self.folder / "catalog.json"
        catalog.write_text(self.offline("tools", "--json", "--config", config)[0], encoding="utf-8")
        tools = {tool["tool"]: tool for tool in json.loads(catalog.read_text(encoding="utf-8"))["tools"]}
        self.assertIs(tools["sign"]["enabled"], False)
        self.assertIn("inputSchema", tools["sign"])
        self.assertIs(tools["verify"]["enabled"], True)
        self.assertNotIn("trust_sign", self.offline("tools", "--config", config)[0])
        self.offline("check", "--policy", EXAMPLES / "ci-bot", "--catalog", catalog)
        said, _ = self.offline("explain", "--as", "ci@example.com", "--tool", "trust/sign", "--policy", EXAMPLES / "ci-bot",
                               "--catalog", catalog, "--args", '{"artifact_type": "sbom", "metadata": {"commit": "7f8d9e2"}}', expect=1)
        self.assertIn("trust/sign: off; switched on it would be: allow", said)
        self.assertIn("modules.trust.tools.sign.enabled is false", said)
        said, _ = self.offline("explain", "--as", "ci@example.com", "--tool", "trust/sign", "--policy", EXAMPLES / "ci-bot", "--config", config,
                               expect=1)
        self.assertRegex(said, rf"note: switched off at {config}:\d+:\d+")


class Check(PolicyCommands):
    def test_every_example_is_right_without_modules_or_configuration(self):
        for example in sorted(path for path in EXAMPLES.iterdir() if path.is_dir()):
            with self.subTest(example=example.name):
                out, err = self.offline("check", "--policy", example, "--catalog", CATALOG)
                self.assertIn("is right: ", out)
                self.assertEqual(err, "")

    def test_mistakes_of_rules_and_limits_are_named_with_place_and_nearest_word(self):
        bad = self.folder_with("bad", a="rules:\n  r: {effect: allow, who: everyone, tools: [trust/sing]}\n",
                               b="limits:\n  rules:\n    l: {rate: 5/s, only: {tools: [trust/verfy]}}\n")
        _, err = self.offline("check", "--policy", bad, "--catalog", CATALOG, expect=1)
        for part in ("a.yaml:2:", "trust/sign", "b.yaml:3:", "trust/verify"):
            self.assertIn(part, err)

    def test_the_configurations_own_policy_and_identity_are_checked(self):
        keys = self.folder / "keys.yaml"
        keys.write_text("keys:\n  ci: {sha256: abc, subject: ci@example.com}\n", encoding="utf-8")
        (self.folder / "ids.json").write_text("{}", encoding="utf-8")
        issuer = {"issuer": "https://id.example.com", "audiences": ["https://gw.example.com/mcp"], "jwks_file": "ids.json"}
        config = self.config(policy=str(EXAMPLES / "ci-bot"), identity={
            "api_keys": "keys.yaml", "revocations": "absent.yaml", "issuers": {"company": issuer}})
        _, err = self.offline("check", "--config", config, expect=1)
        for part in ("keys.yaml:2:", "keys.ci.sha256", "identity.revocations: ", "absent.yaml cannot be read", "ids.json: ", "3 problems"):
            self.assertIn(part, err)
        config = self.config(policy=str(EXAMPLES / "ci-bot"))
        self.assertIn("2 rules, 1 limit", self.offline("check", "--config", config)[0])
        config = self.config(modules={"trust": {"path": "/nowhere/trust.so"}}, policy=str(EXAMPLES / "ci-bot"))
        self.offline("check", "--config", config, expect=1)
        self.offline("check", "--config", config, "--catalog", CATALOG)

    def test_a_policy_folder_that_is_empty_or_missing_is_never_no_policy(self):
        empty = self.folder_with("empty")
        for folder in (empty, self.folder / "absent"):
            _, err = self.offline("check", "--config", self.config(policy=str(folder)), expect=1)
            self.assertIn(str(folder), err)

    def test_machines_are_told_the_same_as_people(self):
        def asked(*arguments, expect):
            out, err = self.offline("check", "--json", *arguments, expect=expect)
            self.assertEqual(err, "")
            return json.loads(out)

        bad = self.folder_with("bad", a="rules:\n  r: {effect: allow, who: everyone, tools: [trust/sing]}\n")
        self.assertEqual(asked("--policy", EXAMPLES / "ci-bot", "--catalog", CATALOG, expect=0), {"ok": True, "problems": [], "warnings": []})
        self.assertEqual(asked("--config", self.config(policy=str(EXAMPLES / "ci-bot")), expect=0)["ok"], True)
        for arguments in (("--policy", bad, "--catalog", CATALOG), ("--config", self.config(policy=str(bad)))):
            said = asked(*arguments, expect=1)
            _, err = self.offline("check", *arguments, expect=1)
            self.assertIs(said["ok"], False)
            self.assertEqual(len(said["problems"]), 1)
            self.assertIn("a.yaml:2:", said["problems"][0])
            self.assertIn(said["problems"][0], err)
        for arguments in (("--policy", bad, "--catalog", "absent.json"), ("--config", "absent.yaml")):
            self.assertIn("absent.", asked(*arguments, expect=1)["problems"][0])

    def test_names_of_keys_and_certificates_are_compared_with_the_policy(self):
        keys = {"ci": dict(sha256="a" * 64, subject="a@b", groups=["developrs", "fixed"], tenant="acmee", allowed_tools=["trust/sing", "trust_sign", "trust/*", "*"]),
                "right": dict(sha256="b" * 64, subject="ann", groups=["developers"], tenant="acme")}
        (self.folder / "keys.yaml").write_text(json.dumps({"keys": keys}), encoding="utf-8")
        policy = self.folder_with("named", a="tenants: {acme: {}}\ngroups: {developers: {claimed: true}, fixed: {subjects: [ann]}}\n"
                                  "rules: {r: {effect: allow, who: {groups: [developers]}, tools: [trust/*]}}\n")
        config = self.config(policy=str(policy), identity={
            "api_keys": "keys.yaml", "certificates": {"build": {"dns": "b.example.org", "groups": ["develpers"]}}})
        _, err = self.offline("check", "--config", config, expect=1)
        for part in ("keys.yaml:1:", "keys.ci.groups[0]: the policy knows no group developrs; did you mean developers?",
                     "keys.ci.tenant: the policy knows no tenant acmee; did you mean acme?",
                     "keys.ci.allowed_tools[0]: trust/sing names no tool that is loaded; did you mean trust/sign?",
                     "keys.ci.allowed_tools[3]: * names no tool that is loaded",
                     "keys.ci.groups[1]: group fixed is not claimed: true, so a credential that names it does not count (a warning)",
                     "identity.certificates.build.groups[0]: the policy knows no group develpers"):
            self.assertIn(part, err)
        self.assertNotIn("keys.right", err)

    def test_a_catalogue_that_is_none_is_refused(self):
        wrong = self.folder / "catalog.json"
        wrong.write_text('{"tools": [{"name": "x"}]}', encoding="utf-8")
        _, err = self.offline("check", "--policy", EXAMPLES / "ci-bot", "--catalog", wrong, expect=1)
        self.assertIn("catalog.json: tools[0]", err)


class Explain(PolicyCommands):
    def test_it_names_rule_and_line_and_what_would_change_it(self):
        said = self.explain("ci-bot", "--as", "ci@example.com", "--tool", "trust/sign", "--args", '{"artifact_type": "report"}', expect=1)
        self.assertEqual((said["decision"], said["remedy"]), ("refuse", "argument"))
        self.assertIn("10-ci.yaml:7:", said["considered"][0]["where"])
        self.assertIn("artifact_type is one of", said["would_change_it"][0])
        self.assertEqual([(limit["limit"], limit["cost"]) for limit in said["limits"]], [("ci-pace", 5)])

    def test_exit_codes_say_yes_no_and_cannot_say(self):
        self.assertEqual(self.explain("auditors", "--as", "a@b", "--groups", "auditors", "--tool", "trust_verify")["decision"], "allow")
        self.assertEqual(self.explain("auditors", "--as", "a@b", "--tool", "trust/verify", expect=1)["decision"], "hidden")
        self.assertIs(self.explain("auditors", "--as", "a@b", "--tool", "trust/verfy", expect=2)["known"], False)
        self.offline("explain", "--as", "a@b", "--tool", "trust/verify", "--policy", self.folder / "none", "--catalog", CATALOG, expect=2)
        self.offline("explain", "--as", "a@b", "--tool", "trust/verify", "--args", "[1", "--policy", EXAMPLES / "ci-bot", "--catalog", CATALOG,
                     expect=2)

    def test_it_says_when_a_group_of_the_credential_does_not_count(self):
        said = self.explain("release-team", "--as", "dora@example.com", "--groups", "release-team,relase-team", "--tool", "trust/sign", expect=1)
        self.assertEqual(said["decision"], "hidden")
        self.assertIn("is not claimed: true", said["notes"][0])
        self.assertIn("did you mean release-team?", said["notes"][1])

    def test_arguments_that_the_tool_refuses_come_to_no_rule(self):
        asked = ("--as", "ci@example.com", "--tool", "trust/sign", "--args")
        said = self.explain("ci-bot", *asked, '{"artifct_type": 5}', expect=1)
        self.assertIn("artifct_type", said["tool_refuses_arguments"])
        out, _ = self.offline("explain", "--policy", EXAMPLES / "auditors", "--catalog", CATALOG, "--as", "d@b", "--groups", "developers",
                              "--tool", "trust/sign", "--args", '{"artifact_type": 5}', expect=1)
        self.assertRegex(out, r"^the tool refuses these arguments before any rule is asked: .*artifact_type.*\nd@b -> trust/sign: allow")
        said = self.explain("auditors", "--as", "d@b", "--groups", "developers", "--tool", "trust/sign", "--args", '{"artifact_type": "sbom"}')
        self.assertIs(said["tool_refuses_arguments"], None)
        self.assertIn("a call needs more than these arguments: ", said["notes"][0])
        self.assertIn("artifact", said["notes"][0])

    def test_a_narrowed_credential_is_refused_for_its_scope(self):
        said = self.explain("ci-bot", "--as", "ci@example.com", "--tools", "trust/verify", "--tool", "trust/sign", expect=1)
        self.assertEqual(said["remedy"], "scope")

    def test_limits_of_resources_and_prompts(self):
        catalog = self.folder / "notes.json"
        catalog.write_text(json.dumps({"tools": [], "resources": [{"service": "notes", "uriTemplate": "notes://{id}"}],
                                       "prompts": [{"service": "notes", "name": "notes_review"}]}))
        rules = 'rules: {all: {effect: allow, who: everyone, resources: ["notes/*"], prompts: ["notes/*"]}}\n'
        before = self.folder_with("before", p=rules + 'limits: {rules: {reading: {key: [subject, tool], rate: 30/m}}}\n')
        after = self.folder_with("after", p=rules + 'limits:\n  resources: {"notes/notes://*": {cost: 3}}\n  rules:\n'
                                 '    reading: {key: [subject, tool], rate: 30/m, only: {resources: ["notes/notes://{id}"]}}\n')
        for asked, words, limits in ((("--resource", "notes://{id}"), "reads of notes/notes://{id}", 1), (("--prompt", "notes_review"), "", 0)):
            out, _ = self.offline("explain", "--as", "a@b", *asked, "--policy", after, "--catalog", catalog, "--json")
            met = json.loads(out)["limits"]
            self.assertEqual([(limit["cost"], limit["shared_by"]) for limit in met], [(3, f"a@b for {words}")] * limits)
        out, _ = self.offline("plan", after, "--old", before, "--catalog", catalog)
        self.assertIn("  limit reading: 30/m by subject and tool -> 30/m by subject and tool, only resources notes/notes://{id}\n", out)
        self.assertIn("  cost of resource notes/notes://{id}: 1 -> 3\n", out)
        wrong = self.folder_with("wrong", p=rules + 'limits: {rules: {r: {rate: 1/s, only: {prompts: [notes/reveiw]}}}}\n')
        _, err = self.offline("check", "--policy", wrong, "--catalog", catalog, expect=1)
        self.assertIn('limits.rules.r.only.prompts: "notes/reveiw" names no prompt that is loaded; did you mean notes/review?', err)
        self.assertIn("p.yaml:2:", err)

    def test_open_local_mode_has_nothing_to_explain(self):
        _, err = self.offline("explain", "--as", "a@b", "--tool", "trust/verify", "--config", self.config(), "--catalog", CATALOG, expect=2)
        self.assertIn("open local mode", err)


class Tests(PolicyCommands):
    def test_the_cases_of_every_example_hold(self):
        for example in sorted(path for path in EXAMPLES.iterdir() if path.is_dir()):
            with self.subTest(example=example.name):
                self.assertIn(" 0 failed", self.offline("policy", "test", example, "--catalog", CATALOG)[0])

    def test_a_case_that_fails_says_what_was_decided_and_where_it_stands(self):
        folder = self.folder / "policy"
        shutil.copytree(EXAMPLES / "ci-bot", folder)
        (folder / "tests" / "wrong.yaml").write_text(
            "cases:\n  signs reports: {as: ci@example.com, tool: trust/sign, arguments: {artifact_type: report}, expect: allow}\n", encoding="utf-8")
        out, _ = self.offline("policy", "test", folder, "--catalog", CATALOG, expect=1)
        for part in ("wrong.yaml:2:3: cases.signs reports: expected allow; decided was", "by rule ci-signs-builds", "1 failed"):
            self.assertIn(part, out)
        said = json.loads(self.offline("policy", "test", folder, "--catalog", CATALOG, "--json", expect=1)[0])
        self.assertEqual((said["failed"], said["failures"][0]["line"]), (1, 2))

    def test_a_case_that_could_not_be_is_a_failure(self):
        folder = self.folder / "policy"
        shutil.copytree(EXAMPLES / "auditors", folder)
        (folder / "tests" / "more.yaml").write_text(
            "callers: {d: {subject: d@b, groups: [developers]}, e: {subject: e@b, groups: [devlopers]}}\n"
            "cases:\n  signs: {as: d, tool: trust/sign, arguments: {artifct_type: sbom}, expect: allow}\n"
            "  sees nothing: {as: e, tool: trust/sign, expect: hidden}\n", encoding="utf-8")
        out, _ = self.offline("policy", "test", folder, "--catalog", CATALOG, expect=1)
        for part in ("more.yaml:3:3: cases.signs: the tool refuses these arguments before any rule is asked: ", "artifct_type",
                     "callers.e.groups[0]: the policy knows no group devlopers; did you mean developers?", "2 failed"):
            self.assertIn(part, out)

    def test_no_case_and_a_broken_file_of_cases_are_no_success(self):
        folder = self.folder / "policy"
        shutil.copytree(EXAMPLES / "ci-bot", folder)
        (folder / "tests" / "ci.yaml").write_text("cases:\n  a: {az: ci@example.com, expect: allow}\n", encoding="utf-8")
        _, err = self.offline("policy", "test", folder, "--catalog", CATALOG, expect=2)
        self.assertIn("did you mean as?", err)
        (folder / "tests" / "ci.yaml").unlink()
        self.assertIn("nothing was tested", self.offline("policy", "test", folder, "--catalog", CATALOG, expect=2)[1])


    def test_a_file_of_cases_with_the_wrong_ending_is_no_success(self):
        folder = self.folder / "policy"
        shutil.copytree(EXAMPLES / "ci-bot", folder)
        shutil.copy(folder / "tests" / "ci.yaml", folder / "tests" / "more.yml")
        out, err = self.offline("policy", "test", folder, "--catalog", CATALOG, expect=2)
        self.assertIn("tests/more.yml: is not read; rename it to *.yaml", err)
        self.assertIn("9 passed, 0 failed", out)
        (folder / "tests" / "ci.yaml").unlink()
        self.assertIn("rename it to *.yaml", self.offline("policy", "test", folder, "--catalog", CATALOG, expect=2)[1])


class Plan(PolicyCommands):
    RULES = "groups: {dev: {subjects: [ann]}}\nrules: {r: {effect: allow, who: {groups: [dev]}, tools: ['%s']}}\n"

    def test_it_says_who_gains_and_loses_and_which_limits_change(self):
        old = self.folder_with("old", a=self.RULES % "trust/*")
        new = self.folder_with("new", a=self.RULES % "trust/get_*" + "limits: {rules: {slow: {key: [subject], rate: 10/m}}}\n")
        out, _ = self.offline("plan", new, "--old", old, "--catalog", CATALOG)
        self.assertRegex(out, r"group dev  trust/sign +yes -> no")
        self.assertIn("limit slow: - -> 10/m by subject", out)
        self.assertRegex(out, r"5 -> 2 tools, \d+ -> \d+ bytes, about \d+ -> \d+ tokens")
        said = json.loads(self.offline("plan", new, "--old", old, "--catalog", CATALOG, "--json", "--exit-code", expect=1)[0])
        self.assertIs(said["changes_anything"], True)
        self.offline("plan", new, "--old", new, "--catalog", CATALOG, "--exit-code")

    def test_a_new_member_alone_is_a_change(self):
        old = self.folder_with("old", a=self.RULES % "trust/*")
        new = self.folder_with("new", a=(self.RULES % "trust/*").replace("[ann]", "[ann, mallory]"))
        out, _ = self.offline("plan", new, "--old", old, "--catalog", CATALOG, "--exit-code", expect=1)
        self.assertIn("members:\n  subject mallory  groups: none -> dev\n", out)
        self.assertRegex(out, r"subject mallory  trust/sign +no -> yes")

    def test_those_in_several_groups_are_compared_too(self):
        rules = ("groups: {dev: {subjects: [bea, ann]}, ops: {subjects: [bea]}}\ntenants: {acme: {}}\n"
                 "rules:\n  r: {effect: allow, who: {groups: [dev]}, tools: ['trust/*']}\n")
        old = self.folder_with("old", a=rules)
        denied = self.folder_with("denied", a=rules + "  d: {effect: deny, who: {groups: [ops]}, tools: [trust/sign]}\n")
        out, _ = self.offline("plan", denied, "--old", old, "--catalog", CATALOG, "--exit-code", expect=1)
        self.assertRegex(out, r"subject bea +trust/sign  yes -> no\n")
        tenants = self.folder_with("tenants", a=rules + "  t: {effect: allow, who: {groups: [ops], tenants: [acme]}, tools: [trust/get_stats]}\n")
        out, _ = self.offline("plan", tenants, "--old", old, "--catalog", CATALOG)
        self.assertRegex(out, r"group ops of tenant acme  trust/get_stats +no -> yes\n")
        unfelt = self.folder_with("unfelt", a=rules + "  u: {effect: deny, who: {groups: [ops]}, tools: [trust/sign], "
                                  "when: {artifact_type: {equals: sbom}}}\n  v: {effect: deny, who: {tenants: [acme], subjects: [ann]}, tools: [trust/sign]}\n")
        out, _ = self.offline("plan", unfelt, "--old", tenants, "--catalog", CATALOG)
        self.assertRegex(out, r"subject ann of tenant acme +trust/sign|subject ann in group dev of tenant acme +trust/sign")
        self.assertNotIn("Nobody gains or loses anything.", out)

    def test_the_change_that_repairs_a_policy_can_be_planned(self):
        catalogue = json.loads(CATALOG.read_text(encoding="utf-8"))
        for tool in catalogue["tools"]:
            if tool["name"] == "trust_sign":
                tool["inputSchema"]["properties"]["kind"] = tool["inputSchema"]["properties"].pop("artifact_type")
        catalogue["tools"] = [tool for tool in catalogue["tools"] if tool["name"] != "trust_get_stats"]
        now = self.folder / "now.json"
        now.write_text(json.dumps(catalogue), encoding="utf-8")
        old = self.folder_with("old", a="rules:\n  r: {effect: allow, who: everyone, tools: [trust/sign], when: {artifact_type: {equals: sbom}}}\n"
                               "limits: {tools: {trust/get_stats: {cost: 2}}, rules: {l: {rate: 5/s, only: {tools: [trust/get_stats]}}}}\n")
        new = self.folder_with("new", a="rules:\n  r: {effect: allow, who: everyone, tools: [trust/sign], when: {kind: {equals: sbom}}}\n")
        self.offline("check", "--policy", old, "--catalog", now, expect=1)
        out, err = self.offline("plan", new, "--old", old, "--catalog", now)
        self.assertRegex(out, r"everyone else  trust/sign  with conditions -> other conditions")
        self.assertIn("limits.tools.trust/get_stats", err)
        self.assertIn("(a warning)", err)

    def test_a_new_policy_that_is_broken_has_no_plan(self):
        old, new = self.folder_with("old", a=self.RULES % "trust/*"), self.folder_with("new", a=self.RULES % "trust/sing")
        out, err = self.offline("plan", new, "--old", old, "--catalog", CATALOG, expect=2)
        self.assertEqual(out, "")
        self.assertIn("trust/sign", err)


class Schemas(PolicyCommands):
    def test_of_every_yaml_file_are_the_ones_in_the_tree(self):
        for name in ("policy", "cases", "api-keys", "revocations"):
            with self.subTest(schema=name):
                self.assertEqual(self.offline("schema", name)[0], (ROOT / f"policy/{name}.schema.json").read_text(encoding="utf-8"))
