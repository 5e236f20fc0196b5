// A log entry as Rekor answers it.
#pragma once

#include "services/trust/api/answer.h"
#include "services/trust/trust_service.h"

namespace certus::trust_service::rekor {

// {<80 hex>: {body, integratedTime, logID, logIndex, verification}}, with `path` as its proof in `head` and
// `promise` as the log's signature over its time, both under the key that signs now.
Json entryView(const TrustService& service, const LogEntry& entry, const Checkpoint& head, const std::vector<Hash>& path,
               const std::string& promise);
// The same under the snapshot's head. DataCorrupt when the stored tree does not lead there.
Result<Json> entryView(const TrustService& service, Snapshot& snapshot, const LogEntry& entry);

}  // namespace certus::trust_service::rekor
