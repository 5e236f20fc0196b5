#include "services/trust/api/views.h"

#include "base/encoding.h"
#include "base/json_write.h"
#include "services/trust/formats/times.h"
#include "services/trust/log/hashed_rekord.h"
#include "services/trust/log/proofs.h"

namespace certus::trust_service {
namespace {

Json orNull(const std::optional<std::string>& text) { return text ? Json(*text) : Json(nullptr); }

Json proofView(const LogEntry& entry, const Checkpoint& head, const std::vector<Hash>& path) {
  const auto prefixed = [](const Hash& hash) { return "sha256:" + toHex(bytesOf(hash)); };
  Json hashes = Json::array();
  for (const Hash& hash : path) hashes.push_back(prefixed(hash));
  return {{"tree_size", head.size},
          {"leaf_index", entry.index},
          {"hashes", std::move(hashes)},
          {"root_hash", prefixed(head.root)}};
}

// Bodies are long texts in base64 and PEM, which the library's own writer takes byte by byte.
void append(std::string& out, const Json& value) {
  if (value.is_string()) return appendJsonString(out, value.get_ref<const std::string&>());
  if (value.is_object()) {
    JsonObject object(out);
    for (const auto& [name, member] : value.items()) append(object.member(name), member);
    return object.end();
  }
  if (!value.is_array()) {
    out += value.dump();
    return;
  }
  out += '[';
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (i > 0) out += ',';
    append(out, value[i]);
  }
  out += ']';
}

}  // namespace

Json viewOf(const CheckList& checks) {
  Json out = Json::array();
  for (const Check& check : checks.all()) {
    out.push_back({{"name", check.name}, {"status", toString(check.status)}, {"reason", check.reason}});
  }
  return out;
}

Json viewOf(const TrustService& service, const LogEntry& entry) {
  Json out{{"entry_id", service.entryId(entry)},
           {"artifact", entry.artifact},
           {"timestamp", formatSeconds(entry.integratedTime)},
           {"signer", entry.signer.empty() ? "unknown" : entry.signer},
           {"signature", toBase64(entry.signature)},
           {"proof", nullptr},
           {"index", entry.index},
           {"artifact_type", orNull(entry.artifactType)},
           {"subject", orNull(entry.subject)},
           {"scan_id", orNull(entry.scanId)}};
  if (entry.origin == Origin::Submitted) out["submitted"] = true;  // by others: the log vouches for its time alone
  return out;
}

Result<Json> fullViewOf(const TrustService& service, Snapshot& snapshot, const LogEntry& entry, bool withProof) {
  Json out = viewOf(service, entry);
  const auto body = parseHashedRekord(entry.body);
  const bool certified = body && body->keyPem.starts_with("-----BEGIN CERTIFICATE-----");
  out["certificate"] = certified ? Json(body->keyPem) : Json(nullptr);
  const Json details = Json::parse(entry.details.value_or("{}"), nullptr, false);
  for (const char* name : {"metadata", "predicates"}) {
    out[name] = details.is_object() && details.contains(name) ? details[name] : Json(nullptr);
  }
  out["body"] = toBase64(entry.body);
  out["integrated_time"] = entry.integratedTime;
  out["log_id"] = toHex(service.installation().log().keyId());
  if (!withProof) return out;
  if (!snapshot.head()) return tl::make_unexpected(snapshot.head().error());
  const Checkpoint& head = *snapshot.head();
  auto path = provenPath(snapshot.database(), entry, head);
  if (!path) return tl::make_unexpected(path.error());
  out["proof"] = proofView(entry, head, *path);
  out["checkpoint"] = head.note;
  return out;
}

std::string errorFree(const Json& body) {
  std::string out;
  out.reserve(8 * 1024);
  append(out, body);
  return out;
}

}  // namespace certus::trust_service
