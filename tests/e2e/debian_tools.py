"""Programs of a newer Debian suite, at pinned versions, or a skip that says why they are not to be had."""
import functools
import os
import pathlib
import shutil
import subprocess

from harness import ROOT

SUITE = "forky"
NOT_TO_BE_HAD = 3  # how debian.sh ends then; ended otherwise it is broken
VERSIONS = {"rekor-cli": "rekor=1.5.3-2", "cosign": "cosign=3.1.1-2"}


@functools.cache
def _find(name):
    """The program and None, or None and why it is not to be had."""
    done = subprocess.run([str(ROOT / "tests" / "tools" / "debian.sh"), SUITE, VERSIONS[name]], capture_output=True, text=True,
                          check=False, timeout=600, env=os.environ)
    if done.returncode not in (0, NOT_TO_BE_HAD):
        raise AssertionError(f"tests/tools/debian.sh is broken: {done.stdout}{done.stderr}")
    if done.returncode == NOT_TO_BE_HAD:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        return None, f"{name} cannot be had: {lines[-1]}"
    return pathlib.Path(done.stdout.strip()) / "usr" / "bin" / name, None


def program_or_skip(case, name) -> pathlib.Path:
    if not shutil.which("openssl"):
        case.skipTest("the openssl program is not installed")
    program, missing = _find(name)
    if missing:
        case.skipTest(f"peer-{name}: {missing}")  # the runner names the skip so
    return program
