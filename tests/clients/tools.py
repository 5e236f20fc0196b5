"""Fetches the real MCP clients, in exact versions, into a cache folder: the npm clients and a Python venv.

Nothing is installed into the system or the tree. A client that cannot be had raises Unavailable with the reason.
"""
import fcntl
import os
import pathlib
import shutil
import subprocess

NPM_CLIENTS = {
    "sdk-v1": {"@modelcontextprotocol/sdk": "1.32.2"},
    "sdk-v2": {"@modelcontextprotocol/client": "2.4.0"},
    "inspector": {"@modelcontextprotocol/inspector": "2.12.0"},
    "oidc-provider": {"oidc-provider": "9.13.3"},  # of tests/oauth
}
FASTMCP = "4.1.2"
SCRIPTS = pathlib.Path(__file__).resolve().parent.parent / "tools"


class Unavailable(Exception):
    """A client that this machine cannot have; the text says why."""


def cache() -> pathlib.Path:
    root = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return pathlib.Path(root) / "certus-test-tools"


def _call(command, folder=None, env=None) -> str:
    """stdout of a command; its last words when it fails."""
    done = subprocess.run(list(map(str, command)), cwd=folder, env=env, stdin=subprocess.DEVNULL, text=True,
                          capture_output=True, timeout=900, check=False)
    if done.returncode != 0:
        last = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()][-3:]
        raise Unavailable(f"{pathlib.Path(command[0]).name} failed: {' | '.join(last)[:600]}")
    return done.stdout.strip()


def node_env() -> dict:
    """The environment in which `node` and `npm` are the pinned ones; npm under an older node picks older packages."""
    env = dict(os.environ)
    env["PATH"] = f"{_call([SCRIPTS / 'node.sh'])}:{env.get('PATH', '')}"
    return env


def npm_client(name: str):
    """(folder that holds node_modules, environment) of one npm client."""
    env = node_env()
    folder = cache() / f"client-{name}"
    wanted = [f"{package}@{version}" for package, version in NPM_CLIENTS[name].items()]
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{folder}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two runs at once fetch once
        mark = folder / ".ready"
        if not mark.exists() or mark.read_text(encoding="utf-8") != str(wanted):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
            _call(["npm", "install", "--no-package-lock", "--no-audit", "--fetch-retries=5", "--no-fund", "--save-exact", *wanted], folder, env)
            mark.write_text(str(wanted), encoding="utf-8")
    return folder, env


def fastmcp_python() -> str:
    """The interpreter of a venv that has fastmcp."""
    return _call([SCRIPTS / "python.sh", f"fastmcp=={FASTMCP}"])


if __name__ == "__main__":
    for each in NPM_CLIENTS:
        print(npm_client(each)[0])
    print(fastmcp_python())
