#include "checks.h"

#include <algorithm>

#include "fields.h"
#include "text.h"

namespace certus::trust {

std::vector<Check> readChecks(const Json& answer) {
  std::vector<Check> out;
  const Json* list = arrayAt(answer, "checks");
  if (list == nullptr) return out;
  for (const Json& item : *list) {
    Check check{stringAt(item, "name").value_or("unnamed"),
                stringAt(item, stringAt(item, "result") ? "result" : "status").value_or("failed"),
                stringAt(item, "reason").value_or("")};
    check.name = plain(check.name, 60);
    check.reason = plain(check.reason, 300);
    if (check.result != "passed" && check.result != "skipped") check.result = "failed";
    out.push_back(std::move(check));
  }
  return out;
}

Json toJson(const std::vector<Check>& checks) {
  Json out = Json::array();
  for (const Check& check : checks) {
    Json item{{"name", check.name}, {"result", check.result}};
    if (!check.reason.empty()) item["reason"] = check.reason;
    out.push_back(std::move(item));
  }
  return out;
}

const Check* find(const std::vector<Check>& checks, std::string_view name) {
  const auto found = std::find_if(checks.begin(), checks.end(), [&](const Check& each) { return each.name == name; });
  return found == checks.end() ? nullptr : &*found;
}

bool passed(const std::vector<Check>& checks, std::string_view name) {
  const Check* check = find(checks, name);
  return check != nullptr && check->result == "passed";
}

bool anyFailed(const std::vector<Check>& checks) {
  return std::any_of(checks.begin(), checks.end(), [](const Check& each) { return each.result == "failed"; });
}

}  // namespace certus::trust
