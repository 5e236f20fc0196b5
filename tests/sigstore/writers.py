"""sigstore-js writes into our log with a key of its own; every client and our own command verify what came back."""
import hashlib
import json
import os
import pathlib
import tempfile

from peers import HERE, Unavailable, cosign, run, sigstore_js


def check(program, available, service_class):
    """(name, whether it is as it must be, what was said)."""
    if "sigstore-js" not in [client for client, _ in available]:
        return  # said loudly already
    try:
        node, modules = sigstore_js()
    except (Unavailable, OSError):
        return
    environment = dict(os.environ, SIGSTORE_MODULES=str(modules))
    with tempfile.TemporaryDirectory(prefix="certus-writers-") as place:
        folder = pathlib.Path(place)
        content = b"release 1\n"
        (folder / "artifact").write_bytes(content)
        (folder / "other").write_bytes(b"release 2\n")
        statement = {"_type": "https://in-toto.io/Statement/v1", "subject": [{"digest": {"sha256": hashlib.sha256(content).hexdigest()}}],
                     "predicateType": "https://slsa.dev/provenance/v1", "predicate": {}}
        (folder / "statement").write_text(json.dumps(statement), encoding="utf-8")
        with service_class(program, folder, "alice@example.org") as service:
            (folder / "root.json").write_text(json.dumps(service.ask("/v1/keys/trusted_root.json")), encoding="utf-8")
            for kind, payload in (("message", "artifact"), ("statement", "statement")):
                done = run([node, HERE / "sign.mjs", service.url, kind, folder / payload, folder / f"{kind}.json", folder / "key.pub"], env=environment)
                yield f"sigstore-js writes a {kind}", done.returncode == 0, done.stdout + done.stderr
                if done.returncode != 0:
                    continue
                yield from verified(program, node, environment, folder, kind)


def verified(program, node, environment, folder, kind):
    try:
        blob = [cosign(), {"message": "verify-blob", "statement": "verify-blob-attestation"}[kind]]
    except (Unavailable, OSError):
        blob = None  # said loudly already
    for artifact, good in (("artifact", True), ("other", False)):
        words = ["--bundle", folder / f"{kind}.json", "--key", folder / "key.pub", "--trusted-root", folder / "root.json", folder / artifact]
        done = run([program, "verify-bundle", *words])
        yield f"verify-bundle: what sigstore-js wrote: {kind}: {artifact}", (done.returncode == 0) == good, done.stdout + done.stderr
        if blob:
            more = ["--type", "slsaprovenance1"] if kind == "statement" else []
            done = run([*blob, *more, *words])
            yield f"cosign: what sigstore-js wrote: {kind}: {artifact}", (done.returncode == 0) == good, done.stdout + done.stderr
        if kind == "statement" and not good:
            continue  # sigstore-js leaves the subjects of a statement to its caller
        done = run([node, HERE / "verify.mjs", folder / f"{kind}.json", folder / "root.json", folder / artifact, "", "", folder / "key.pub"],
                   env=environment)
        yield f"sigstore-js: what it wrote: {kind}: {artifact}", (done.returncode == 0) == good, done.stdout + done.stderr
