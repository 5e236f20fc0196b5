// A policy file, then a line ----, then the arguments of a call: any bytes. Reading and compiling end; every error has
// words; what compiles never contradicts itself, and its refusals can be told.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "policy/rules/compiler.h"
#include "policy/rules/explain.h"
#include "policy/rules/reader.h"
#include "policy/rules/refusal.h"

namespace {

using namespace certus::rules;

void require(bool holds) {
  if (!holds) std::abort();
}

const Catalogue& catalogue() {
  static const Catalogue out = *readCatalogue(R"([{"name": "t_sign", "inputSchema": {"type": "object", "properties": {
    "type": {"type": "string"}, "count": {"type": "integer"}, "on": {"type": "boolean"}, "list": {"type": "array"},
    "meta": {"type": "object"}}}}, {"name": "t_get", "inputSchema": {"type": "object", "properties": {}}}])");
  return out;
}

// No verdict is better than what the caller's rules could give: by the slow way, rule by rule.
void requireRight(const Policy& policy, const Identity& caller, Id item, simdjson::dom::element arguments,
                  const Decision& found) {
  bool denies = false, asks = false, allows = false;
  for (const Rule& rule : policy.rules()) {
    if (!rule.who.matches(caller) || std::find(rule.items.begin(), rule.items.end(), item) == rule.items.end()) continue;
    if (rule.effect == Effect::Deny) denies = denies || noneFails(rule.when, arguments);
    if (rule.effect == Effect::Confirm) asks = asks || noneFails(rule.when, arguments);
    if (rule.effect != Effect::Deny) allows = allows || allHold(rule.when, arguments);
  }
  require((found.verdict == Verdict::Allowed) == (allows && !denies && !asks));
  require((found.verdict == Verdict::Confirm) == (allows && !denies && asks));
}

void decide(const Policy& policy, simdjson::dom::element arguments) {
  static const std::vector<std::string> groups = {"g", "h"};
  for (const std::string_view subject : {"a", "nobody"}) {
    const Caller caller{subject, "t", groups, nullptr};
    const Standing standing = policy.standing(caller);
    for (Id item = 0; item < policy.catalogue().size(); ++item) {
      const Decision decision = policy.decide(standing, item, arguments);
      requireRight(policy, policy.identify(caller), item, arguments, decision);
      const std::string name = policy.catalogue()[item].fullName();
      const Explanation explanation = explain(policy, caller, ItemKind::Tool, name, arguments);
      require(explanation.verdict == decision.verdict && !explanation.text().empty() && !explanation.json().empty());
      if (decision.verdict == Verdict::Refused || decision.verdict == Verdict::Confirm)
        require(!refusalText(policy, *standing.row, item, decision, name, arguments).empty());
#ifdef CERTUS_FUZZ_SELFTEST
      // Planted: reached only by a policy that compiles, refuses these arguments, and calls the rule by two letters.
      if (decision.verdict == Verdict::Refused && decision.rule && decision.rule->name.size() == 2) __builtin_trap();
#endif
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = text.find("\n----\n");
  std::vector<Finding> findings;
  const Source source = readSource(text.substr(0, cut), "p.yaml", findings);
  for (const Finding& finding : findings) require(!finding.problem.message.empty());
  if (!findings.empty()) return 0;
  const Compilation compiled = compile({source}, catalogue());
  require((compiled.policy == nullptr) == !compiled.errors.empty());
  for (const Finding& finding : compiled.errors) require(!finding.problem.message.empty() && finding.problem.place.line > 0);
  if (!compiled.policy) return 0;
  static simdjson::dom::parser parser;
  simdjson::dom::element arguments;
  const std::string json(cut == text.npos ? "{}" : text.substr(cut + 6));
  if (parser.parse(json).get(arguments) == simdjson::SUCCESS) decide(*compiled.policy, arguments);
  return 0;
}
