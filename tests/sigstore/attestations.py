"""cosign attests into our log; the bundle, good and altered, before every client that takes a key. Ours must be right in every case; what
another takes of the altered ones is printed."""
import base64
import json
import os
import pathlib
import tempfile

from peers import HERE, SIGSTORE_GO, Unavailable, cosign, of_debian, run, sigstore_js

TYPE = "https://cosign.sigstore.dev/attestation/v1"
SIGNING = {"mediaType": "application/vnd.dev.sigstore.signingconfig.v0.2+json", "rekorTlogConfig": {"selector": "ANY"}, "tsaConfig": {"selector": "ANY"}}


def readdressed(envelope):
    statement = json.loads(base64.b64decode(envelope["payload"]))
    statement["subject"][0]["digest"]["sha256"] = "ab" * 32
    envelope["payload"] = base64.b64encode(json.dumps(statement).encode()).decode()


def flipped_signature(envelope):
    raw = bytearray(base64.b64decode(envelope["signatures"][0]["sig"]))
    raw[-1] ^= 1
    envelope["signatures"][0]["sig"] = base64.b64encode(raw).decode()


ALTERATIONS = {  # name: (what changes in the envelope, our class)
    "payload of another subject": (readdressed, "ENTRY_MISMATCH{digest}"),
    "payload that is no JSON": (lambda e: e.update(payload=base64.b64encode(b"{").decode()), "ENTRY_MISMATCH{digest}"),
    "payload type altered": (lambda e: e.update(payloadType="application/json"), "SIGNATURE"),
    "signature altered": (flipped_signature, "ENTRY_MISMATCH{signature}"),
    "signature twice": (lambda e: e["signatures"].append(dict(e["signatures"][0])), "MALFORMED"),
    "signature removed": (lambda e: e["signatures"].clear(), "MALFORMED"),
    "payload in url-safe base64": (lambda e: e.update(payload=e["payload"].rstrip("=") + "-_=="), "MALFORMED"),
}


def clients(binary, folder):
    trust = ["--key", folder / "k.pub", "--trusted-root", folder / "root.json"]
    yield "cosign", lambda bundle, artifact: run([binary, "verify-blob-attestation", "--type", "custom", "--bundle", bundle, *trust, artifact])
    try:
        verifier = of_debian(*SIGSTORE_GO, "sigstore-go-verification")
        yield "sigstore-go", lambda bundle, artifact: run(
            [verifier, "-trustedrootJSONpath", folder / "root.json", "-publicKey", folder / "k.pub", "-requireCTlog=false", "-artifact", artifact,
             bundle])
    except (Unavailable, OSError):
        pass  # said loudly already
    try:
        node, modules = sigstore_js()
        environment = dict(os.environ, SIGSTORE_MODULES=str(modules))
        yield "sigstore-js", lambda bundle, artifact: run(
            [node, HERE / "verify.mjs", bundle, folder / "root.json", artifact, "", "", folder / "k.pub"], env=environment)
    except (Unavailable, OSError):
        pass


def written(binary, service, folder):
    environment = dict(os.environ, COSIGN_PASSWORD="", HOME=str(folder))
    log = [{"url": service.url, "majorApiVersion": 1, "validFor": {"start": "2020-01-01T00:00:00Z"}, "operator": "certus"}]
    (folder / "signing.json").write_text(json.dumps({**SIGNING, "rekorTlogUrls": log}), encoding="utf-8")
    (folder / "root.json").write_text(json.dumps(service.ask("/v1/keys/trusted_root.json")), encoding="utf-8")
    (folder / "predicate.json").write_text("{}", encoding="utf-8")
    (folder / "artifact").write_bytes(b"release 1\n")
    (folder / "other").write_bytes(b"release 2\n")
    made = run([binary, "generate-key-pair", "--output-key-prefix", "k"], cwd=folder, env=environment)
    if made.returncode != 0:
        return made
    return run([binary, "attest-blob", "--yes", "--key", "k.key", "--predicate", "predicate.json", "--type", "custom", "--signing-config",
                "signing.json", "--trusted-root", "root.json", "--bundle", "good.json", "artifact"], cwd=folder, env=environment)


def check(program, service_class):
    """(name, whether it is as it must be, what was said)."""
    try:
        binary = cosign()
    except (Unavailable, OSError):
        return  # said loudly already
    with tempfile.TemporaryDirectory(prefix="certus-attestations-") as place:
        folder = pathlib.Path(place)
        with service_class(program, folder, "alice@example.org") as service:
            done = written(binary, service, folder)
        yield "attestation: cosign attests into the log", done.returncode == 0, done.stdout + done.stderr
        if done.returncode != 0:
            return
        others = list(clients(binary, folder))
        for client, verify in others:  # the log is not there any more
            done = verify(folder / "good.json", folder / "artifact")
            yield f"attestation: {client} takes it before it is altered", done.returncode == 0, done.stdout + done.stderr
        yield from ours(program, folder, others)


def judged(program, folder, bundle, artifact, *more):
    done = run([program, "verify-bundle", "--json", "--bundle", bundle, "--key", folder / "k.pub", "--trusted-root", folder / "root.json", *more,
                folder / artifact])
    return json.loads(done.stdout) if done.stdout else {"valid": None, "failure": done.stderr}


def ours(program, folder, others):
    good = folder / "good.json"
    verdict = judged(program, folder, good, "artifact")
    yield "attestation: ours: good", verdict["valid"] is True and verdict["predicate_type"] == TYPE, str(verdict)
    for name, artifact, more, failure in (("another artifact", "other", [], "SUBJECT_MISMATCH"),
                                          ("another predicate type", "artifact", ["--predicate-type", "https://slsa.dev/provenance/v1"], "PREDICATE_TYPE")):
        verdict = judged(program, folder, good, artifact, *more)
        yield f"attestation: ours: {name}: {verdict['failure']}", verdict["failure"] == failure, str(verdict)
    for name, (alter, failure) in ALTERATIONS.items():
        bundle = json.loads(good.read_text(encoding="utf-8"))
        alter(bundle["dsseEnvelope"])
        path = folder / "altered.json"
        path.write_text(json.dumps(bundle), encoding="utf-8")
        verdict = judged(program, folder, path, "artifact")
        taken = [client for client, verify in others if verify(path, folder / "artifact").returncode == 0]
        note = f"; taken by {', '.join(taken)}" if taken else ""
        yield f"attestation: {name}: {verdict['failure']}{note}", verdict["valid"] is False and verdict["failure"] == failure, str(verdict)
