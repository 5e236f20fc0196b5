// A little issuer for tests: keys of every algorithm, tokens signed by them or forged, and a world that verifies them.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <openssl/evp.h>
#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "policy/identity/bearer_verifier.h"

namespace certus::identity {

using Json = nlohmann::json;

class SigningKey {
 public:
  // "RSA", "RSA-1024", "P-256", "P-384", "Ed25519". Made once a process and kept: RSA keys are slow to make.
  static const SigningKey& of(const std::string& kind);

  Json jwk(const std::string& kid) const;
  std::string sign(const std::string& algorithm,
                   const std::string& bytes) const;  // raw JWS signature; by the key's own type
  std::string publicPem() const;
  EVP_PKEY* get() const { return key_.get(); }

 private:
  std::string kind_;
  std::shared_ptr<EVP_PKEY> key_;
};

// header.payload.signature
std::string compact(const std::string& header, const std::string& payload, const std::string& signature);
std::string signedToken(const SigningKey& key, const Json& header, const Json& claims);
std::string signedText(const SigningKey& key, const std::string& algorithm, const std::string& header,
                       const std::string& payload);

inline Moment at(std::int64_t seconds) {
  return {WallTime(std::chrono::seconds(seconds)), SteadyTime(std::chrono::seconds(seconds))};
}

constexpr std::int64_t kNow = 1'800'000'000;

struct FakeFetcher final : KeyFetcher {
  std::vector<std::string> started;
  void start(const std::string& url) override { started.push_back(url); }
};

// One issuer with a key of every kind, from a file: "rsa", "p256", "p384", "ed".
struct IssuingWorld {
  IssuingWorld();
  Json header(const std::string& algorithm) const;
  Json claims() const;  // of a good token
  std::string good(const std::string& algorithm) const;
  Outcome verify(const std::string& token, std::int64_t seconds = kNow) const {
    return verifier->verify(token, at(seconds));
  }
  void rebuild();  // after a change of settings or revocations

  Issuer settings;
  std::shared_ptr<KeyCache> keys;
  std::shared_ptr<Revocations> revocations = std::make_shared<Revocations>();
  std::unique_ptr<BearerVerifier> verifier;
};

const SigningKey& keyFor(const std::string& algorithm);
Json keySet();

// "ok:<subject>", "await", or the failure's label.
std::string said(const Outcome& outcome);

}  // namespace certus::identity
