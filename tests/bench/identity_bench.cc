// What a token's check costs, beside OpenSSL's bare verification of the same signature with the same key in the same run:
// identity_bench [SECONDS for each figure, 0.5]. Prints; asserts nothing.
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "policy/identity/compact_token.h"
#include "tests/unit/policy_identity/issuing.h"

namespace {

using namespace certus::identity;
using Clock = std::chrono::steady_clock;

// Nanoseconds of one run.
template <class Work>
double measure(double seconds, Work work) {
  std::uint64_t runs = 0;
  const auto start = Clock::now();
  std::chrono::duration<double> took{};
  do {
    for (int i = 0; i < 16; ++i) {
      if (!work()) std::abort();
    }
    runs += 16;
    took = Clock::now() - start;
  } while (took.count() < seconds);
  return took.count() * 1e9 / static_cast<double>(runs);
}

using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

// Nothing of ours: OpenSSL's own calls over the same bytes, its own form of signature, its default parameters.
double bareVerification(const char* algorithm, std::string_view text, double seconds) {
  EVP_PKEY* key = keyFor(algorithm).get();
  const std::string_view name(algorithm);
  const EVP_MD* digest = name == "EdDSA" ? nullptr : name == "ES384" ? EVP_sha384() : EVP_sha256();
  const auto padded = [&](EVP_PKEY_CTX* options) {
    return name != "PS256" || EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1;
  };
  std::string signature(1024, '\0');
  std::size_t size = signature.size();
  EVP_PKEY_CTX* options = nullptr;
  const Context signing(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (EVP_DigestSignInit(signing.get(), &options, digest, nullptr, key) != 1 || !padded(options)) std::abort();
  if (EVP_DigestSign(signing.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes(text), text.size()) !=
      1)
    std::abort();
  return measure(seconds, [&] {
    const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    return EVP_DigestVerifyInit(context.get(), &options, digest, nullptr, key) == 1 && padded(options) &&
           EVP_DigestVerify(context.get(), bytes(signature), size, bytes(text), text.size()) == 1;
  });
}

void compare(IssuingWorld& world, const char* algorithm, double seconds) {
  const std::string token = world.good(algorithm);
  const auto parts = parseCompactToken(token);
  bareVerification(algorithm, parts->signedBytes, seconds / 10);  // warms up
  const double bare = bareVerification(algorithm, parts->signedBytes, seconds);
  BearerVerifier forgetful({{world.settings, world.keys}}, world.revocations, 1, 1);  // room for nothing
  const auto accepted = [](const Outcome& outcome) { return std::holds_alternative<PrincipalPointer>(outcome); };
  const double fresh = measure(seconds, [&] { return accepted(forgetful.verify(token, at(kNow))); });
  const double known = measure(seconds, [&] { return accepted(world.verify(token)); });
  std::printf(
      "%-6s %6zu bytes   bare verification %9.0f ns   new token %9.0f ns (%.2f of bare)   known token %6.0f ns (%.4f of "
      "bare)\n",
      algorithm, token.size(), bare, fresh, fresh / bare, known, known / bare);
}

}  // namespace

int main(int count, char** arguments) {
  const double seconds = count > 1 ? std::atof(arguments[1]) : 0.5;
  IssuingWorld world;
  for (const auto& [name, algorithm] : kAlgorithms) compare(world, std::string(name).c_str(), seconds);
  return 0;
}
