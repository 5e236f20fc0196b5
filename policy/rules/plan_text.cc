// Plan as people and as machines read it.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "policy/rules/plan.h"
#include "policy/rules/plan_combinations.h"

namespace certus::rules {
namespace {

void addNames(std::string& out, const char* what, const std::vector<std::string>& names) {
  if (names.empty()) return;
  out += std::string(what) + ":";
  for (const std::string& name : names) out += " " + name;
  out += "\n";
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(width > text.size() ? width - text.size() : 0, ' ');
}

void addMembers(std::string& out, const std::vector<Plan::MemberChange>& members) {
  if (members.empty()) return;
  std::size_t who = 0;
  for (const Plan::MemberChange& each : members) who = std::max(who, each.who.size());
  out += "members:\n";
  for (const Plan::MemberChange& each : members)
    out += "  " + padded(each.who, who) + "  " + each.what + ": " + each.before + " -> " + each.after + "\n";
}

// Rules that differ may yet matter to somebody: no more is said than what was seen.
const char* withoutChanges(const Plan& plan) {
  if (plan.changesRules())
    return "Nobody of those compared gains or loses anything: each group, tenant and declared subject, and the combinations "
           "that changed rules name.\n";
  return plan.members.empty() ? "Nobody gains or loses anything.\n"
                              : "What a group, tenant or subject may do does not change; who belongs to one does.\n";
}

}  // namespace

std::string Plan::text() const {
  std::string out;
  addNames(out, "rules removed", removedRules);
  addNames(out, "rules added", addedRules);
  addNames(out, "rules changed", changedRules);
  addNames(out, "rules with other advice", otherAdvice);
  addNames(out, "changed rules that change nothing for anybody who was compared", unfeltRules);
  addMembers(out, members);
  std::size_t who = 0, item = 0;
  for (const Change& change : changes) {
    who = std::max(who, change.who.size());
    item = std::max(item, change.item.size());
  }
  if (!complete) {
    out += "Not all combinations of groups and tenants that the changed rules name were compared: there are more than " +
           std::to_string(kMostCombinations) + ".\n";
  }
  out += changes.empty() ? withoutChanges(*this) : "access:\n";
  for (const Change& change : changes) {
    out += "  " + padded(change.who, who) + "  " + padded(change.item, item) + "  " + change.before + " -> " + change.after +
           "\n";
  }
  out += "size of tools/list (tokens estimated at four bytes each):\n";
  for (const ListSize& list : lists) who = std::max(who, list.who.size());
  for (const ListSize& list : lists) {
    out += "  " + padded(list.who, who) + "  " + std::to_string(list.toolsBefore) + " -> " +
           std::to_string(list.toolsAfter) + " tools, " + std::to_string(list.bytesBefore) + " -> " +
           std::to_string(list.bytesAfter) + " bytes, about " + std::to_string(list.tokensBefore()) + " -> " +
           std::to_string(list.tokensAfter()) + " tokens\n";
  }
  return out;
}

std::string Plan::json() const {
  using Json = nlohmann::ordered_json;
  Json moved = Json::array(), access = Json::array(), sizes = Json::array();
  for (const MemberChange& each : members)
    moved.push_back({{"who", each.who}, {"what", each.what}, {"before", each.before}, {"after", each.after}});
  for (const Change& each : changes) {
    access.push_back(
        {{"who", each.who}, {"kind", each.kind}, {"item", each.item}, {"before", each.before}, {"after", each.after}});
  }
  for (const ListSize& each : lists) {
    sizes.push_back({{"who", each.who},
                     {"before", {{"tools", each.toolsBefore}, {"bytes", each.bytesBefore}, {"tokens", each.tokensBefore()}}},
                     {"after", {{"tools", each.toolsAfter}, {"bytes", each.bytesAfter}, {"tokens", each.tokensAfter()}}}});
  }
  const Json out = {{"members", std::move(moved)},
                    {"access", std::move(access)},
                    {"lists", std::move(sizes)},
                    {"rules",
                     {{"removed", removedRules},
                      {"added", addedRules},
                      {"changed", changedRules},
                      {"other_advice", otherAdvice},
                      {"without_effect_on_those_compared", unfeltRules}}},
                    {"all_combinations_compared", complete}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace certus::rules
