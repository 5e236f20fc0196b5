"""The clients that judge us, at pinned versions, each as verify(bundle, root, artifact, identity, issuer) -> how it ended."""
import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COSIGN = ["forky", "cosign=3.1.1-2"]
SIGSTORE_GO = ["forky", "sigstore-go=1.3.0-1"]
SIGSTORE_JS = ["@sigstore/verify@4.1.3", "@sigstore/bundle@5.0.1", "@sigstore/protobuf-specs@0.5.2", "@sigstore/sign@5.1.0"]
NOT_TO_BE_HAD = 3  # how tests/tools/*.sh end then; ended otherwise they are broken


class Unavailable(Exception):
    pass


def run(command, **options):
    return subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=False, **options)


def output(command, **options):
    done = run(command, **options)
    if done.returncode != 0:
        last = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()][-3:]
        raise Unavailable(" | ".join(last)[:400] or f"{command[0]} failed")
    return done.stdout.strip()


def of_debian(suite, package, name):
    done = run([ROOT / "tests/tools/debian.sh", suite, package])
    if done.returncode == NOT_TO_BE_HAD:
        raise Unavailable((done.stderr.strip().splitlines() or ["no reason given"])[-1])
    if done.returncode != 0:
        raise SystemExit(f"tests/tools/debian.sh is broken: {done.stderr[-400:]}")
    return pathlib.Path(done.stdout.strip()) / "usr/bin" / name


def cosign():
    return of_debian(*COSIGN, "cosign")


def sigstore_js():
    """(node, folder with the modules), fetched once into the cache."""
    environment = dict(os.environ)
    where = output([ROOT / "tests/tools/node.sh"])
    environment["PATH"] = where + ":" + environment.get("PATH", "")
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "certus-test-tools"
    folder = cache / ("sigstore-js-" + hashlib.sha256(" ".join(SIGSTORE_JS).encode()).hexdigest()[:12])
    with open(f"{folder}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
            output(["npm", "install", "--no-audit", "--no-fund", "--fetch-retries=5", "--no-package-lock", "--ignore-scripts", *SIGSTORE_JS], cwd=folder, env=environment)
            (folder / ".ready").touch()
    return pathlib.Path(where) / "node", folder


def clients(program):
    yield "verify-bundle", lambda bundle, root, artifact, identity, issuer: run(
        [program, "verify-bundle", "--bundle", bundle, "--certificate-identity", identity, "--certificate-oidc-issuer", issuer,
         "--trusted-root", root, artifact])
    try:
        binary = cosign()
        yield "cosign", lambda bundle, root, artifact, identity, issuer: run(
            [binary, "verify-blob", "--bundle", bundle, "--trusted-root", root, "--certificate-identity", identity,
             "--certificate-oidc-issuer", issuer, "--insecure-ignore-sct", artifact])
    except (Unavailable, OSError) as why:
        print(f"SKIP: peer-cosign: cosign cannot be had here: {why}")
    try:
        verifier = of_debian(*SIGSTORE_GO, "sigstore-go-verification")
        yield "sigstore-go", lambda bundle, root, artifact, identity, issuer: run(
            [verifier, "-trustedrootJSONpath", root, "-expectedSAN", identity, "-expectedIssuer", issuer, "-requireCTlog=false",
             "-artifact", artifact, bundle])
    except (Unavailable, OSError) as why:
        print(f"SKIP: peer-sigstore-go: sigstore-go cannot be had here: {why}")
    try:
        node, folder = sigstore_js()
        environment = dict(os.environ, SIGSTORE_MODULES=str(folder))
        yield "sigstore-js", lambda bundle, root, artifact, identity, issuer: run(
            [node, HERE / "verify.mjs", bundle, root, artifact, identity, issuer], env=environment)
    except (Unavailable, OSError) as why:
        print(f"SKIP: peer-sigstore-js: sigstore-js cannot be had here: {why}")
