# Sourced by ./test: runs steps, counts what they report, and closes with one line.
# A step's output holds either GoogleTest's totals or a line `N passed, N failed[, N skipped]`; skips are `SKIP: name: reason`.

STEPS=$ROOT/build/logs/steps
rm -rf "$STEPS"
mkdir -p "$STEPS"
passed=0 failed=0 skipped=0

build_preset() { # PRESET [CMAKE ARGS]
  configure "$@" && build "$1"
}

run_ctest() { # PRESET LABEL [CTEST ARGS]
  local preset=$1 label=$2
  shift 2
  ctest --test-dir "build/$preset" -L "^$label\$" -j2 -V "$@"
}

count() { # LOG REGEX-with-one-number
  { grep -aoE "$2" "$1" || true; } | { grep -oE '[0-9]+' || true; } | awk '{ n += $1 } END { print n + 0 }'
}

# A failed end-to-end test prints its reason after its line FAIL, a unit test between [ RUN ] and [  FAILED  ].
why() { # LOG
  awk '
    / PASS |^PASS |\[       OK \]/ { left = 0; held = "" }
    /\[ RUN      \]/ { held = ""; running = 1 }
    running { held = held $0 "\n" }
    /\[  FAILED  \].*ms\)/ { printf "%s", held; held = ""; running = 0 }
    /^FAIL |: error:|ERROR: |WARNING: ThreadSanitizer|Failure$|CRASH/ { left = 40 }
    left > 0 && !running { print; --left }' "$1"
}

step() { # NAME TITLE COMMAND...
  local name=$1 title=$2 log=$STEPS/$1.log start=$SECONDS rc=0 p f s p2 f2
  shift 2
  printf '%-52s' "$title"
  ( "$@" ) >"$log" 2>&1 </dev/null || rc=$?
  # plain closing lines carry two or three numbers: read them apart
  read -r p2 f2 < <({ grep -aE '^([^ ]+: )?[0-9]+ passed, [0-9]+ failed' "$log" || true; } | sed 's/^[^ ]*: //' |
    awk '{ p += $1; f += $3 } END { print p + 0, f + 0 }')
  p=$(($(count "$log" '\[  PASSED  \] [0-9]+ test') + p2))
  f=$(($(count "$log" '\[  FAILED  \] [0-9]+ test') + f2))
  s=$(grep -acE '^(.*: )?SKIP: ' "$log" || true)
  if [ $rc -ne 0 ] && [ "$f" = 0 ]; then f=1; fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  printf '%5d passed %3d failed %3d skipped  %4d s\n' "$p" "$f" "$s" $((SECONDS - start))
  { grep -aE '^(.*: )?SKIP: ' "$log" || true; } | sed 's/^[^S]*SKIP: /      SKIP: /' | sort -u
  if [ "$f" != 0 ]; then
    grep -aE '\[  FAILED  \]|^FAIL|^ERROR|: error:|ERROR: |WARNING: ThreadSanitizer|Failure$|CRASH' "$log" | head -25 | sed 's/^/      /' || true
    printf '      %s\n' "--- what came with the first of them, from build/logs/steps/$name.log"
    { why "$log" | head -120 | cut -c1-400 | sed "s/^/      /"; } || true
    printf '      %s\n' "--- its last lines"
    tail -10 "$log" | cut -c1-400 | sed 's/^/      /'
    if [ "$name" != "${name#build_}" ]; then closing; fi
  fi
}

unlisted_skips() {
  local name
  { grep -ahE '^(.*: )?SKIP: ' "$STEPS"/*.log 2>/dev/null || true; } | sed 's/^.*SKIP: //' | cut -d: -f1 | sort -u | while read -r name; do
    grep -qE "^$name: ." tests/allowed-skips || echo "$name"
  done
}

closing() {
  local unlisted
  unlisted=$(unlisted_skips | paste -sd' ')
  if [ -n "$unlisted" ] && [ -n "${CI:-}" ]; then
    printf 'Skipped, and not listed in tests/allowed-skips: %s\n' "$unlisted"
    failed=$((failed + 1))
  fi
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ] && exit 0
  exit 1
}
