"""Policy and keys that change while the gateway serves: what comes into force, what does not, and who notices.
CERTUS_LONG=1: a thousand reloads under load instead of sixty."""
import json
import os
import pathlib
import re
import signal
import threading
import time

import harness
import mcp
import wire
from mcp import RpcError
from test_policy import POLICY, Policy, bearer

LONG = os.environ.get("CERTUS_LONG") == "1"
BROKEN = "rules:\n  a: {effect: allow, who: everyone, tools: [trust/get_stat]}\n"


class Reloads(Policy):
    def reload(self, config, expect=0):
        out, _ = self.command("reload", "--json", "--config", config, expect=expect)
        return json.loads(out)

    def begin(self, policy=POLICY, **more):
        """(gateway, its configuration file); what is written counts when a test asks for it, not before."""
        gateway = self.start(policy, **{"watch_files": False, **more})
        return gateway, self.folder / "gateway.json"

    def ready(self, gateway):
        answer = gateway.get("/readyz")
        self.assertEqual(answer.status, 200, answer.text())
        return json.loads(answer.body)


class Outcomes(Reloads):
    def test_the_command_says_what_became_of_it_and_so_do_metrics_log_and_readiness(self):
        gateway, config = self.begin()
        anna = self.client(gateway, "anna")
        self.assertEqual(self.reload(config)["outcome"], "unchanged")
        self.write("policy/10-rules.yaml", POLICY.replace("trust/get_stats]", "trust/get_stats, trust/query_transparency]"))
        report = self.reload(config)
        self.assertEqual((report["outcome"], report["generation"], report["by"]), ("applied", 2, "request"))
        self.assertIn("trust_query_transparency", anna.tools())

        self.write("policy/20-more.yaml", BROKEN)
        out, err = self.command("reload", "--config", config, expect=1)
        self.assertEqual(out, "")
        self.assertRegex(err, r"20-more\.yaml:2:\d+: .*get_stat")
        self.assertIn("generation 2 stays in force", err)
        self.assertEqual(set(anna.tools()), {"trust_verify", "trust_get_stats", "trust_query_transparency"})
        stale = self.ready(gateway)["stale"]
        self.assertIn("20-more.yaml", stale["problems"][0])
        self.assertEqual(gateway.metric("certus_gateway_policy_stale"), 1)
        for result in ("applied", "unchanged", "refused"):
            self.assertEqual(gateway.metric("certus_gateway_reloads_total", result=result), 1, result)

        (self.folder / "policy/20-more.yaml").unlink()
        self.assertEqual(self.reload(config)["outcome"], "unchanged")
        self.assertNotIn("stale", self.ready(gateway))
        self.assertEqual(gateway.metric("certus_gateway_policy_stale"), 0)
        self.assertEqual(gateway.stop(), 0)
        gateway.await_log(r"level=error event=reload outcome=refused .*20-more\.yaml:2")
        _, err = self.command("reload", "--config", config, expect=2)
        self.assertIn("certus-gateway serve", err)

    def test_a_new_size_of_the_table_of_limits_waits_for_the_next_start_and_says_so(self):
        gateway, config = self.begin()
        for size in ("2048", "4096"):
            self.write("policy/30-limits.yaml", f"limits: {{max_keys: {size}}}\n")
            report = self.reload(config)
            self.assertEqual(report["outcome"], "applied")
            self.assertIn(f"limits.max_keys: {size} takes effect at the next start; until then it is 262144", json.dumps(report))
        self.write("policy/30-limits.yaml", "limits: {max_keys: 262144}\n")
        self.assertNotIn("max_keys", json.dumps(self.reload(config)))

    def test_a_hangup_reloads_and_ends_nothing(self):
        gateway, _ = self.begin()
        self.write("policy/10-rules.yaml", POLICY.replace("trust/get_stats]", "trust/query_transparency]"))
        os.kill(gateway.pid, signal.SIGHUP)
        harness.wait_until("the new generation is in force", lambda: self.ready(gateway)["generation"] == 2)
        self.assertEqual(set(self.client(gateway, "anna").tools()), {"trust_verify", "trust_query_transparency"})
        self.assertEqual(gateway.stop(), 0)
        gateway.await_log("by=signal")

    def test_open_local_mode_is_neither_entered_nor_left(self):
        gateway, config = self.begin()
        document = json.loads(config.read_text(encoding="utf-8"))
        del document["policy"]
        config.write_text(json.dumps(document), encoding="utf-8")
        report = self.reload(config, expect=1)
        self.assertIn("policy", report["problems"][0])
        self.assertEqual(wire.request(gateway.port, "POST", "/mcp", b"{}", mcp.JSON_TYPES).status, 401)

    def test_a_folder_that_is_gone_or_empty_opens_no_door(self):
        gateway, config = self.begin()
        (self.folder / "policy/10-rules.yaml").unlink()
        self.reload(config, expect=1)
        (self.folder / "policy").rmdir()
        self.reload(config, expect=1)
        self.assertEqual(set(self.client(gateway, "anna").tools()), {"trust_verify", "trust_get_stats"})
        self.assertEqual(wire.request(gateway.port, "POST", "/mcp", b"{}", mcp.JSON_TYPES).status, 401)

    def test_a_file_that_cannot_even_be_looked_at_ends_nothing(self):
        gateway, config = self.begin()
        (self.folder / "policy/20-loop.yaml").symlink_to("20-loop.yaml")
        report = self.reload(config, expect=1)
        self.assertRegex(report["problems"][0], r"20-loop\.yaml: cannot be read: .*symbolic links")
        self.assertEqual(set(self.client(gateway, "anna").tools()), {"trust_verify", "trust_get_stats"})
        (self.folder / "policy/20-loop.yaml").unlink()
        self.assertEqual(self.reload(config)["outcome"], "unchanged")

    def test_a_file_that_was_cut_off_takes_nothing_back(self):
        gateway, config = self.begin()
        anna = self.client(gateway, "anna")
        self.write("policy/90-freeze.yaml", "rules:\n  freeze: {effect: deny, who: everyone, tools: [trust/verify]}\n")
        self.assertEqual(self.reload(config)["outcome"], "applied")
        self.write("policy/90-freeze.yaml", "")
        self.assertRegex(self.reload(config, expect=1)["problems"][0], r"90-freeze\.yaml:1:1: nothing stands here")
        self.assertEqual(set(anna.tools()), {"trust_get_stats"})

    def test_only_this_machine_may_ask(self):
        gateway, _ = self.begin()
        for headers in ({"Origin": "http://127.0.0.1:8098"}, {"Host": "evil.example"}, {"X-Forwarded-For": "192.0.2.1"}):
            self.assertEqual(wire.request(gateway.operations, "POST", "/-/reload", b"", headers).status, 403, headers)
        self.assertEqual(wire.request(gateway.operations, "POST", "/-/reload", b"").status, 200)


class Watching(Reloads):
    def test_a_checkout_half_way_is_never_in_force(self):
        for number in range(5):
            if self.check_out_slowly(f"checkout-{number}"):
                return
        self.fail("this machine stands still for seconds again and again")

    def check_out_slowly(self, folder):
        """Whether the files moved all the time: where the machine itself stood still they may count."""
        def put(place, tool):
            self.write(f"{folder}/{place}.yaml", f"rules:\n  a-{place}: {{effect: allow, who: everyone, tools: [trust/{tool}]}}\n")

        put(0, "get_stats")
        put(1, "query_transparency")
        self.write("keys.yaml", {"keys": self.entries})
        gateway = self.start_gateway(self.config(policy=folder, identity={"api_keys": "keys.yaml"}))
        anna, seen, done, written = self.client(gateway, "anna"), set(), threading.Event(), []

        def look():
            while not done.is_set():
                seen.add(frozenset(anna.tools()))
        looker = threading.Thread(target=look)
        looker.start()
        try:
            # file by file, over three seconds; every part of the way would be a policy without fault
            for place, tool in ((1, "verify"), (2, "sign"), (3, "get_provenance"), (4, "query_transparency")):
                written.append(time.monotonic())
                put(place, tool)
                time.sleep(0.75)  # how slow the checkout is; nothing is awaited here
            (self.folder / folder / "0.yaml").unlink()
            written.append(time.monotonic())
            if max(after - before for before, after in zip(written, written[1:])) > 1.5:
                return False
            harness.wait_until("the whole checkout is in force", lambda: self.ready(gateway)["generation"] == 2)
            harness.wait_until("it is seen", lambda: len(seen) > 1)
            self.assertEqual(self.ready(gateway)["generation"], 2)
        finally:
            done.set()
            looker.join(harness.PATIENCE)
            gateway.stop()
        self.assertEqual(seen, {frozenset({"trust_get_stats", "trust_query_transparency"}),
                                frozenset({"trust_verify", "trust_sign", "trust_get_provenance", "trust_query_transparency"})})
        return True

    def test_files_that_are_not_watched_count_when_it_is_asked_for(self):
        watching, _ = self.begin(watch_files=True)
        calm = self.start_gateway(self.config(policy="policy", identity={"api_keys": "keys.yaml"}, watch_files=False, name="calm.json"))
        self.write("policy/10-rules.yaml", POLICY.replace("trust/get_stats]", "trust/query_transparency]"))
        harness.wait_until("the one that watches has it", lambda: self.ready(watching)["generation"] == 2)
        self.assertEqual(self.ready(calm)["generation"], 1)
        self.assertEqual(self.reload(self.folder / "calm.json")["outcome"], "applied")
        self.assertEqual(self.ready(calm)["generation"], 2)

    def test_a_config_map_is_swapped_by_its_link(self):
        for version, tool in (("..1", "trust/get_stats"), ("..2", "trust/verify")):
            self.write(f"mounted/{version}/rules.yaml", f"rules:\n  a: {{effect: allow, who: everyone, tools: [{tool}]}}\n")
        mounted = self.folder / "mounted"
        (mounted / "..data").symlink_to("..1")
        (mounted / "rules.yaml").symlink_to("..data/rules.yaml")
        self.write("keys.yaml", {"keys": self.entries})
        gateway = self.start_gateway(self.config(policy="mounted", identity={"api_keys": "keys.yaml"}))
        anna = self.client(gateway, "anna")
        self.assertEqual(set(anna.tools()), {"trust_get_stats"})
        (mounted / "..data_tmp").symlink_to("..2")
        os.replace(mounted / "..data_tmp", mounted / "..data")
        harness.wait_until("the other version is in force", lambda: set(anna.tools()) == {"trust_verify"})
        gateway.stop()
        gateway.await_log("by=file_change")


class UnderLoad(Reloads):
    """Generation N allows exactly one of two tools, by two files that only together make sense; a third tool's refusal names N."""

    ROUNDS = 1000 if LONG else 60
    PAIR = ("trust_get_stats", "trust_query_transparency")

    def put(self, number):
        for place, tool in enumerate(("get_stats", "query_transparency")):
            rule = f"  allow-{place}: {{effect: allow, who: everyone, tools: [trust/{tool}]}}\n" if number % 2 == place else ""
            marker = (f"  marker: {{effect: allow, who: everyone, tools: [trust/sign], when: {{artifact_type: {{equals: binary}}}}, "
                      f"advice: marker-{number}.}}\n") if place else ""
            self.write(f"policy/{place}.yaml", f"rules:\n{rule}{marker}" if rule or marker else "{}\n")

    def ask(self, client, wrong, counts, done):
        while not done.is_set():
            try:
                names = set(client.tools())
                counts["lists"] += 1
                if len(names & set(self.PAIR)) != 1 or "trust_sign" not in names:
                    wrong.append(f"a list of a mixed policy: {names}")
                for tool in self.PAIR:
                    counts["calls"] += 1
                    arguments = {"limit": 1} if tool.endswith("transparency") else {}
                    try:
                        client.call(tool, arguments)
                        counts["allowed"] += 1
                    except RpcError as error:
                        if tool not in error.message:
                            wrong.append(f"{tool}: {error}")
                        counts["hidden"] += 1
                text = client.error("trust_sign", {"artifact": harness.DIGEST, "artifact_type": "sbom"})
                marker = re.search(r"marker-(\d+)\.", text)
                if not marker:
                    wrong.append(f"no marker: {text}")
            except (OSError, RpcError, ValueError, AssertionError) as error:
                wrong.append(f"a dropped call: {error!r}")
                return

    def memory(self, gateway):
        status = pathlib.Path(f"/proc/{gateway.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"RssAnon:\s+(\d+)", status).group(1)) / 1024

    def test_no_call_is_dropped_or_decided_by_half_a_policy(self):
        self.put(0)
        self.write("keys.yaml", {"keys": self.entries})
        config = self.config(policy="policy", identity={"api_keys": "keys.yaml"}, log={"calls": False}, watch_files=False)
        gateway = self.start_gateway(config)
        session = gateway.legacy()
        session.extra = bearer(self.keys["dan"])
        session.open()
        wrong, counts, done = [], {"lists": 0, "calls": 0, "allowed": 0, "hidden": 0}, threading.Event()
        callers = [threading.Thread(target=self.ask, args=(self.client(gateway, "dan"), wrong, counts, done)) for _ in range(4)]
        for caller in callers:
            caller.start()
        watched = self.client(gateway, "anna")
        live, sizes, number, refused = 0, [], 0, 0
        try:
            for turn in range(1, self.ROUNDS + 1):
                if turn % 3 == 0:  # half of the next policy, and a fault: the whole must stay as it is
                    self.put(number + 1)
                    self.write("policy/1.yaml", BROKEN)
                    answer = wire.request(gateway.operations, "POST", "/-/reload", b"")
                    self.assertEqual(answer.status, 422, answer.text())
                    refused += 1
                    self.put(number)
                else:
                    number += 1
                    self.put(number)
                    answer = wire.request(gateway.operations, "POST", "/-/reload", b"")
                    self.assertEqual((answer.status, json.loads(answer.body)["outcome"]), (200, "applied"), answer.text())
                self.assertEqual(set(watched.tools()) & set(self.PAIR), {self.PAIR[number % 2]})
                self.assertIn(f"marker-{number}.", watched.error("trust_sign", {"artifact": harness.DIGEST, "artifact_type": "sbom"}))
                live = max(live, gateway.metric("certus_gateway_generations_live"))
                if turn % 10 == 0:
                    sizes.append(self.memory(gateway))
        finally:
            done.set()
            for caller in callers:
                caller.join(harness.PATIENCE)
        self.assertEqual(wrong[:5], [])
        self.assertEqual(session.request("ping"), {})
        self.assertEqual(gateway.metric("certus_gateway_reloads_total", result="refused"), refused)
        harness.wait_until("one generation is left", lambda: gateway.metric("certus_gateway_generations_live") == 1)
        print(f"{self.ROUNDS} reloads, {refused} refused; {counts}; at most {live:.0f} generations live; "
              f"own memory {sizes[0]:.1f} MB at first, {sizes[len(sizes) // 2]:.1f} half way, {sizes[-1]:.1f} at last")
        self.assertLessEqual(live, 12)
        if not re.search(rb"__[at]san_init", harness.program("certus-gateway").read_bytes()):
            self.assertLess(sizes[-1], sizes[len(sizes) // 2] + 8)
