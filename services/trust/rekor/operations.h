// Rekor's operations, each a function from a request to an answer. Which path leads where is rekor_api.cc.
#pragma once

#include "services/trust/api/routes.h"

namespace certus::trust_service::rekor {

// What the operator's rules on submissions say to this caller; nullopt: it may submit.
std::optional<Answer> refuseSubmission(const ApiContext& context, const ApiRequest& request);
Answer addEntry(const ApiContext& context, const ApiRequest& request);         // POST /api/v1/log/entries
Answer entryByLogIndex(const ApiContext& context, const ApiRequest& request);  // GET /api/v1/log/entries?logIndex=
Answer entryByUuid(const ApiContext& context, const std::string& uuid);        // GET /api/v1/log/entries/{uuid}
Answer retrieveEntries(const ApiContext& context, const ApiRequest& request);  // POST /api/v1/log/entries/retrieve
Answer searchIndex(const ApiContext& context, const ApiRequest& request);      // POST /api/v1/index/retrieve

Answer logInfo(const ApiContext& context);                                        // GET /api/v1/log
Answer logPublicKey(const ApiContext& context, const ApiRequest& request);        // GET /api/v1/log/publicKey
Answer consistencyBetween(const ApiContext& context, const ApiRequest& request);  // GET /api/v1/log/proof

}  // namespace certus::trust_service::rekor
