// An entry that a stranger proposes to the log. Whatever happens: no crash; what is taken is one exact leaf that the log's
// own reader understands; what is refused is a 400 or a 422 that says why.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "services/trust/formats/strict_json.h"
#include "services/trust/log/hashed_rekord.h"
#include "services/trust/rekor/proposal.h"

namespace {

using namespace certus::trust_service;

void require(bool holds) {
  if (!holds) std::abort();
}

void judgeTaken(const NewEntry& entry) {
  require(entry.origin == Origin::Submitted && entry.signer.empty() && !entry.searchKeys.empty());
  require(parseDigest(entry.artifact).has_value());
  const auto body = Input::parse(entry.body);  // sorted members without white space: the canonical form
  require(body.dump() == entry.body);
  require(body["kind"] == "dsse" || parseHashedRekord(entry.body).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  JsonProblem problem;
  const auto proposal = parseStrictly({reinterpret_cast<const char*>(data), size}, problem);
  if (!proposal) {
    require(!problem.reason.empty());
    return 0;
  }
  const auto entry = rekor::readProposal(*proposal);
  if (entry) {
    judgeTaken(*entry);
    return 0;
  }
  const Answer& answer = entry.error();
  const auto refusal = Input::parse(answer.text);
  require((answer.status == 400 && refusal["code"] == 400) || (answer.status == 422 && refusal["code"].is_number()));
  require(refusal["message"].get<std::string>().size() > 10);
#ifdef CERTUS_FUZZ_SELFTEST
  // Planted: reached only by an entry that is whole but for the form of its signature.
  if (refusal["message"].get<std::string>().find("must be DER") != std::string::npos) __builtin_trap();
#endif
  return 0;
}
