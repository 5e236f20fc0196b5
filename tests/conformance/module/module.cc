#include "conformance.h"

namespace conformance {

void Conformance::describe(certus::Catalog& catalog) {
  catalog.instructions = "Fixtures of the MCP conformance suite.";
  catalog.completes = true;
  catalog.subscribable = true;
  catalog.logs = true;
  addContentTools(catalog.tools);
  addLiveTools(catalog.tools);
  addRoundTools(catalog.tools);
  addChangeTools(catalog.tools, *this);
  addResources(catalog.resources);
  addPrompts(catalog.prompts, *this);
}

void Conformance::completion(certus::Call call, const certus::Json& params) {
  const std::string begun = params.at("argument").at("value");
  certus::Json values = certus::Json::array();
  for (const char* each : {"paris", "park", "party"}) {
    if (std::string_view(each).starts_with(begun)) values.push_back(each);
  }
  call.complete(certus::Outcome::completion().structured({{"values", values}, {"total", values.size()}, {"hasMore", false}}));
}

}  // namespace conformance

CERTUS_MODULE(conformance::Conformance)
