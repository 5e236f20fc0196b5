// What an outsider needs to check us with his own tools: a log entry as a Sigstore bundle, and the installation's trusted
// root.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "services/trust/sign/signer.h"
#include "services/trust/state/installation.h"

namespace certus::trust_service {

// Version 0.3, with the certificate and the proof in the checkpoint of the entry's own commit.
nlohmann::ordered_json bundleOf(const LogIdentity& log, const Signed& made);

// The log's promise over the entry and its time under the key that signs now: the stored one, or for an entry of a retired
// key a new one over the same words, so that promise, log id and newest checkpoint are always of one key.
Result<std::string> promiseOf(const LogIdentity& log, const LogEntry& entry);

nlohmann::ordered_json trustedRootOf(const Installation& installation);

}  // namespace certus::trust_service
