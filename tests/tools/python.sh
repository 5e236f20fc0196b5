#!/usr/bin/env bash
# Prints the python of a virtual environment with exactly the packages named (PACKAGE==VERSION...); makes it if missing.
set -eu
cache=${XDG_CACHE_HOME:-$HOME/.cache}/certus-test-tools
venv=$cache/python-$(printf '%s\n' "$@" | sort | sha256sum | cut -c1-12)
bundle=/etc/ssl/certs/ca-certificates.crt
[ -n "${PIP_CERT:-}" ] || [ ! -f "$bundle" ] || export PIP_CERT=$bundle
export PIP_DISABLE_PIP_VERSION_CHECK=1
mkdir -p "$cache"
exec 9>"$venv.lock"; flock 9
if [ ! -f "$venv/.ready" ]; then
  rm -rf "$venv"
  python3 -m venv "$venv" >&2 || { echo "python3 -m venv fails: install python3-venv" >&2; exit 3; }
  "$venv/bin/python" -m pip install -q --retries 8 "$@" >&2 9>&- || { echo "pip cannot deliver: $*" >&2; exit 3; }
  touch "$venv/.ready"
fi
echo "$venv/bin/python"
