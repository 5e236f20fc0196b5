"""The commands of docs/guides/verify.md, run as they stand: what they print is what the guide shows, but for hashes, times and ports.
CERTUS_UPDATE=1 writes what they printed into the guide."""
import os
import re
import subprocess

from debian_tools import program_or_skip
from harness import Case, PATIENCE, ROOT, program

GUIDE = ROOT / "docs/guides/verify.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PORT = "127.0.0.1:8057"
VARYING = [(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME"), (r"\b[0-9a-f]{24,}\b", "HEX"), (r"[A-Za-z0-9+/]{32,}={0,2}", "BASE64"), (r"\b\d{10,}\b", "NUMBER")]


def commands(block):
    """Each command with its continuation lines, as they stand in the guide."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append([line])
        elif line.startswith("> "):
            found[-1].append(line)
    return found


def same(text):
    for pattern, word in VARYING:
        text = re.sub(pattern, word, text)
    return text


class VerifyGuide(Case):
    def test_its_commands_print_what_it_shows(self):
        tools = [program("certus-trust").parent] + [program_or_skip(self, name).parent for name in ("cosign", "rekor-cli")]
        service = self.start_trust(identity="alice@example.com")
        guide = GUIDE.read_text(encoding="utf-8")
        blocks = BLOCK.findall(guide)
        self.assertGreaterEqual(len(blocks), 5)
        asked = [command for block in blocks for command in commands(block)]
        script = "exec 2>&1\n" + "\n".join(
            f"printf '@@@{number}\\n'\n" + "\n".join(line[2:] for line in command) for number, command in enumerate(asked))
        env = self.env()
        env["PATH"] = ":".join([*map(str, tools), env["PATH"]])
        done = subprocess.run(["bash", "-c", script.replace(PORT, f"127.0.0.1:{service.port}")], cwd=self.folder, env=env, text=True,
                              capture_output=True, timeout=PATIENCE * 3, check=False, stdin=subprocess.DEVNULL)
        printed = re.split(r"^@@@\d+\n", done.stdout.replace(f"127.0.0.1:{service.port}", PORT), flags=re.MULTILINE)[1:]
        self.assertEqual(len(printed), len(asked), done.stdout + done.stderr)
        fresh = iter(zip(asked, printed))

        def filled(match):
            parts = ["\n".join(command) + "\n" + said for command, said in (next(fresh) for _ in commands(match.group(1)))]
            return "```console\n" + "".join(parts) + "```"

        rewritten = BLOCK.sub(filled, guide)
        if os.environ.get("CERTUS_UPDATE"):
            GUIDE.write_text(rewritten, encoding="utf-8")
        self.assertEqual(same(rewritten), same(GUIDE.read_text(encoding="utf-8")))
        self.assertIn("VALID: signed by alice@example.com", rewritten)
        self.assertIn("NOT VALID, ARTIFACT_MISMATCH", rewritten)
        self.assertIn("Verified OK", rewritten)
        self.assertEqual(rewritten.count("Verification Successful!"), 2)
