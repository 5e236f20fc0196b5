// Stored things as the API shows them.
#pragma once

#include "services/trust/api/answer.h"
#include "services/trust/trust_service.h"

namespace certus::trust_service {

Json viewOf(const CheckList& checks);  // [{name, status, reason}]

// One log entry as lists show it; `proof` is null.
Json viewOf(const TrustService& service, const LogEntry& entry);

// The entry with everything that is stored for it, and with its inclusion proof under the newest checkpoint when asked for.
Result<Json> fullViewOf(const TrustService& service, Snapshot& snapshot, const LogEntry& entry, bool withProof);

std::string errorFree(const Json& body);  // dumped; bytes of an altered row that are not UTF-8 come out as U+FFFD

}  // namespace certus::trust_service
