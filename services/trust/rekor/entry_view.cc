#include "services/trust/rekor/entry_view.h"

#include "base/encoding.h"
#include "services/trust/sign/evidence.h"

namespace certus::trust_service::rekor {

Json entryView(const TrustService& service, const LogEntry& entry, const Checkpoint& head, const std::vector<Hash>& path,
               const std::string& promise) {
  Json hashes = Json::array();
  for (const Hash& hash : path) hashes.push_back(toHex(bytesOf(hash)));
  const Json proof{{"checkpoint", head.note},
                   {"hashes", std::move(hashes)},
                   {"logIndex", entry.index},
                   {"rootHash", toHex(bytesOf(head.root))},
                   {"treeSize", head.size}};
  const Json view{{"body", toBase64(entry.body)},
                  {"integratedTime", entry.integratedTime},
                  {"logID", toHex(service.installation().log().keyId())},
                  {"logIndex", entry.index},
                  {"verification", {{"inclusionProof", proof}, {"signedEntryTimestamp", toBase64(promise)}}}};
  return Json{{service.entryId(entry), view}};
}

Result<Json> entryView(const TrustService& service, Snapshot& snapshot, const LogEntry& entry) {
  if (!snapshot.head()) return tl::make_unexpected(snapshot.head().error());
  const Checkpoint& head = *snapshot.head();
  auto path = provenPath(snapshot.database(), entry, head);
  if (!path) return tl::make_unexpected(path.error());
  auto promise = promiseOf(service.installation().log(), entry);
  if (!promise) return tl::make_unexpected(promise.error());
  return entryView(service, entry, head, *path, *promise);
}

}  // namespace certus::trust_service::rekor
