// `certus-gateway explain`: may this caller do that, by which rule, and what would change it.
#include <iostream>
#include <optional>

#include <nlohmann/json.hpp>

#include "gateway/app/argument_fit.h"
#include "gateway/app/commands.h"
#include "gateway/app/offline.h"
#include "policy/rules/explain.h"
#include "policy/set/met_limits.h"

namespace certus::app {
namespace {

using Json = nlohmann::ordered_json;

// A group that the credential names and that does not count: a frequent surprise.
std::vector<std::string> notesOn(const rules::Policy& policy, const CallerWords& caller) {
  std::vector<std::string> out;
  for (const std::string& name : caller.groups) {
    const auto group = policy.people().group(name);
    if (!group) {
      out.push_back("group " + name + " is unknown to the policy" + rules::suggestion(name, policy.people().groupNames()));
    } else if (!policy.people().groups()[*group].claimed) {
      out.push_back("group " + name + " is not claimed: true, so a credential that names it does not count");
    }
  }
  if (!caller.tenant.empty() && !policy.people().tenant(caller.tenant))
    out.push_back("tenant " + caller.tenant + " is unknown to the policy" +
                  rules::suggestion(caller.tenant, policy.people().tenants()));
  return out;
}

struct Fit {
  std::optional<std::string> refused;  // by the tool itself: no rule is asked
  std::optional<std::string> missing;  // what a call needs beside the arguments that were named
};

Fit fitOf(const rules::Policy& policy, const rules::Explanation& said, rules::ItemKind kind,
          simdjson::dom::element arguments) {
  Fit out;
  if (kind != rules::ItemKind::Tool || !said.known || simdjson::dom::object(arguments).size() == 0) return out;
  const rules::CatalogueItem& tool = policy.catalogue()[*policy.item(kind, said.item)];
  ArgumentFit fit;
  out.refused = fit.stated(tool, arguments);
  if (!out.refused) out.missing = fit.whole(tool, arguments);
  return out;
}

std::string costOf(const policy::MetLimit& limit) {
  return limit.cost == 1 ? "" : ", of which this call takes " + std::to_string(limit.cost);
}

void print(const rules::Explanation& said, const std::vector<policy::MetLimit>& limits,
           const std::vector<std::string>& notes, const Fit& fit) {
  if (fit.refused) std::cout << "the tool refuses these arguments before any rule is asked: " << *fit.refused << '\n';
  std::cout << said.text();
  for (const policy::MetLimit& limit : limits) {
    std::cout << "  limit " << limit.rule << ": " << limit.howOften << costOf(limit) << "; shared by " << limit.sharedBy
              << " (" << limit.where << ")\n";
  }
  for (const std::string& note : notes) std::cout << "  note: " << note << '\n';
}

void printJson(const rules::Explanation& said, const std::vector<policy::MetLimit>& limits,
               const std::vector<std::string>& notes, const Fit& fit) {
  Json out = Json::parse(said.json());
  Json met = Json::array();
  for (const policy::MetLimit& limit : limits) {
    met.push_back({{"limit", limit.rule},
                   {"rate", limit.howOften},
                   {"cost", limit.cost},
                   {"shared_by", limit.sharedBy},
                   {"where", limit.where}});
  }
  out["limits"] = std::move(met);
  out["notes"] = notes;
  out["tool_refuses_arguments"] = fit.refused ? Json(*fit.refused) : Json(nullptr);
  std::cout << out.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace

int explain(const CommandLine& line) {
  simdjson::dom::parser parser;
  simdjson::dom::element arguments;
  if (parser.parse(line.arguments).get(arguments) != simdjson::SUCCESS || !arguments.is_object()) {
    std::cerr << "--args: not a JSON object; write for example --args '{\"artifact_type\": \"report\"}'\n";
    return kCannotSay;
  }
  Offline offline(line);
  const auto set = offline.policy();
  if (!set) return kCannotSay;
  const rules::ItemKind kind = !line.tool.empty()       ? rules::ItemKind::Tool
                               : !line.resource.empty() ? rules::ItemKind::Resource
                                                        : rules::ItemKind::Prompt;
  const rules::Caller caller = callerOf(line.caller);
  const rules::Explanation said =
      rules::explain(*set->rules, caller, kind, line.tool + line.resource + line.prompt, arguments);
  std::vector<policy::MetLimit> limits;
  if (const auto item = set->rules->item(kind, said.item))
    limits = policy::limitsMeeting(*set, caller, set->rules->catalogue()[*item]);
  auto notes = notesOn(*set->rules, line.caller);
  if (said.off && line.catalog.empty()) {
    std::string path = said.item;
    path.replace(path.find('/'), 1, ".tools.");
    notes.push_back("switched off at " + offline.configuration()->where("modules." + path + ".enabled"));
  }
  const Fit fit = fitOf(*set->rules, said, kind, arguments);
  if (fit.missing) notes.push_back("a call needs more than these arguments: " + *fit.missing);
  line.form == Form::Json ? printJson(said, limits, notes, fit) : print(said, limits, notes, fit);
  if (!said.known) return kCannotSay;
  if (said.off || fit.refused) return kNo;
  return said.verdict == rules::Verdict::Allowed || said.verdict == rules::Verdict::Confirm ? kYes : kNo;
}

}  // namespace certus::app
