#include "services/trust/log/hashed_rekord.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/encoding.h"

namespace certus::trust_service {
namespace {

constexpr std::size_t kMaxBodyBytes = 256 * 1024;

std::string textAt(const nlohmann::json& body, const char* pointer) {
  const nlohmann::json::json_pointer at(pointer);
  if (!body.contains(at) || !body.at(at).is_string()) return {};
  return body.at(at).get<std::string>();
}

tl::unexpected<Error> malformed(const char* what) {
  return fail(ErrorCode::DataCorrupt, std::string("the log entry's body ") + what);
}

}  // namespace

std::string HashedRekord::canonical() const {
  return fmt::format(
      R"({{"apiVersion":"0.0.1","kind":"hashedrekord","spec":{{"data":{{"hash":{{"algorithm":"{}","value":"{}"}}}},)"
      R"("signature":{{"content":"{}","publicKey":{{"content":"{}"}}}}}}}})",
      toString(artifact.algorithm), artifact.hex(), toBase64(signature), toBase64(keyPem));
}

Result<HashedRekord> parseHashedRekord(std::string_view body) {
  if (body.size() > kMaxBodyBytes) return malformed("is longer than 256 KiB");
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object()) return malformed("is not JSON");
  if (textAt(json, "/kind") != "hashedrekord" || textAt(json, "/apiVersion") != "0.0.1")
    return malformed("is no hashedrekord 0.0.1");
  auto digest = parseDigest(textAt(json, "/spec/data/hash/algorithm") + ":" + textAt(json, "/spec/data/hash/value"));
  auto signature = fromBase64(textAt(json, "/spec/signature/content"));
  auto key = fromBase64(textAt(json, "/spec/signature/publicKey/content"));
  if (!digest || !signature || !key) return malformed("lacks a digest, a signature or a key");
  HashedRekord entry{std::move(*digest), std::move(*signature), std::move(*key)};
  if (entry.canonical() != body) return malformed("is not in canonical form");
  return entry;
}

std::string entryTimestampPayload(std::string_view body, std::int64_t integratedTime, std::string_view logId,
                                  std::uint64_t logIndex) {
  return fmt::format(R"({{"body":"{}","integratedTime":{},"logID":"{}","logIndex":{}}})", toBase64(body), integratedTime,
                     toHex(logId), logIndex);
}

}  // namespace certus::trust_service
