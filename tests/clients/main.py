"""Real MCP clients sign and verify through the gateway: PASS or FAIL a client, mode and transport; a closing line.

Each must list the five tools, sign, verify what it signed (valid: true) and be told that something else is not (false)."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
import harness  # noqa: E402
import tools  # noqa: E402

DIGEST = harness.DIGEST
OTHER = "sha256:" + "ab" * 32
NAMES = ["get_provenance", "get_stats", "query_transparency", "sign", "verify"]


class Place(harness.Case):
    """A gateway over HTTP and the command of one over stdio, with one state directory."""

    def runTest(self):
        pass

    def open(self):
        self.setUp()
        config = self.config()
        self.gateway = self.start_gateway(config)
        self.http = {"transport": "http", "url": f"http://127.0.0.1:{self.gateway.port}/mcp/trust"}
        arguments = ["stdio", "--config", str(config), "--module", "trust"]
        self.pipe = {"transport": "stdio", "command": str(harness.program("certus-gateway")), "args": arguments, "env": self.env()}
        return self


def run(command, env, folder, seconds=120) -> str:
    done = subprocess.run(list(map(str, command)), env=env, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=seconds, check=False)
    if done.returncode != 0:
        raise AssertionError(f"exit {done.returncode}: {done.stderr[-1500:]}{done.stdout[-500:]}")
    return done.stdout


def check(session):
    """Raises AssertionError with what is not as it must be."""
    def expect(condition, *what):
        if not condition:
            raise AssertionError(json.dumps(what, default=str)[:1500])
    expect(sorted(tool["name"] for tool in session["tools"]) == NAMES, "tools", session["tools"])
    expect(all(tool["description"] for tool in session["tools"]), "descriptions")
    signed, verified, tampered = session["signed"], session["verified"], session["tampered"]
    expect(not signed["isError"] and signed["structured"]["status"] == "signed", "sign", signed)
    expect(verified["structured"]["valid"] is True and verified["structured"]["status"] == "verified", "verify", verified)
    expect(tampered["structured"]["valid"] is False and tampered["structured"]["failed_checks"], "tampered", tampered)
    for each in (signed, verified, tampered):
        expect(json.loads(each["text"].partition("\n")[2]) == each["structured"], "the text holds the same", each)
    if "wrong" in session:
        expect(session["wrong"]["isError"] and "sha256" in session["wrong"]["text"], "wrong argument", session["wrong"])


def sdk(client, script, options):
    folder, env = tools.npm_client(client)
    for name in (script, "session.mjs"):
        shutil.copy(HERE / name, folder / name)  # beside node_modules, where imports are looked up
    out = run(["node", script, json.dumps({**options, "digest": DIGEST, "other": OTHER})], env, folder)
    return json.loads(out.strip().splitlines()[-1])


def fastmcp(options):
    python = tools.fastmcp_python()
    env = {**os.environ, "FASTMCP_CHECK_FOR_UPDATES": "off", "FASTMCP_SHOW_SERVER_BANNER": "false"}
    out = run([python, HERE / "fastmcp_session.py", json.dumps({**options, "digest": DIGEST, "other": OTHER})], env, tools.cache())
    return json.loads(out.strip().splitlines()[-1])


def inspector(place, options, era):
    """The Inspector's command line is a new client for each question."""
    folder, env = tools.npm_client("inspector")
    env = {**env, "HOME": str(place.folder)}
    if options["transport"] == "http":
        target = [options["url"], "--transport", "http"]
    else:  # its own options would swallow the gateway's
        script = place.folder / "gateway-stdio.sh"
        quoted = " ".join(f"'{part}'" for part in [options["command"], *options["args"]])
        exports = "\n".join(f"export {key}='{value}'" for key, value in options["env"].items())
        script.write_text(f"#!/bin/sh\n{exports}\nexec {quoted}\n", encoding="utf-8")
        script.chmod(0o755)
        target = [str(script)]
    program = folder / "node_modules/.bin/mcp-inspector"

    def ask(*arguments):
        return json.loads(run([program, "--cli", *target, "--protocol-era", era, "--format", "json", *arguments], env, folder))

    def call(name, **arguments):
        pairs = [f"{key}={value}" for key, value in arguments.items()]
        result = ask("--method", "tools/call", "--tool-name", name, "--tool-arg", *pairs)
        result = result.get("result", result)
        return {"isError": result.get("isError", False), "structured": result.get("structuredContent"), "text": result["content"][0]["text"]}

    listed = ask("--method", "tools/list", "--strict")
    signed = call("sign", artifact=DIGEST, artifact_type="container_image", subject="myapp:v2.1.0")
    signature = signed["structured"]["signature"]
    return {"tools": listed.get("result", listed)["tools"], "signed": signed,
            "verified": call("verify", artifact=DIGEST, signature=signature, identity="tester@example.com"),
            "tampered": call("verify", artifact=OTHER, signature=signature)}


def cases(place):
    """(name, what runs) of every client, mode and transport."""
    for options in (place.http, place.pipe):
        over = options["transport"]
        yield f"sdk-v1 {over}", lambda o=options: sdk("sdk-v1", "sdk_v1.mjs", o)
        for mode in ("default", "auto", "pin"):
            yield f"sdk-v2 {mode} {over}", lambda o=options, m=mode: sdk("sdk-v2", "sdk_v2.mjs", {**o, "mode": m})
        for era in ("legacy", "auto", "modern"):
            yield f"inspector {era} {over}", lambda o=options, e=era: inspector(place, o, e)
        for mode in ("auto", "legacy"):
            yield f"fastmcp {mode} {over}", lambda o=options, m=mode: fastmcp({**o, "mode": m})


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print("usage: tests/clients/run BUILD_DIR [NAME...]", file=sys.stderr)
        return 2
    harness.BUILD = pathlib.Path(sys.argv[1]).resolve()
    passed = failed = 0
    skipped = {}
    place = Place()
    try:
        place.open()
        for name, session in cases(place):
            if sys.argv[2:] and not any(name.startswith(wanted) for wanted in sys.argv[2:]):
                continue
            begin = time.monotonic()
            try:
                found = session()
                check(found)
                passed += 1
                said = f", {found['revision']}" if found.get("revision") else ""
                print(f"PASS {name} ({time.monotonic() - begin:.1f} s{said})", flush=True)
            except tools.Unavailable as reason:
                skipped[name.split(" ")[0]] = str(reason)
            except (AssertionError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError) as error:
                failed += 1
                print(f"FAIL {name}: {type(error).__name__}: {error}", flush=True)
    finally:
        place.doCleanups()
    for name, reason in skipped.items():
        print(f"SKIP: {name}: {reason}")
    print(f"{passed} passed, {failed} failed, {len(skipped)} skipped")
    return 0 if failed == 0 and passed + len(skipped) > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
