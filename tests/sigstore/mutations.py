"""The 29 public mutations, and downgrades to older versions of the format, as files, before our command and the other clients. Ours must
refuse each with its class; where a client takes one, that is printed: laxity is not copied."""
import json
import pathlib
import tempfile

from peers import run


def check(build, available):
    """(name, whether it is as it must be, what was said)."""
    with tempfile.TemporaryDirectory(prefix="certus-mutations-") as place:
        folder = pathlib.Path(place)
        made = run([build / "tests/bundle_mutations", folder])
        if made.returncode != 0:
            yield "mutations: written as files", False, made.stderr
            return
        table = json.loads((folder / "cases.json").read_text(encoding="utf-8"))
        who = table["identity"], table["issuer"]
        for client, verify in available:
            done = verify(folder / "good.json", folder / "root.json", folder / "artifact", *who)
            yield f"mutations: {client} takes the bundle before it is altered", done.returncode == 0, done.stdout + done.stderr
        program = build / "bin/certus-trust"
        listed = [case for case in table["cases"] if case["listed"]]
        downgrades = [case for case in table["cases"] if case["downgrade"]]
        refused = {client: 0 for client, _ in available}
        ours = 0
        for case in [*listed, *downgrades]:
            words = ["--bundle", folder / case["file"], "--certificate-identity", who[0], "--certificate-oidc-issuer", who[1],
                     "--trusted-root", folder / "root.json", folder / "artifact"]
            done = run([program, "verify-bundle", "--json", *words])
            verdict = json.loads(done.stdout)
            right = done.returncode == 1 and verdict["valid"] is False and verdict["failure"] == case["failure"]
            ours += right and case["listed"]
            taken = []
            for client, verify in available:
                accepts = verify(folder / case["file"], folder / "root.json", folder / "artifact", *who).returncode == 0
                refused[client] += case["listed"] and not accepts
                taken += [client] if accepts else []
            note = f"; taken by {', '.join(taken)}" if taken else ""
            yield f"mutation: {case['name']}: {verdict['failure']}{note}", right and "verify-bundle" not in taken, done.stdout
        print(f"of {len(listed)} mutations refused, each with its class: {ours}; " +
              "; ".join(f"by {client}: {count}" for client, count in refused.items()))
        yield "mutations: all 29 were tried", len(listed) == 29, str(len(listed))
        yield "mutations: the downgrades were tried", len(downgrades) == 4, str(len(downgrades))
