// API keys: how a new one looks, and the file that holds only their digests. A key is 256 random bits, so a plain SHA-256
// keeps it as well as a slow one would.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/identity/failure.h"
#include "policy/identity/principal.h"
#include "policy/identity/readings.h"

namespace certus::identity {

inline constexpr std::string_view kApiKeyPrefix = "certus_";
inline constexpr std::size_t kApiKeyBytes = 55;  // prefix, then 32 random bytes and 4 of a checksum in base64url

struct NewApiKey {
  std::string key;     // shown once
  std::string sha256;  // hex, for the file
};

// `random`: 32 bytes of randomBytes(32).
NewApiKey makeApiKey(std::string_view random);

// True for what begins like an API key: it is judged as one, never as a token.
inline bool looksLikeApiKey(std::string_view credential) { return credential.starts_with(kApiKeyPrefix); }

struct ApiKeyEntry {
  std::string sha256;  // hex, lower case
  std::string subject, tenant;
  std::vector<std::string> groups;
  bool limitsTools = false;
  std::vector<std::string> allowedTools;
  std::string expires, created;  // RFC 3339, or empty
};

class ApiKeys {
 public:
  ApiKeys() = default;
  explicit ApiKeys(const std::map<std::string, ApiKeyEntry>& entries);  // by name; as readApiKeys() left them

  // ApiKeyForm, UnknownApiKey or ApiKeyExpired. The digest is compared in constant time.
  Checked<std::shared_ptr<const Principal>> find(std::string_view key, WallTime now) const;
  // As this file has the key that made it; or null.
  std::shared_ptr<const Principal> known(const Principal& principal) const;
  // Whether the key that made this principal is still here, still that subject's, and not at the end that it has now.
  bool hold(const Principal& principal, WallTime now) const;
  // What is left when only what `next` takes away counts: keys that are gone, are somebody else's, or end earlier. nullopt:
  // nothing is.
  std::optional<ApiKeys> narrowed(const ApiKeys& next) const;
  std::size_t size() const { return keys_.size(); }

 private:
  struct Known {
    std::string digest;  // 32 bytes
    std::shared_ptr<const Principal> principal;
  };
  std::shared_ptr<const Principal> of(std::string_view digest) const;  // 32 bytes; or null

  std::vector<Known> keys_;  // by digest
};

struct ApiKeyFile {
  std::map<std::string, ApiKeyEntry> keys;
  std::string file;
  Places places;  // "keys.ci.groups[0]"
};

// YAML; two keys of one digest are a problem. See apiKeysShape() for the keys.
FileReading<ApiKeyFile> readApiKeys(std::string_view yaml, const std::string& file);
const config::Shape& apiKeysShape();
std::string apiKeysSchema();  // policy/api-keys.schema.json

}  // namespace certus::identity
