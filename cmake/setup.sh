# Sourced by ./run and ./test: makes sure that packages are there, and finds Boost. Never removes a package.
# Uses: ROOT. Sets: BOOST_FLAGS.

say() { printf '%s\n' "$*"; }
die() { printf '\n%s\n' "$*" >&2; exit 1; }

is_apt() { command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else die "Missing packages, and neither root nor sudo to install them with. As root: $*"
  fi
}

apt_install() {
  if [ -z "${APT_UPDATED:-}" ]; then
    as_root apt-get update -q >"$LOGS/apt-update.log" 2>&1 || true
    APT_UPDATED=1
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-remove --no-install-recommends "$@" \
    >"$LOGS/apt-install.log" 2>&1 || {
    tail -5 "$LOGS/apt-install.log" >&2
    die "Could not install: $*
Install them by hand and start again (whole output: $LOGS/apt-install.log)."
  }
}

packages_of() { # PURPOSE...
  local purpose
  for purpose in "$@"; do awk -v p="$purpose" '$1 == p { print $2 }' "$ROOT/cmake/packages"; done
}

missing_packages() { # PURPOSE... : Debian packages that are not installed
  local package
  for package in $(packages_of "$@"); do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || echo "$package"
  done
}

present() { # PROOF : program:NAME | header:PATH | python:MODULE | none
  case $1 in
    program:*) command -v "${1#program:}" >/dev/null ;;
    header:*) find /usr/include /usr/local/include ${CPATH:+${CPATH//:/ }} -path "*/${1#header:}" -print -quit 2>/dev/null | grep -q . ;;
    python:*) python3 -c "import ${1#python:}" 2>/dev/null ;;
    none) true ;;
  esac
}

boost_version_of() { # INCLUDE_DIR : prints BOOST_VERSION or 0
  sed -n 's/^#define BOOST_VERSION \([0-9]*\).*/\1/p' "$1/boost/version.hpp" 2>/dev/null | grep . || echo 0
}

# Any Boost from 1.81 on will do. Debian 12's libboost1.81-dev shuts out libboost1.74-dev; where the latter is installed
# the headers are unpacked beside the build instead, so that nobody's packages are removed.
find_boost() {
  local directory deps=$ROOT/build/deps/boost package
  BOOST_FLAGS=
  for directory in ${BOOST_ROOT:+"$BOOST_ROOT/include" "$BOOST_ROOT"} /usr/include /usr/local/include "$deps/usr/include"; do
    if [ "$(boost_version_of "$directory")" -ge 108100 ]; then
      [ "$directory" = /usr/include ] || BOOST_FLAGS="-DBoost_INCLUDE_DIR=$directory -DBoost_NO_BOOST_CMAKE=ON"
      return 0
    fi
  done
  is_apt || return 1
  [ -n "${APT_UPDATED:-}" ] || { as_root apt-get update -q >"$LOGS/apt-update.log" 2>&1 || true; APT_UPDATED=1; }
  package=$(apt-cache search --names-only '^libboost1\.[0-9]+-dev$' | awk '{ print $1 }' | sort -V |
    awk -F'[.-]' '$2 >= 81 { print; exit }')
  [ -n "$package" ] || return 1
  if apt-get install -s --no-remove --no-install-recommends "$package" >/dev/null 2>&1; then
    apt_install "$package"
  else
    say "      $package would remove another Boost: unpacking its headers into build/deps instead"
    mkdir -p "$deps" && (cd "$deps" && apt-get download -q "$package" >"$LOGS/boost.log" 2>&1 && dpkg -x "$package"_*.deb .) || return 1
  fi
  directory=/usr/include
  [ "$(boost_version_of "$directory")" -ge 108100 ] || { directory=$deps/usr/include; BOOST_FLAGS="-DBoost_INCLUDE_DIR=$directory -DBoost_NO_BOOST_CMAKE=ON"; }
  [ "$(boost_version_of "$directory")" -ge 108100 ]
}

# need PURPOSE... : installs what is missing, or names it. Quick when nothing changed since the last time.
need() {
  LOGS=$ROOT/build/logs
  mkdir -p "$LOGS"
  local stamp="$LOGS/packages-$(echo "$*" | tr ' ' '-').stamp" missing proof package purpose
  if [ "$stamp" -nt "$ROOT/cmake/packages" ] && { [ ! -f /var/lib/dpkg/status ] || [ "$stamp" -nt /var/lib/dpkg/status ]; }; then
    BOOST_FLAGS=$(cat "$stamp")
    return 0
  fi
  if is_apt; then
    missing=$(missing_packages "$@" | paste -sd' ')
    if [ -n "$missing" ]; then
      say "      installing: $missing"
      # shellcheck disable=SC2086
      apt_install $missing
    fi
  else
    missing=
    for purpose in "$@"; do
      while read -r package proof; do
        present "$proof" || missing="$missing
  $package (Debian's name), found by ${proof/:/ }"
      done < <(awk -v p="$purpose" '$1 == p { print $2, $3 }' "$ROOT/cmake/packages")
    done
    [ -z "$missing" ] || die "This is not a system with apt, so install these yourself and start again:$missing"
  fi
  find_boost || die "Boost 1.81 or newer is missing. Install it (headers are enough), or set BOOST_ROOT to its folder."
  printf '%s' "$BOOST_FLAGS" >"$stamp"
}

# configure PRESET [CMAKE_ARGS...] : only when there is no build yet or the arguments changed; ninja does the rest.
configure() {
  local preset=$1 directory=$ROOT/build/$1 wanted
  shift
  wanted="$* $BOOST_FLAGS"
  if [ ! -f "$directory/build.ninja" ] || [ "$(cat "$directory/.configured" 2>/dev/null)" != "$wanted" ]; then
    # shellcheck disable=SC2086
    (cd "$ROOT" && cmake --preset "$preset" "$@" $BOOST_FLAGS) >"$LOGS/configure-$preset.log" 2>&1 || {
      tail -15 "$LOGS/configure-$preset.log" >&2
      die "CMake could not configure (whole output: $LOGS/configure-$preset.log)."
    }
    printf '%s' "$wanted" >"$directory/.configured"
  fi
}

# build PRESET [TARGETS...] : shows ninja's progress on one line; the whole output only when it fails.
build() {
  local preset=$1 directory=$ROOT/build/$1 log=$LOGS/build-$1.log
  shift
  if [ -t 1 ]; then
    NINJA_STATUS='      [%f/%t, %e s] ' ninja -C "$directory" "$@" 2>&1 | tee "$log" | grep --line-buffered -E '^ +\[|FAILED' |
      while IFS= read -r line; do printf '\r\033[K%s' "${line:0:100}"; done
    printf '\r\033[K'
  else
    NINJA_STATUS='[%f/%t] ' ninja -C "$directory" "$@" >"$log" 2>&1 || true
  fi
  # the pipe hides ninja's exit code; a second call with nothing left to do tells
  ninja -C "$directory" "$@" >"$log.end" 2>&1 || {
    grep -A30 -m1 'FAILED' "$log" >&2 || tail -30 "$log" >&2
    die "The build failed (whole output: $log)."
  }
}
