"""What the tree promises about itself: who may include whom, how long a file gets, what a folder says of itself."""
import json
import pathlib
import re
import subprocess

import harness
from harness import Case, ROOT

SOURCES = (".cc", ".h", ".cpp", ".hpp", ".c")
# folder -> the folders of the project that its files may include, beside itself
MAY_INCLUDE = {
    "base": set(),
    "config": {"base"},
    "policy": {"base", "config"},
    "config/gateway": {"base", "config", "policy"},
    "observability": {"base"},
    "http": {"base"},
    "modules/abi": set(),
    "modules/sdk": {"modules/abi"},
    "modules/trust": {"modules/abi", "modules/sdk"},
    # the verifier's room, and what it stands on: neither the log's database nor a private key
    "services/trust/crypto": {"base"},
    "services/trust/formats": {"base"},
    "services/trust/sigstore": {"base", "services/trust/crypto", "services/trust/formats"},
    "services/trust": {"base", "config", "config/gateway", "http", "services/trust/crypto", "services/trust/formats", "services/trust/sigstore"},
    "gateway/call": {"base", "config", "policy", "observability"},
    "gateway/schema": {"base"},
    "gateway/tools": {"base", "config", "config/gateway", "policy", "gateway/call", "gateway/schema"},
    "gateway/access": {"base", "policy", "gateway/call", "gateway/tools"},
    "gateway/stages": {"base", "config", "http", "policy", "gateway/access", "gateway/call", "gateway/tools", "gateway/schema"},
    "gateway/mcp": {"base", "config", "policy", "gateway/access", "gateway/call", "gateway/tools", "gateway/schema", "gateway/stages"},
    "gateway/upstream": {"base", "config", "config/gateway", "http", "gateway/call"},
    "gateway/redis": {"base", "policy"},
    "gateway/keys": {"base", "http", "policy"},
    "gateway/reload": {"base"},
    "gateway/modules": {"base", "config", "config/gateway", "http", "gateway/call", "gateway/tools", "gateway/upstream", "gateway/schema",
                        "modules/abi"},
    "gateway/guard": {"base", "http", "policy", "gateway/call", "gateway/tools", "gateway/redis", "gateway/modules"},
    "gateway/transport": {"base", "config", "http", "observability", "policy", "gateway/access", "gateway/call", "gateway/tools",
                          "gateway/mcp", "gateway/stages", "gateway/upstream", "gateway/keys", "gateway/modules", "gateway/schema"},
}
MAY_USE_ASIO = {"http", "gateway/transport", "gateway/upstream", "gateway/redis", "gateway/keys", "gateway/guard", "gateway/modules",
                "gateway/app", "services/trust"}
# What code without IO includes neither itself nor by way of another header. A library's own headers are not followed.
DOES_NO_IO = ("services/trust/crypto/", "services/trust/formats/", "services/trust/sigstore/")
IO_HEADERS = re.compile(r"boost/asio|boost/beast|sqlite3|sys/|netinet/|fcntl\.h|unistd\.h|poll\.h|dlfcn\.h|dirent\.h|c?stdio(\.h)?$|(|i|o)fstream$|filesystem$|"
                        r"openssl/(ssl|bio|ui|http|store)\.h|base/(files|clock)\.h|services/trust/(api|log|rekor|sign|state|verify|provenance)/")
MOST_LINES = 400


def tracked():
    """The project's own files; in an unpacked archive, which git does not know, everything but builds."""
    done = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        names = done.stdout.splitlines()
    else:
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if not path.relative_to(ROOT).parts[0].startswith(("build", "."))]
    return [pathlib.PurePosixPath(name) for name in names if (ROOT / name).is_file()]


def folder_of(path: str):
    """The longest layer name that `path` lies in."""
    known = [*MAY_INCLUDE, "gateway/app"]
    return max((name for name in known if path.startswith(name + "/")), key=len, default=None)


def included(text):
    return re.findall(r'^\s*#\s*include\s*["<]([^">]+)[">]', text, re.MULTILINE)


class SourceTree(Case):
    def sources(self):
        files = [path for path in tracked() if path.suffix in SOURCES and path.parts[0] != "tests"]
        self.assertGreater(len(files), 100)
        return files

    def test_no_layer_includes_what_stands_above_it(self):
        wrong = []
        for path in self.sources():
            layer = folder_of(str(path))
            if layer is None:
                wrong.append(f"{path}: lies in no layer of the table in this test")
                continue
            if layer == "gateway/app":
                continue  # wires everything
            for name in included((ROOT / path).read_text(encoding="utf-8")):
                target = "modules/sdk" if name.startswith("certus/") and layer != "modules/abi" else folder_of(name)
                if name == "certus/abi.h":
                    target = "modules/abi"
                if target and target != layer and target not in MAY_INCLUDE[layer]:
                    wrong.append(f"{path} includes {name}: {layer} may not know {target}")
        self.assertEqual(wrong, [])

    def test_asio_and_beast_stay_where_io_is(self):
        wrong = []
        for path in self.sources():
            layer = folder_of(str(path))
            for name in included((ROOT / path).read_text(encoding="utf-8")):
                if name.startswith("boost/beast") and layer != "http":
                    wrong.append(f"{path} includes {name}: only http/ knows Beast")
                if name.startswith("boost/asio") and layer not in MAY_USE_ASIO:
                    wrong.append(f"{path} includes {name}: {layer} does no IO")
        self.assertEqual(wrong, [])

    def test_the_verifier_reaches_no_file_socket_clock_or_private_key_by_any_header(self):
        wrong, seen = [], {}

        def reached(name, way):
            if name in seen or not (ROOT / name).is_file():
                return
            seen[name] = way
            for each in included((ROOT / name).read_text(encoding="utf-8")):
                if IO_HEADERS.match(each):
                    wrong.append(" includes ".join([*way, name, each]))
                reached(each, [*way, name])

        rooms = [str(path) for path in self.sources() if str(path).startswith(DOES_NO_IO)]
        self.assertGreater(len(rooms), 40)
        for path in rooms:
            reached(path, [])
        self.assertIn("base/encoding.h", seen)
        self.assertEqual(wrong, [])

    def test_the_abi_is_plain_c_and_includes_nothing_of_ours(self):
        text = (ROOT / "modules/abi/include/certus/abi.h").read_text(encoding="utf-8")
        self.assertEqual(sorted(included(text)), ["stddef.h", "stdint.h"])

    def test_no_file_is_longer_than_a_reader_bears(self):
        long = []
        for path in tracked():
            if path.suffix in (*SOURCES, ".py", ".sh", ".mjs", ".js", ".cmake") or path.name == "CMakeLists.txt":
                lines = (ROOT / path).read_bytes().count(b"\n")
                if lines > MOST_LINES:
                    long.append(f"{path}: {lines} lines")
        self.assertEqual(long, [])

    def test_every_top_folder_says_what_it_is(self):
        folders = sorted({path.parts[0] for path in tracked() if len(path.parts) > 1 and not path.parts[0].startswith(".")})
        self.assertIn("gateway", folders)
        self.assertEqual([name for name in folders if not (ROOT / name / "README.md").is_file()], [])

    def test_every_header_opens_by_saying_what_it_is(self):
        silent = [str(path) for path in self.sources() if path.suffix == ".h"
                  and not (ROOT / path).read_text(encoding="utf-8").lstrip().startswith(("//", "/*"))]
        self.assertEqual(silent, [])

    def test_the_daemon_knows_no_fixture_by_name(self):
        fixtures = {name for path in (ROOT / "tests/conformance").rglob("*.cc")
                    for name in re.findall(r'"(test_[a-z0-9_]+|json_schema_2020_12_tool)"', path.read_text(encoding="utf-8"))}
        self.assertGreater(len(fixtures), 20)
        binary = harness.program("certus-gateway").read_bytes()
        self.assertEqual([name for name in sorted(fixtures) if name.encode() in binary], [])

    def test_no_open_ends_are_left_in_the_code(self):
        # The words are put together here so that this file does not find itself.
        words = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b")
        found = [f"{path}:{number}" for path in tracked() if path.suffix in (*SOURCES, ".py", ".sh")
                 for number, line in enumerate((ROOT / path).read_text(encoding="utf-8", errors="replace").splitlines(), 1)
                 if words.search(line)]
        self.assertEqual(found, [])

    def test_the_reference_of_the_tools_is_what_the_gateway_offers(self):
        out, _ = self.command("tools", "--json", "--config", self.config())
        done = subprocess.run(["python3", str(ROOT / "docs/reference/generate.py")], input=out, capture_output=True, text=True, check=True)
        kept = (ROOT / "docs/reference/tools.md").read_text(encoding="utf-8")
        self.assertEqual(done.stdout, kept, "docs/reference/tools.md is out of date: docs/reference/update BUILD_DIR writes it anew")

    def test_every_json_snippet_of_the_guides_is_json(self):
        snippets = [(path.name, text) for path in sorted((ROOT / "docs/guides").glob("*.md"))
                    for text in re.findall(r"^ *```json\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)]
        self.assertGreater(len(snippets), 5)
        for name, text in snippets:
            with self.subTest(guide=name):
                self.assertIn("certus", str(json.loads(text)))

    def test_every_relative_link_in_the_documents_leads_somewhere(self):
        dead = []
        for path in tracked():
            if path.suffix != ".md":
                continue
            prose = re.sub(r"```.*?```|`[^`\n]*`", "", (ROOT / path).read_text(encoding="utf-8"), flags=re.DOTALL)
            for target in re.findall(r"\]\(([^)#\s]+)", prose):
                if "://" not in target and not (ROOT / path.parent / target).exists():
                    dead.append(f"{path}: {target}")
        self.assertEqual(dead, [])
