"""The commands of docs/guides/policy.md, run as they stand: what they print is what the guide shows. CERTUS_UPDATE=1 writes what they
printed into the guide."""
import os
import re
import subprocess

from harness import Case, PATIENCE, ROOT, program
from test_verify_guide import BLOCK, commands

GUIDE = ROOT / "docs/guides/policy.md"


class PolicyGuide(Case):
    def test_its_commands_print_what_it_shows(self):
        (self.folder / "policy").symlink_to(ROOT / "policy")
        guide = GUIDE.read_text(encoding="utf-8")
        asked = [command for block in BLOCK.findall(guide) for command in commands(block)]
        self.assertGreaterEqual(len(asked), 9)
        script = "exec 2>&1\n" + "\n".join(
            f"printf '@@@{number}\\n'\n" + "\n".join(line[2:] for line in command) for number, command in enumerate(asked))
        env = self.env()
        env["PATH"] = f"{program('certus-gateway').parent}:{env['PATH']}"
        done = subprocess.run(["bash", "-c", script], cwd=self.folder, env=env, text=True, capture_output=True, timeout=PATIENCE, check=False,
                              stdin=subprocess.DEVNULL)
        printed = re.split(r"^@@@\d+\n", done.stdout, flags=re.MULTILINE)[1:]
        self.assertEqual(len(printed), len(asked), done.stdout + done.stderr)
        fresh = iter(zip(asked, printed))

        def filled(match):
            parts = ["\n".join(command) + "\n" + said for command, said in (next(fresh) for _ in commands(match.group(1)))]
            return "```console\n" + "".join(parts) + "```"

        rewritten = BLOCK.sub(filled, guide)
        if os.environ.get("CERTUS_UPDATE"):
            GUIDE.write_text(rewritten, encoding="utf-8")
        self.assertEqual(rewritten, GUIDE.read_text(encoding="utf-8"))
        for part in ("ci@example.com -> trust/sign: refuse (remedy: argument)", "rita@example.com -> trust/sign: confirm",
                     "rules added: freeze", "0 failed", "is right: 2 rules, 1 limit"):
            self.assertIn(part, rewritten)
