"""certus-gateway check: every mistake at once, each with its place and the right form."""
import harness
from harness import Case

GOOD = """\
listeners:
  mcp: {port: 0}
  operations: {port: 0}
modules:
  trust:
    path: {module}
services:
  trust: embedded
"""

BROKEN = """\
listeners:
  mcp:
    prot: 8097
  operations:
    port: eight
modules:
  trust:
    path: {module}
    sha256: abc
    settings: {servce: trust}
services:
  trust: embeded
log:
  level: loud
"""

ONE_BY_ONE = {
    "duplicate key": ("threads: 1\nthreads: 2\n", ["2:1", "threads"]),
    "second document": ("threads: 1\n---\nthreads: 2\n", ["document"]),
    "merge key": ("base: &b {port: 0}\nlisteners:\n  mcp:\n    <<: *b\n", ["<<"]),
    "leading zero": ("threads: 010\n", ["1:10", "010"]),
    "unknown key": ("thraeds: 1\n", ["1:1", "threads"]),
    "not a mapping": ("- threads\n", ["1:1"]),
    "not YAML": ("threads: [1\n", ["YAML"]),
    "inline secret": ("services:\n  trust:\n    url: http://127.0.0.1:1\n    credential: {value: abc}\n", ["value"]),
}


class CheckCommand(Case):
    def written(self, text, name="gateway.yaml"):
        path = self.folder / name
        path.write_text(text.replace("{module}", harness.module("trust")), encoding="utf-8")
        return path

    def problems(self, path):
        out, err = self.command("check", "--config", path, expect=1)
        return out + err

    def test_a_good_file_passes(self):
        out, err = self.command("check", "--config", self.written(GOOD))
        self.assertNotIn("error", (out + err).lower())

    def test_the_shipped_file_passes_when_its_module_is_built(self):
        shipped = (harness.ROOT / "config" / "gateway.yaml").read_text(encoding="utf-8")
        text = shipped.replace("../build/release/modules/trust.so", harness.module("trust"))
        path = self.folder / "shipped.yaml"
        path.write_text(text, encoding="utf-8")
        self.command("check", "--config", path)

    def test_all_mistakes_are_named_at_once_with_line_and_right_word(self):
        text = self.problems(self.written(BROKEN))
        for part in ("gateway.yaml:3:5", "port", "gateway.yaml:5:11", "gateway.yaml:9:", "gateway.yaml:12:", "embedded",
                     "gateway.yaml:14:", "warning"):
            self.assertIn(part, text)

    def test_each_trap_of_yaml_is_an_error(self):
        for name, (text, parts) in ONE_BY_ONE.items():
            with self.subTest(trap=name):
                said = self.problems(self.written(text, "trap.yaml"))
                for part in ["trap.yaml", *parts]:
                    self.assertIn(part, said)

    def test_a_modules_own_refusal_of_its_settings_is_shown(self):
        text = self.problems(self.written(GOOD.replace("path: {module}", "path: {module}\n    settings: {servce: trust}")))
        self.assertIn("did you mean `service`?", text)

    def test_a_missing_module_a_wrong_digest_and_a_missing_pin_are_refused(self):
        self.assertIn("nothing.so", self.problems(self.written(GOOD.replace("{module}", "/nowhere/nothing.so"))))
        pinned = GOOD.replace("path: {module}", "path: {module}\n    sha256: " + "0" * 64)
        self.assertIn("sha256", self.problems(self.written(pinned)))
        self.assertIn("require_pins", self.problems(self.written(GOOD + "require_pins: true\n")))

    def test_an_unknown_environment_override_is_an_error(self):
        out, err = self.command("check", "--config", self.written(GOOD), expect=1, env=self.env(CERTUS_GATEWAY__LSTENERS__MCP__PORT="1"))
        self.assertIn("CERTUS_GATEWAY__LSTENERS__MCP__PORT", out + err)
        self.command("check", "--config", self.written(GOOD), env=self.env(CERTUS_GATEWAY__LISTENERS__MCP__PORT="9000"))

    def test_a_file_that_is_not_there_is_named(self):
        self.assertIn("absent.yaml", self.problems(self.folder / "absent.yaml"))
