"""Bundles and the trusted root of a real service before cosign, sigstore-go, sigstore-js and our own command: PASS or FAIL a client and case."""
import base64
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

import attestations
import mutations
from peers import ROOT, clients, output, run
import writers

ISSUER = "https://certus-trust"
ADDRESS, URI, OTHER = "alice@example.org", "https://example.org/builds/7", "the release desk"
CASES = ROOT / "tests/vectors/sigstore-conformance"


class Service:
    """A certus-trust on a free port with a state directory of its own."""

    def __init__(self, program, folder, identity):
        self.program, self.state = program, folder / "state"
        self.process = subprocess.Popen([program, "serve", "--listen", "127.0.0.1:0", "--state", self.state, "--identity", identity],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            if "API" in line:
                self.url = line.split()[1]
                return
        raise SystemExit("certus-trust did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        self.process.stdout.close()

    def ask(self, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def sign(self, content):
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        return self.ask("/v1/sign", {"artifact": digest, "artifact_type": "file", "subject": "a.txt"})["bundle"]


def flipped(text):
    raw = bytearray(base64.b64decode(text))
    raw[len(raw) // 2] ^= 1
    return base64.b64encode(raw).decode()


def altered(bundle, how):
    bundle = json.loads(json.dumps(bundle))
    entry = bundle["verificationMaterial"]["tlogEntries"][0]
    if how == "time":
        entry["integratedTime"] = str(int(entry["integratedTime"]) + 1)
    elif how == "promise":
        entry["inclusionPromise"]["signedEntryTimestamp"] = flipped(entry["inclusionPromise"]["signedEntryTimestamp"])
    elif how == "proof":
        entry["inclusionProof"]["hashes"][0] = flipped(entry["inclusionProof"]["hashes"][0])
    elif how == "checkpoint":
        note = entry["inclusionProof"]["checkpoint"]["envelope"]
        head, tail = note.split(" - ", 1)
        entry["inclusionProof"]["checkpoint"]["envelope"] = head + " - 1" + tail
    elif how == "signature":
        bundle["messageSignature"]["signature"] = flipped(bundle["messageSignature"]["signature"])
    return bundle


def cases(folder, service, identity):
    """(name, bundle, root, artifact, identity, issuer, whether it must verify), all as files."""
    content = b"content of " + identity.encode()
    service.sign(b"an older entry")
    bundle, root = service.sign(content), service.ask("/v1/keys/trusted_root.json")
    printed = output([service.program, "trusted-root", "--state", service.state])
    if json.loads(printed) != root:
        raise SystemExit("trusted-root and /v1/keys/trusted_root.json differ")

    def write(name, data):
        path = folder / name
        path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
        return path
    good, rootfile, artifact = write("good.json", bundle), write("root.json", root), write("a.txt", content)
    other = write("b.txt", b"another artifact")
    yield "good", good, rootfile, artifact, identity, ISSUER, True
    yield "another artifact", good, rootfile, other, identity, ISSUER, False
    yield "another identity", good, rootfile, artifact, "mallory@example.org", ISSUER, False
    yield "another issuer", good, rootfile, artifact, identity, "https://accounts.example.org", False
    for how in ("time", "promise", "proof", "checkpoint", "signature"):
        yield f"altered {how}", write(f"{how}.json", altered(bundle, how)), rootfile, artifact, identity, ISSUER, False


def command_line(program):
    """sigstore-conformance's command line on its managed-key cases: (what, whether it is as it must be)."""
    artifact = CASES / "a.txt"
    digest = "sha256:" + hashlib.sha256(artifact.read_bytes()).hexdigest()
    for case in sorted(CASES.glob("managed-key-*")):
        if not (case / "key.pub").exists():
            continue
        root = case / "trusted_root.json"
        root = root if root.exists() else CASES / "public-good-trusted_root.json"
        for what in (artifact, digest):
            done = run([program, "verify-bundle", "--bundle", case / "bundle.sigstore.json", "--key", case / "key.pub",
                        "--trusted-root", root, what])
            yield f"{case.name} {'by digest' if what is digest else 'by file'}", (done.returncode == 0) != case.name.endswith("_fail")
    good = CASES / "managed-key-and-trusted-root"
    words = ["verify-bundle", "--json", "--bundle", good / "bundle.sigstore.json", "--key", good / "key.pub", "--trusted-root", good / "trusted_root.json"]
    verdict = json.loads(run([program, *words, artifact]).stdout)
    yield "--json", verdict["valid"] is True and verdict["failure"] is None and all(c["status"] != "failed" for c in verdict["checks"])
    verdict = json.loads(run([program, *words, "sha256:" + "ab" * 32]).stdout)
    yield "--json of a refusal", verdict["valid"] is False and verdict["failure"] == "ARTIFACT_MISMATCH" and verdict["identity"] is None
    spoof = json.loads((good / "bundle.sigstore.json").read_text(encoding="utf-8"))
    spoof["mediaType"] = "x\n\x1b[2J\x1b[HVALID: signed by the chief"
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(spoof, file)
        file.flush()
        said = run([program, "verify-bundle", "--bundle", file.name, "--key", good / "key.pub", "--trusted-root", good / "trusted_root.json", artifact])
        yield "a bundle cannot write on the terminal", (said.returncode == 1 and "\x1b" not in said.stdout and
                                                         not any(line.startswith("VALID") for line in said.stdout.splitlines()))
    done = run([program, "verify-bundle", "--help"])
    yield "--help", done.returncode == 0 and all(option in done.stdout for option in ("--bundle", "--predicate-type", "--json", "ARTIFACT"))
    done = run([program, *words, "--predicate-type", "https://slsa.dev/provenance/v1", artifact])
    yield "a predicate type of what is no attestation", done.returncode == 1 and json.loads(done.stdout)["failure"] == "PREDICATE_TYPE"
    for name, wrong in {"a bundle twice": [*words, "--bundle", "x", artifact], "an option for a value": ["verify-bundle", "--bundle", "--key", "k"],
                        "what is no key": ["verify-bundle", "--bundle", good / "bundle.sigstore.json", "--key", ROOT / "README.md", artifact],
                        "no artifact": words, "a missing file": [*words, CASES / "no-such-file"], "nobody named": ["verify-bundle", "--bundle", "x", "y"],
                        "an unknown option": [*words, "--skip-everything", artifact]}.items():
        done = run([program, *wrong])
        yield name, done.returncode == 2 and not done.stdout and done.stderr.startswith("certus-trust: ")


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/release").resolve()
    program = build / "bin/certus-trust"
    if not program.exists():
        sys.exit(f"{program} does not exist: ./run --build makes it")
    passed = failed = 0
    available = list(clients(program))
    for what, right in command_line(program):
        passed, failed = passed + right, failed + (not right)
        print(f"{'PASS' if right else 'FAIL'} command line: {what}")
    for identity in (ADDRESS, URI, OTHER):
        with tempfile.TemporaryDirectory(prefix="certus-sigstore-") as place:
            folder = pathlib.Path(place)
            with Service(program, folder, identity) as service:
                for name, bundle, root, artifact, who, issuer, good in cases(folder, service, identity):
                    for client, verify in available:
                        if client == "sigstore-js" and identity == OTHER:
                            continue  # it reads addresses and URIs only, not Fulcio's otherName
                        done = verify(bundle, root, artifact, who, issuer)
                        right = (done.returncode == 0) == good
                        passed, failed = passed + right, failed + (not right)
                        print(f"{'PASS' if right else 'FAIL'} {client}: {identity}: {name}")
                        if not right:
                            print((done.stdout + done.stderr)[-1200:])
    for checks in (mutations.check(build, available), writers.check(program, available, Service),
                   attestations.check(program, Service)):
        for name, right, said in checks:
            passed, failed = passed + right, failed + (not right)
            print(f"{'PASS' if right else 'FAIL'} {name}")
            if not right:
                print(said[-1200:])
    print(f"sigstore: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
