// The keys of policy/*.yaml that say who may do what. The reader, the suggestions and the JSON Schema come from here.
#pragma once

#include "config/shape_of.h"
#include "policy/rules/source.h"

namespace certus::rules {

std::optional<std::string> checkSubject(std::string_view text);  // a config::Check: whatever identity may call a caller

const config::Shape& tenantShape();
const config::Shape& groupShape();
const config::Shape& subjectShape();
const config::Shape& ruleShape();

// Adds tenants, groups, subjects and rules to the shape of a file that may hold more (limits). `sourceOf`: T& -> Source&.
template <class T, class Open>
void addSections(config::ShapeOf<T>& out, Open sourceOf) {
  out.named("tenants", tenantShape(), "The tenants that rules may name.",
            [sourceOf](T& t, const std::string& name) -> TenantSource& {
              return sourceOf(t).tenants.emplace_back(TenantSource{name, {}});
            })
      .empty(config::Empty::Written);
  out.named("groups", groupShape(), "Groups of callers; the same group in two files has the members of both.",
            [sourceOf](T& t, const std::string& name) -> GroupSource& {
              GroupSource& group = sourceOf(t).groups.emplace_back();
              group.name = name;
              return group;
            })
      .empty(config::Empty::Written);
  out.named("subjects", subjectShape(), "Callers by name, where a rule names one or a credential says too little.",
            [sourceOf](T& t, const std::string& name) -> SubjectSource& {
              SubjectSource& subject = sourceOf(t).subjects.emplace_back();
              subject.name = name;
              return subject;
            })
      .empty(config::Empty::Written);
  out.named("rules", ruleShape(), "Who may do what. A deny wins over everything; what no rule allows is not offered.",
            [sourceOf](T& t, const std::string& name) -> RuleSource& {
              RuleSource& rule = sourceOf(t).rules.emplace_back();
              rule.name = name;
              return rule;
            })
      .empty(config::Empty::Written);
}

const config::Shape& policyShape();  // fills a Source; a whole file may hold limits too: policy/set

}  // namespace certus::rules
