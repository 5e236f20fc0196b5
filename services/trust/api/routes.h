// The operations of the v1 API, each a function from a request to an answer. Which path leads where is trust_api.cc.
#pragma once

#include <string>

#include "services/trust/api/answer.h"
#include "services/trust/api/request.h"
#include "services/trust/api/submission_gate.h"
#include "services/trust/trust_service.h"

namespace certus::trust_service {

struct ApiContext {
  TrustService& service;
  std::string localIdentity;  // who signs when nobody is named
  bool mock = false;          // CERTUS_TRUST_MOCK_SIGSTORE=true: scenarios work, and every answer says that it is a mock
  SubmissionGate& submissions;
};

// GET /, /v1/health, /health, /v1/ready, /v1/stats, /docs
Answer describeService();
Answer reportHealth(const ApiContext& context);
Answer reportReady(const ApiContext& context);
Answer reportStats(const ApiContext& context);

Answer sign(const ApiContext& context, const ApiRequest& request);    // POST /v1/sign
Answer verify(const ApiContext& context, const ApiRequest& request);  // POST /v1/verify

Answer listEntries(const ApiContext& context, const ApiRequest& request);                       // GET /v1/transparency
Answer showEntry(const ApiContext& context, const ApiRequest& request, const std::string& id);  // GET /v1/transparency/{id}
Answer provenanceOfScan(const ApiContext& context, const ApiRequest& request,
                        const std::string& scanId);                                 // GET /v1/provenance/{id}
Answer provenanceOfArtifact(const ApiContext& context, const ApiRequest& request);  // GET /v1/provenance?artifact=

}  // namespace certus::trust_service
