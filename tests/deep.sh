# Sourced by ./test --deep.
step lint "coroutine shapes that g++ 12 miscompiles" bash -c 'cmake --preset clang -DCERTUS_TESTS=ON '"$BOOST_FLAGS"' >/dev/null && tests/lint/coroutines build/clang'
step build_clang "build with clang" build_preset clang -DCERTUS_TESTS=ON
step clang_unit "unit and ABI tests, clang" run_ctest clang "(unit|abi)"
step build_asan "build with address and undefined sanitizers" build_preset asan -DCERTUS_TESTS=ON
step asan_unit "unit and ABI tests, sanitized" run_ctest asan "(unit|abi)"
step asan_e2e "end to end, sanitized" tests/e2e/run build/asan
step build_tsan "build with the thread sanitizer" build_preset tsan -DCERTUS_TESTS=ON
step tsan_unit "unit and ABI tests, thread sanitizer" run_ctest tsan "(unit|abi)"
step build_fuzz "build the fuzzers" build_preset fuzz -DCERTUS_TESTS=ON
step fuzz "fuzzers, a minute each" tests/fuzz/run build/fuzz "${FUZZ_SECONDS:-60}"
step fuzz_selftest "planted faults are found" tests/fuzz/run --selftest
step kill "long kill tests" env CERTUS_LONG=1 tests/e2e/run build/release kill
