# Sourced by ./test --deep. The sanitizer builds are clang's, so they are the second compiler too, warnings as errors.

# Everything with a thread of its own; the rest is single-threaded by design.
THREADED="http_test transport_test upstream_test abi_bad_modules_test observability_test schema_sharing_test
          trust_service_core_test trust_service_test trust_service_processes_test"

build_threaded() {
  configure tsan -DCERTUS_TESTS=ON
  # shellcheck disable=SC2086
  build tsan $THREADED
}

step build_asan "build with clang, address and undefined" build_preset asan -DCERTUS_TESTS=ON
step lint "coroutine shapes that g++ 12 miscompiles" tests/lint/coroutines build/asan
step asan_unit "unit and ABI tests, sanitized" run_ctest asan "(unit|abi)"
step asan_e2e "end to end, sanitized" tests/e2e/run build/asan
step build_tsan "build the threaded parts with clang, threads" build_threaded
step tsan_unit "threaded parts, thread sanitizer" run_ctest tsan "(unit|abi)" -R "^($(echo $THREADED | tr ' ' '|'))\$"
step fuzz "fuzzers, a minute each" tests/fuzz/run build/fuzz "${FUZZ_SECONDS:-60}"
step fuzz_selftest "planted faults are found" tests/fuzz/run --selftest build/fuzz
step build_release "configure and build with g++" build_preset release -DCERTUS_TESTS=ON -DCERTUS_WERROR=$werror
step kill "long kill tests" env CERTUS_LONG=1 tests/e2e/run build/release kill
