"""OAuth as it happens: a real authorization server, the SDKs' own OAuth clients, and the discovery of IDEs request by request.

Each case prints PASS or FAIL; a closing line counts them."""
import json
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "e2e"), str(HERE.parent / "clients")]
import harness  # noqa: E402
import tools  # noqa: E402
import wire  # noqa: E402
import discovery  # noqa: E402

ALL_TOOLS = ["get_provenance", "get_stats", "query_transparency", "sign", "verify"]
POLICY = """groups:
  developers: {claimed: true, description: Who signs and verifies.}
rules:
  developers-use-trust:
    effect: allow
    who: {groups: [developers]}
    tools: ["trust/*"]
"""


def expect(condition, *what):
    if not condition:
        raise AssertionError(json.dumps(what, default=str)[:1800])


def in_order(trace, *wanted):
    """Each of `wanted` begins a line of `trace`, in this order."""
    rest = iter(trace)
    for each in wanted:
        expect(any(line.startswith(each) for line in rest), "missing, or too late", each, trace)


class Place(harness.Case):
    """An authorization server and a gateway that trusts it."""

    def runTest(self):
        pass

    def open(self):
        self.setUp()
        self.server, self.env_node = tools.npm_client("oidc-provider")
        mcp, self.oauthless, operations, self.as_port = (harness.free_port() for _ in range(4))
        self.url = f"http://127.0.0.1:{mcp}/mcp"
        self.other = "https://other.example.com/mcp"
        self.issuer = f"http://127.0.0.1:{self.as_port}"
        self.start_authorization_server()
        (self.folder / "policy").mkdir()
        (self.folder / "policy" / "oauth.yaml").write_text(POLICY, encoding="utf-8")
        self.gateway = self.start_gateway(self.config(
            modules={"trust": {"path": harness.module("trust"), "prefix": ""}},
            listeners={"mcp": {"port": mcp}, "operations": {"port": operations},
                       "more": {"tokens": {"port": self.oauthless, "oauth": False}}},
            policy="policy",
            identity={
                "issuers": {"as": {"issuer": self.issuer, "audiences": [self.url], "jwks_url": self.issuer + "/jwks",
                                   "skew_seconds": 0, "access_tokens_only": True, "claims": {"tenant": "tenant"}}},
                "resource": {"public_url": self.url, "scopes": ["mcp:tools", "trust:sign"], "name": "Certus"},
                "failures": {"burst": 1000}}))
        return self

    def start_authorization_server(self):
        script = self.beside_modules(self.server, "authorization_server.mjs")
        options = json.dumps({"port": self.as_port, "resources": [self.url, self.other]})
        running = harness.Running(["node", script, options], {**self.env_node, "HOME": str(self.folder)}, self.folder, "as")

        def end():
            running.terminate()  # node ends by the signal: no exit code of its own
            running.process.wait(harness.PATIENCE)

        self.addCleanup(end)

        def ready():
            expect(running.process.poll() is None, "the authorization server ended", running.log()[-2000:])
            try:
                return wire.request(self.as_port, "GET", "/.well-known/openid-configuration", timeout=5).status == 200
            except OSError:
                return False
        harness.wait_until("the authorization server answers", ready)

    @staticmethod
    def beside_modules(folder, *names):
        for name in names:
            shutil.copy(HERE / name, folder / name)  # beside node_modules, where imports are looked up
        return folder / names[0]

    def flow(self, sdk, scenario):
        folder, env = tools.npm_client(sdk)
        script = self.beside_modules(folder, f"{sdk.replace('-', '_')}.mjs", "flow.mjs", "browser.mjs")
        options = {"scenario": scenario, "url": self.url, "other": self.other, "digest": harness.DIGEST}
        done = subprocess.run(["node", str(script), json.dumps(options)], env=env, cwd=folder, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120, check=False)
        expect(done.returncode == 0, f"exit {done.returncode}", done.stderr[-1500:], done.stdout[-300:])
        return json.loads(done.stdout.strip().splitlines()[-1])


def whole(place, sdk):
    found = place.flow(sdk, "whole")
    asked = found["signedIn"]
    expect(asked["scope"].split()[:2] == ["mcp:tools", "trust:sign"], "v2 adds offline_access", asked)
    expect(asked["resource"] == place.url and asked["pkce"] == "S256", asked)
    in_order(found["trace"], "POST gateway /mcp 401", "GET gateway /.well-known/oauth-protected-resource/mcp 200",
             "GET as /.well-known/", "POST as /reg 201", "POST as /token authorization_code 200", "POST gateway /mcp 200")
    expect(found["claims"]["aud"] == place.url and found["claims"]["groups"] == ["developers"], found["claims"])
    expect(found["tools"] == ALL_TOOLS, found["tools"])
    expect(not found["signed"]["isError"] and "signed" in found["signed"]["text"], found["signed"])
    return found


def refresh(place, sdk):
    found = place.flow(sdk, "refresh")
    expect('error="invalid_token"' in found["challenge"], found["challenge"])
    expect(found["helped"] is None, "somebody had to sign in again", found)
    in_order(found["trace"], "POST gateway /mcp 401", "POST as /token refresh_token 200", "POST gateway /mcp 200")
    expect(not found["signed"]["isError"], found["signed"])


def step_up(place, sdk):
    found = place.flow(sdk, "stepUp")
    expect(found["tools"] == ALL_TOOLS, "a tool that more scope would allow is listed", found["tools"])
    in_order(found["trace"], "POST gateway /mcp 403", "POST as /token authorization_code 200", "POST gateway /mcp 200")
    expect({"mcp:tools", "trust:sign"} <= set(found["helped"]["scope"].split()), found["helped"])
    expect(not found["signed"]["isError"], found["signed"])


def other_audience(place, sdk):
    def refused():
        return place.gateway.metric("certus_gateway_authentications_total", result="audience")
    before = refused()
    found = place.flow(sdk, "otherAudience")
    expect(found["aud"] == place.other, found["aud"])
    expect(found["failed"], "the client was served")
    expect(found["status"] == 401 and 'error="invalid_token"' in found["challenge"], found)
    expect("audience" not in found["challenge"], "a hint beyond the standard error", found["challenge"])
    expect(refused() > before, "the operator cannot see why")


def keys_are_fetched_once(place):
    expect(place.gateway.metric("certus_gateway_jwks_fetches_total", issuer="as", result="ok") == 1, place.gateway.log()[-1500:])


def cases(place):
    """(name, what runs). Each SDK does every scenario; what a client asked for by name is remembered for the last."""
    flows = {"whole": whole, "refresh": refresh, "step-up": step_up, "other-audience": other_audience}
    for name, run in flows.items():
        for sdk in ("sdk-v1", "sdk-v2"):
            yield f"{name} {sdk}", lambda r=run, s=sdk: r(place, s)
    yield "keys", lambda: keys_are_fetched_once(place)
    token = None

    def bearer():
        nonlocal token
        token = token or place.flow("sdk-v1", "whole")["token"]
        return token
    for name, sequence in discovery.SEQUENCES.items():
        yield name, lambda s=sequence: s(discovery.Asking(place, bearer))


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        print("usage: tests/oauth/run BUILD_DIR [NAME...]", file=sys.stderr)
        return 2
    harness.BUILD = pathlib.Path(sys.argv[1]).resolve()
    passed = failed = 0
    skipped = {}
    place = Place()
    try:
        place.open()
        for name, run in cases(place):
            if sys.argv[2:] and not any(name.startswith(wanted) for wanted in sys.argv[2:]):
                continue
            begin = time.monotonic()
            try:
                run()
                passed += 1
                print(f"PASS {name} ({time.monotonic() - begin:.1f} s)", flush=True)
            except tools.Unavailable as reason:
                skipped[name.split(" ")[-1]] = str(reason)
            except (AssertionError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError, OSError) as error:
                failed += 1
                print(f"FAIL {name}: {type(error).__name__}: {error}", flush=True)
    except tools.Unavailable as reason:
        skipped["oidc-provider"] = str(reason)
    except AssertionError as error:
        failed += 1
        print(f"FAIL start: {error}")
    finally:
        place.doCleanups()
    for name, reason in skipped.items():
        print(f"SKIP: {name}: {reason}")
    print(f"{passed} passed, {failed} failed, {len(skipped)} skipped")
    return 0 if failed == 0 and passed + len(skipped) > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
