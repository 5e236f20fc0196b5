#include "policy/rules/cases.h"

#include <nlohmann/json.hpp>

#include "policy/rules/caller_names.h"
#include "policy/rules/explain.h"

namespace certus::rules {
namespace {

class CaseRun {
 public:
  CaseRun(const Policy& policy, const CaseFile& file, CaseReport& report, const ArgumentCheck& check)
      : policy_(policy), file_(file), report_(report), check_(check) {}

  void checkCallers() {
    for (const CallerCase& caller : file_.callers) {
      for (NameFinding& finding : unknownNames(policy_, factsOf(caller))) {
        at_ = "callers." + caller.name + "." + finding.key;
        fail(std::move(finding.message));
      }
    }
  }

  void run(const DecisionCase& each) {
    at_ = "cases." + each.name;
    const CallerCase* caller = callerOf(each);
    if (!caller) return;
    const int targets = !each.tool.empty() + !each.resource.empty() + !each.prompt.empty();
    if (targets != 1) return fail("name exactly one of tool, resource and prompt");
    const ItemKind kind = !each.tool.empty()       ? ItemKind::Tool
                          : !each.resource.empty() ? ItemKind::Resource
                                                   : ItemKind::Prompt;
    simdjson::dom::element arguments;
    if (parser_.parse(each.argumentsJson).get(arguments) != simdjson::SUCCESS)
      return fail("arguments are not usable as JSON");
    const Explanation found = explain(policy_, factsOf(*caller), kind, each.tool + each.resource + each.prompt, arguments);
    if (!found.known) return fail(found.change.front());
    if (kind == ItemKind::Tool && check_) {
      const auto wrong = check_(policy_.catalogue()[*policy_.item(kind, found.item)], arguments);
      if (wrong) return fail("the tool refuses these arguments before any rule is asked: " + *wrong);
    }
    compare(each, found);
  }

 private:
  static Caller factsOf(const CallerCase& caller) {
    return {caller.subject, caller.tenant, caller.groups, caller.allowedTools ? &*caller.allowedTools : nullptr};
  }

  // A caller of the file, or a subject that the policy declares.
  const CallerCase* callerOf(const DecisionCase& each) {
    std::vector<std::string> known;
    for (const CallerCase& caller : file_.callers) {
      if (caller.name == each.as) return &caller;
      known.push_back(caller.name);
    }
    if (policy_.people().subject(each.as)) {
      declared_.subject = each.as;
      return &declared_;
    }
    for (const std::string& name : policy_.people().subjectNames()) known.push_back(name);
    fail("no caller " + each.as + suggestion(each.as, known));
    return nullptr;
  }

  void compare(const DecisionCase& expected, const Explanation& found) {
    const bool verdict = expected.expect == toString(found.verdict);
    const bool remedy = expected.remedy.empty() || expected.remedy == toString(found.remedy);
    if (verdict && remedy && (expected.rule.empty() || expected.rule == found.rule)) {
      ++report_.passed;
      return;
    }
    std::string wanted = expected.expect;
    if (!expected.remedy.empty()) wanted += ", remedy " + expected.remedy;
    if (!expected.rule.empty()) wanted += ", by rule " + expected.rule;
    fail("expected " + wanted + "; decided was\n" + found.text());
  }

  void fail(std::string message) {
    while (message.ends_with('\n')) message.pop_back();
    const auto place = file_.places.find(at_);
    report_.failures.push_back(
        {file_.file, {place == file_.places.end() ? config::Place{} : place->second, at_, std::move(message)}});
  }

  const Policy& policy_;
  const CaseFile& file_;
  CaseReport& report_;
  const ArgumentCheck& check_;
  simdjson::dom::parser parser_;
  CallerCase declared_;
  std::string at_;
};

}  // namespace

void runCases(const Policy& policy, const CaseFile& file, CaseReport& report, const ArgumentCheck& check) {
  CaseRun run(policy, file, report, check);
  run.checkCallers();
  for (const DecisionCase& each : file.cases) run.run(each);
}

std::string CaseReport::text() const {
  return textOf(failures) + std::to_string(passed) + " passed, " + std::to_string(failures.size()) + " failed\n";
}

std::string CaseReport::json() const {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const Finding& each : failures) {
    list.push_back({{"file", each.file},
                    {"line", each.problem.place.line},
                    {"column", each.problem.place.column},
                    {"case", each.problem.path},
                    {"message", each.problem.message}});
  }
  const Json out = {{"passed", passed}, {"failed", failures.size()}, {"failures", std::move(list)}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace certus::rules
