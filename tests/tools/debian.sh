#!/usr/bin/env bash
# Prints the folder into which PACKAGE=VERSION... of a Debian SUITE are unpacked (their programs are in usr/bin). The packages come
# from the machine's own Debian source, asked for another suite in a private apt directory: nothing is installed.
set -eu
suite=$1; shift
cache=${XDG_CACHE_HOME:-$HOME/.cache}/certus-test-tools
name=$suite-$(printf '%s\n' "$@" | sort | sha256sum | cut -c1-12)
root=$cache/debian-$name
command -v apt-get >/dev/null && command -v dpkg >/dev/null || { echo "there is no apt here" >&2; exit 3; }
mkdir -p "$cache"
exec 9>"$root.lock"; flock 9
if [ ! -f "$root/.ready" ]; then
  site=$(apt-get indextargets --no-release-info --format '$(SITE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
    awk '$1 ~ /\/debian\/?$/ && $2 == "main" { print $1; exit }')
  [ -n "$site" ] || { echo "this machine's apt has no Debian source" >&2; exit 3; }
  rm -rf "$root"
  apt=$root/apt
  mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$apt/empty"
  keys=/usr/share/keyrings/debian-archive-keyring.gpg
  echo "deb [signed-by=$keys] $site $suite main" >"$apt/sources.list"
  # The clock may be past a test suite's expiry date; its signature is checked all the same.
  options=(-q -o "Dir::Etc::sourcelist=$apt/sources.list" -o "Dir::Etc::sourceparts=$apt/empty" -o "Dir::State::lists=$apt/lists"
    -o "Dir::Cache=$apt" -o "Dir::Cache::archives=$apt/archives" -o "APT::Sandbox::User=$(id -un)" -o Acquire::Check-Valid-Until=false
    -o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false -o Acquire::Retries=5 -o Acquire::http::Timeout=30
    -o APT::Update::Error-Mode=any)
  apt-get "${options[@]}" update >&2 9>&- || { echo "the package index of $suite cannot be had" >&2; exit 3; }
  (cd "$apt" && apt-get "${options[@]}" download "$@" >&2 9>&-) || { echo "$suite does not deliver: $*" >&2; exit 3; }
  for package in "$apt"/*.deb; do dpkg -x "$package" "$root"; done
  rm -rf "$apt"
  touch "$root/.ready"
fi
echo "$root"
