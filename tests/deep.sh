# Sourced by ./test --deep. The sanitizer builds are clang's, so they are the second compiler too, warnings as errors.

# Everything with a thread of its own; the rest is single-threaded by design.
THREADED="http_test gateway_keys_test transport_test upstream_test abi_bad_modules_test observability_test schema_sharing_test policy_identity_test policy_limits_threads_test reload_test
          trust_service_core_test trust_service_disk_test trust_service_processes_test trust_service_queries_test
          trust_service_rekor_test trust_service_rotation_test trust_service_test"

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
step coverage "who may call what: every line and branch" tests/coverage/run
step fuzz "fuzzers, a minute each" tests/fuzz/run build/fuzz "${FUZZ_SECONDS:-60}"
step fuzz_selftest "planted faults are found" tests/fuzz/run --selftest build/fuzz
step build_release "configure and build with g++" build_preset release -DCERTUS_TESTS=ON -DCERTUS_WERROR=$werror
step kill "long kill tests" env CERTUS_LONG=1 tests/e2e/run build/release kill log_kills
step power "power cuts at every act, failing disks" env CERTUS_LONG=1 build/release/tests/trust_service_disk_test
step reloads "a thousand reloads under load" env CERTUS_LONG=1 tests/e2e/run build/release reload
step limits "64 callers x 10,000 calls: one process, two, Redis" env CERTUS_LONG=1 ctest --test-dir build/release -V -R '^policy_limits_(threads|redis)_test$'
step limits_gateway "64 clients x 10,000 calls through the gateway: one process, two, Redis" tests/bench/limits
step scopes "10,000 tokens with 10,000 different scopes ask for their lists: at most 64 MB" tests/bench/scopes
