// One rule, compiled: whom it is about, what, and under which conditions.
#pragma once

#include <string>
#include <vector>

#include "config/place.h"
#include "policy/rules/condition.h"
#include "policy/rules/people.h"

namespace certus::rules {

enum class Effect : std::uint8_t { Deny, Confirm, Allow };  // the stronger first
const char* toString(Effect effect);

// What a caller is to rules: numbers only. Sorted groups.
struct Identity {
  std::optional<Id> subject, tenant;  // nullopt: not declared in any file
  Ids groups;
};

struct Who {
  bool everyone = false;
  Ids subjects, groups, tenants;  // any of the subjects or groups, and of the tenants if some are named

  bool matches(const Identity& caller) const;
  // True if nobody can match `other` without matching this.
  bool covers(const Who& other, const People& people) const;
};

struct Rule {
  std::string name, advice;
  Effect effect = Effect::Allow;
  std::string file;
  config::Place place;
  Who who;
  Ids items;  // of the catalogue
  std::vector<Condition> when;
  std::string digest;   // SHA-256 in hex over everything that the rule says; a confirmation is bound to it
  std::string whoText;  // "group ci of tenant acme"

  std::string where() const;  // "policy/10-ci.yaml:12:5"
};

}  // namespace certus::rules
