#include "policy/rules/rule_compiler.h"

#include <algorithm>
#include <map>

#include "base/encoding.h"
#include "base/json_write.h"
#include "policy/rules/glob.h"

namespace certus::rules {
namespace {

std::string at(const std::string& path, std::size_t i) { return path + "[" + std::to_string(i) + "]"; }

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < 6; ++i) out += (i == 0 ? "" : ", ") + names[i];
  return names.size() > 6 ? out + ", ..." : out;
}

std::string describeWho(const WhoSource& who) {
  if (who.everyone) return "everyone";
  std::string out;
  if (!who.subjects.empty()) out = joined(who.subjects);
  if (!who.groups.empty())
    out += (out.empty() ? "" : ", or ") + std::string(who.groups.size() > 1 ? "groups " : "group ") + joined(who.groups);
  if (who.tenants.empty()) return out;
  return (out.empty() ? "all" : out) + " of " + (who.tenants.size() > 1 ? "tenants " : "tenant ") + joined(who.tenants);
}

}  // namespace

RuleCompiler::RuleCompiler(const People& people, const Catalogue& catalogue, Unmatched unmatched, Compilation& out)
    : people_(people),
      catalogue_(catalogue),
      unmatched_(unmatched),
      out_(out),
      schemas_(catalogue.size()),
      groupNames_(people.groupNames()),
      subjectNames_(people.subjectNames()) {}

void RuleCompiler::error(const std::string& path, std::string message) {
  out_.errors.push_back({source_->file, {source_->placeOf(path), path, std::move(message)}});
}

void RuleCompiler::mismatch(const std::string& path, std::string message) {
  auto& list = unmatched_ == Unmatched::AreErrors ? out_.errors : out_.warnings;
  list.push_back({source_->file, {source_->placeOf(path), path, std::move(message)}});
}

std::optional<Rule> RuleCompiler::compile(const Source& source, const RuleSource& rule) {
  const std::size_t before = out_.errors.size();
  source_ = &source;
  path_ = "rules." + rule.name;
  Rule out;
  out.name = rule.name;
  out.advice = rule.advice;
  out.file = source.file;
  out.place = source.placeOf(path_);
  out.effect = rule.effect == "deny" ? Effect::Deny : rule.effect == "confirm" ? Effect::Confirm : Effect::Allow;
  out.whoText = describeWho(rule.who);
  out.digest = digestOf(rule);
  readWho(rule.who, out);
  readTargets(rule.tools, ItemKind::Tool, "tools", out);
  readTargets(rule.resources, ItemKind::Resource, "resources", out);
  readTargets(rule.prompts, ItemKind::Prompt, "prompts", out);
  if (rule.tools.empty() && rule.resources.empty() && rule.prompts.empty())
    error(path_, "is about nothing; add tools: [service/tool], resources or prompts");
  readConditions(rule, out);
  if (out_.errors.size() != before || out.items.empty()) return std::nullopt;
  return out;
}

template <class Find>
Ids RuleCompiler::resolve(const std::vector<std::string>& names, const char* kind, Find find,
                          const std::vector<std::string>& known) {
  Ids out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (const std::optional<Id> id = find(names[i])) {
      insertSorted(out, *id);
    } else {
      error(at(path_ + ".who." + kind + "s", i), std::string("no ") + kind + " " + names[i] + suggestion(names[i], known));
    }
  }
  return out;
}

void RuleCompiler::readWho(const WhoSource& who, Rule& out) {
  out.who.everyone = who.everyone;
  out.who.groups = resolve(
      who.groups, "group", [&](const std::string& n) { return people_.group(n); }, groupNames_);
  out.who.tenants = resolve(
      who.tenants, "tenant", [&](const std::string& n) { return people_.tenant(n); }, people_.tenants());
  const auto subject = [&](const std::string& n) {
    const Subject* found = people_.subject(n);
    return found ? std::optional(found->id) : std::nullopt;
  };
  out.who.subjects = resolve(who.subjects, "subject", subject, subjectNames_);
  if (!who.everyone && who.subjects.empty() && who.groups.empty() && who.tenants.empty())
    error(path_ + ".who", "names nobody; write who: everyone, or subjects, groups or tenants");
}

void RuleCompiler::readTargets(const std::vector<std::string>& globs, ItemKind kind, const char* key, Rule& out) {
  for (std::size_t i = 0; i < globs.size(); ++i) {
    bool matched = false;
    for (Id item = 0; item < catalogue_.size(); ++item) {
      const CatalogueItem& each = catalogue_[item];
      if (each.kind != kind || !globMatches(globs[i], each.service, each.name)) continue;
      insertSorted(out.items, item);
      matched = true;
    }
    if (matched) continue;
    std::vector<std::string> known;
    for (const CatalogueItem& each : catalogue_) {
      if (each.kind == kind) known.push_back(each.fullName());
    }
    const std::string path = at(path_ + "." + key, i);
    mismatch(path, std::string(key).substr(0, std::string_view(key).size() - 1) + " " + globs[i] +
                       " does not exist, so the rule can never match it" + suggestion(globs[i], known));
  }
}

void RuleCompiler::readConditions(const RuleSource& rule, Rule& out) {
  if (!rule.when.empty() && (!rule.resources.empty() || !rule.prompts.empty()))
    error(path_ + ".when", "conditions are about arguments of tools; write a rule of its own for resources and prompts");
  for (const ConditionSource& each : rule.when) {
    const std::string path = path_ + ".when." + each.path;
    auto condition = Condition::compile(each, [&](const std::string& key, std::string message) {
      error(key.empty() ? path : path + "." + key, std::move(message));
    });
    if (!condition) continue;
    checkAgainstTools(*condition, out);
    out.when.push_back(std::move(*condition));
  }
  refuseContradictions(out);
}

// Conditions that are right each by itself and that no call can satisfy together.
void RuleCompiler::refuseContradictions(const Rule& rule) {
  std::map<ArgumentPath, const Condition*> byPath;
  const auto refuse = [&](const Condition& condition, std::string message) {
    error(path_ + ".when." + condition.pathText(), std::move(message));
  };
  for (const Condition& each : rule.when) {
    const auto [first, added] = byPath.emplace(each.path(), &each);
    if (!added)
      refuse(each, "is the argument of " + first->second->pathText() + " again; write one condition with the keys of both");
  }
  for (const Condition& each : rule.when) {
    ArgumentPath above = each.path();
    for (above.pop_back(); !above.empty(); above.pop_back()) {
      const auto found = byPath.find(above);
      if (found == byPath.end()) continue;
      const Condition& other = *found->second;
      if (other.present() == false && each.present() != false)
        refuse(each, "can never hold: " + other.pathText() +
                         " must be left out, so there is nothing in it; remove one of the two");
      if (other.comparesValue())
        refuse(each, "can never hold: " + other.pathText() +
                         " must be a single value, so there is nothing in it; remove one of the two");
    }
  }
}

const ArgumentSchema& RuleCompiler::schemaOf(Id item) {
  if (!schemas_[item]) schemas_[item].emplace(catalogue_[item].inputSchema);
  return *schemas_[item];
}

// One complaint a condition: the first tool that it does not fit, and how many more.
void RuleCompiler::checkAgainstTools(const Condition& condition, const Rule& rule) {
  ArgumentSchema::Complaints first;
  Id tool = 0;
  std::size_t unfit = 0, tools = 0;
  for (const Id item : rule.items) {
    if (catalogue_[item].kind != ItemKind::Tool) continue;
    ++tools;
    auto complaints = schemaOf(item).check(condition);
    if (complaints.empty()) continue;
    if (unfit++ == 0) {
      first = std::move(complaints);
      tool = item;
    }
  }
  const std::string path = path_ + ".when." + condition.pathText();
  for (auto& [key, message] : first) {
    std::string text = catalogue_[tool].fullName() + ": " + message;
    if (unfit > 1) text += " (and " + std::to_string(unfit - 1) + " more of the rule's tools)";
    if (unfit < tools)
      text += "; a condition must fit every tool of its rule: write one rule for those that have the argument";
    mismatch(key.empty() ? path : path + "." + key, std::move(text));
  }
}

std::string digestOf(const RuleSource& rule) {
  std::string out;
  const auto add = [&](std::string_view text) { appendJsonString(out, text); };
  const auto list = [&](std::string_view name, std::vector<std::string> texts) {
    std::sort(texts.begin(), texts.end());
    add(name);
    for (const std::string& text : texts) add(text);
    out += ';';
  };
  add(rule.name);
  add(rule.effect);
  list(rule.who.everyone ? "everyone" : "subjects", rule.who.subjects);
  list("groups", rule.who.groups);
  list("tenants", rule.who.tenants);
  list("tools", rule.tools);
  list("resources", rule.resources);
  list("prompts", rule.prompts);
  std::vector<ConditionSource> when = rule.when;
  std::sort(when.begin(), when.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  for (const ConditionSource& each : when) {
    add(each.path);
    for (const std::string* part : {&each.equals, &each.atLeast, &each.atMost, &each.pattern}) add(*part);
    list("one_of", each.oneOf);
    add(!each.present ? "" : *each.present ? "true" : "false");
  }
  return toHex(sha256(out));
}

}  // namespace certus::rules
