// Made-up answers for demonstrations: only in mock mode, and marked as such. Never counted, never recorded.
#pragma once

#include <optional>

#include "services/trust/api/fields.h"
#include "services/trust/api/routes.h"

namespace certus::trust_service {

struct Scenario {
  const char* name;
  bool innerValid;
  const char* chainStatus;
  const char* trustLevel;
};

// What `scenario` or `simulate_failure` in the query asks for; nullopt outside mock mode and for names nobody knows.
std::optional<Scenario> readScenario(const ApiContext& context, QueryFields& query);

Answer mockVerification(const ApiContext& context, const Scenario& scenario);
Answer mockProvenance(const ApiContext& context, const Scenario& scenario, const std::string& scanId);

}  // namespace certus::trust_service
