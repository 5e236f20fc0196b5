#include "policy/rules/access_words.h"

namespace certus::rules {

std::string accessWords(const Policy& policy, const Row& row, Id item) {
  const Row::Cell& cell = row.cell(item);
  if (cell.state == Row::State::Hidden) return "no";
  if (cell.state == Row::State::Allowed) return "yes";
  bool conditions = false, confirms = false, allows = false;
  for (const Id id : row.candidates(cell)) {
    const Rule& rule = policy.rules()[id];
    confirms = confirms || rule.effect == Effect::Confirm;
    if (rule.effect == Effect::Confirm && rule.when.empty())
      return conditions ? "with conditions, on confirmation" : "on confirmation";
    conditions = conditions || rule.effect == Effect::Deny;
    if (rule.effect == Effect::Allow && rule.when.empty() && !conditions && !confirms) return "yes";
    allows = allows || rule.effect == Effect::Allow;
  }
  if (!confirms) return "with conditions";
  return allows ? "with conditions, some on confirmation" : "with conditions, on confirmation";
}

}  // namespace certus::rules
