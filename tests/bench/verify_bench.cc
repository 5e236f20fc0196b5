// How many bundles one thread verifies in a second: verify_bench BUNDLE TRUSTED_ROOT sha256:HEX SECONDS [IDENTITY ISSUER | KEY.pem]
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "services/trust/crypto/pem.h"
#include "services/trust/sigstore/bundle_verifier.h"

namespace {

using namespace certus;

std::string contentOf(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 6 && count != 7) return std::fprintf(stderr, "see the first line of verify_bench.cc\n"), 2;
  const std::string bundle = contentOf(arguments[1]);
  const auto root = sigstore::parseTrustedRoot(contentOf(arguments[2]));
  const auto digest = trust_service::parseDigest(arguments[3]);
  if (!root || !digest) return std::fprintf(stderr, "the trusted root or the digest cannot be read\n"), 2;
  sigstore::Expectation expectation;
  if (count == 7) {
    expectation.identity = arguments[5];
    expectation.issuer = arguments[6];
  } else {
    const auto block = trust_service::decodePem(contentOf(arguments[5]));
    auto key = block ? sigstore::managedKey(block->der).map([](auto value) { return std::optional(value); }).value_or(std::nullopt)
                     : std::nullopt;
    if (!key) return std::fprintf(stderr, "the key cannot be read\n"), 2;
    expectation.key = std::move(key);
  }
  const auto artifact = sigstore::Artifact::ofDigest(*digest);
  const std::chrono::duration<double> wanted(std::stod(arguments[4]));
  const auto start = std::chrono::steady_clock::now();
  std::uint64_t verified = 0;
  std::chrono::duration<double> took{};
  do {
    const auto verdict = sigstore::verifyBundle(bundle, *root, artifact, expectation);
    if (!verdict.valid) return std::fprintf(stderr, "not valid: %s\n", verdict.failure.reason.c_str()), 1;
    ++verified;
    took = std::chrono::steady_clock::now() - start;
  } while (took < wanted);
  std::printf("%.1f\n", static_cast<double>(verified) / took.count());
  return 0;
}
