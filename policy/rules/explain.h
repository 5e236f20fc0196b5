// Why a caller may or may not do something, for operators: decision, rule, place, and what would change it.
#pragma once

#include <string>
#include <vector>

#include "policy/rules/policy.h"

namespace certus::rules {

struct Explanation {
  struct Check {
    std::string wish;   // "artifact_type is "sbom""
    std::string found;  // holds, fails, cannot be told
  };
  struct Considered {
    std::string rule, effect, who, where;
    bool concerns = false;  // the caller is among those it is about
    std::vector<Check> checks;
  };

  bool off = false;   // switched off by the operator: refused to everybody, whatever `verdict` says of the rules
  bool known = true;  // false: the policy knows no such item; `change` says what is nearest
  std::string item, subject;
  Verdict verdict = Verdict::Hidden;
  Remedy remedy = Remedy::None;
  std::string rule, where, digest;  // of the deciding rule; empty: none
  std::vector<Considered> considered;
  std::vector<std::string> change;

  std::string decision() const;  // allow, hidden, refuse, confirm; off
  std::string text() const;
  std::string json() const;
};

// `fullName`: "trust/sign", or as clients call it, "trust_sign". `arguments`: a JSON object.
Explanation explain(const Policy& policy, const Caller& caller, ItemKind kind, const std::string& fullName,
                    simdjson::dom::element arguments);

}  // namespace certus::rules
