#include "gateway/guard/gateway_tools.h"

#include <algorithm>
#include <array>

#include <simdjson.h>

#include "base/json_write.h"
#include "policy/identity/instant.h"
#include "policy/limits/refusal.h"

namespace certus::gateway {
namespace {

std::string_view nameOf(identity::Method method) {
  switch (method) {
    case identity::Method::Local: return "local user";
    case identity::Method::Bearer: return "bearer token";
    case identity::Method::ApiKey: return "API key";
    case identity::Method::Certificate: return "client certificate";
  }
  return "local user";
}

template <class Texts>
void appendTexts(std::string& out, const Texts& texts) {
  out += '[';
  for (const auto& text : texts) {
    if (out.back() != '[') out += ',';
    appendJsonString(out, text);
  }
  out += ']';
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out.empty() ? "none" : out;
}

void give(OutcomeSink& outcome, OutcomeView::Kind kind, const std::string& text, std::string_view structured) {
  ContentView content;
  content.text = text;
  OutcomeView view;
  view.kind = kind;
  view.content = std::span<const ContentView>(&content, 1);
  view.structured = structured;
  outcome.complete(view);
}

constexpr std::array<const char*, 3> kWords = {"tool", "resource", "prompt"};  // by rules::ItemKind

}  // namespace

void answerWhoami(const Invocation& invocation, OutcomeSink& outcome) {
  std::string json, text;
  JsonObject object(json);
  if (invocation.grant == nullptr) {
    object.string("mode", "open").string("subject", invocation.subject).raw("groups", "[]");
    object.string("authenticatedBy", nameOf(identity::Method::Local)).end();
    text = "You are " + std::string(invocation.subject) +
           ". This gateway has no policy (open local mode): every local caller may use every tool.";
    return give(outcome, OutcomeView::Kind::Result, text, json);
  }
  const Principal& who = *invocation.grant->principal;
  const LimitCaller known(*invocation.grant);
  object.string("mode", "policy").string("subject", who.subject).optional("tenant", known.tenant);
  appendTexts(object.member("groups"), known.groups);
  object.string("authenticatedBy", nameOf(who.method));
  text = "You are " + who.subject + (known.tenant.empty() ? "" : " of tenant " + std::string(known.tenant)) + ", known by " +
         std::string(nameOf(who.method)) + ". Groups: " + joined(known.groups) + ".";
  if (!who.droppedGroups.empty()) {
    appendTexts(object.member("droppedGroups"), who.droppedGroups);
    text += " Your credential also names groups that its issuer may not put anybody into: " + joined(who.droppedGroups) +
            ".";
  }
  if (who.expires != WallTime::max()) {
    object.string("expires", identity::showInstant(who.expires));
    text += " The credential ends at " + identity::showInstant(who.expires) + ".";
  }
  if (who.allowedTools) {
    appendTexts(object.member("narrowedTo"), *who.allowedTools);
    text += " It is limited to these tools, resources and prompts: " + joined(*who.allowedTools) + ".";
  }
  object.end();
  give(outcome, OutcomeView::Kind::Result, text, json);
}

LimitsAnswer::LimitsAnswer(const Invocation& invocation) : grant_(invocation.grant) {
  simdjson::dom::parser parser;
  simdjson::dom::element arguments;
  std::string_view name;
  if (!parser.parse(simdjson::padded_string(invocation.arguments)).get(arguments)) {
    for (std::size_t kind = 0; kind < kWords.size(); ++kind) {
      if (arguments.at_key(kWords[kind]).get(name)) continue;
      kind_ = static_cast<rules::ItemKind>(kind);
      name_ = name;
    }
  }
  if (grant_ != nullptr) choose();
}

bool LimitsAnswer::named(const rules::CatalogueItem& item) const {
  return !kind_ || (*kind_ == item.kind && (name_ == item.exposed || name_ == item.name || name_ == item.fullName()));
}

// Of the items that this caller is shown: what is hidden has no limits to be seen either.
void LimitsAnswer::choose() {
  caller_.emplace(*grant_);
  const rules::Policy& rules = *grant_->policy->rules;
  const rules::Standing standing = rules.standing(rulesCallerOf(*grant_->principal));
  bool found = false;
  for (rules::Id id = 0; id < rules.catalogue().size(); ++id) {
    const rules::CatalogueItem& item = rules.catalogue()[id];
    if (!item.enabled || !standing.row->shows(id) || !named(item)) continue;
    found = true;
    demandOf(item);
  }
  if (found || !kind_) return;
  const std::string word = kWords[static_cast<std::size_t>(*kind_)];
  problem_ = "There is no " + word + " \"" + name_ + "\" here. Ask with a name from " + word + "s/list, or leave \"" + word +
             "\" out.";
}

void LimitsAnswer::demandOf(const rules::CatalogueItem& item) {
  const limits::ItemLimits* limits = policy::limitsOf(*grant_->policy, item);
  if (limits == nullptr) return;
  if (kind_) cost_ = limits->cost;
  limits::Demand all, fresh;
  grant_->policy->limits->demandOf(*limits, caller_->caller(), all);
  for (const limits::Take& take : std::as_const(all).takes()) {
    if (std::find(seen_.begin(), seen_.end(), take.key) != seen_.end()) continue;
    if (seen_.size() == kMost) {
      ++notShown_;
      continue;
    }
    seen_.push_back(take.key);
    items_.push_back(limits);
    fresh.add(take);
  }
  if (!fresh.empty()) demands_.push_back(fresh);
}

void LimitsAnswer::add(const Result<std::vector<limits::TakeState>>& states) {
  if (!states) {
    problem_ = "What is left of the limits cannot be told just now: " + states.error().message + ". Try again in a moment.";
    return;
  }
  states_.insert(states_.end(), states->begin(), states->end());
}

void LimitsAnswer::complete(OutcomeSink& outcome) const {
  if (!problem_.empty()) return give(outcome, OutcomeView::Kind::ToolError, problem_, {});
  std::string json, text;
  JsonObject object(json);
  std::string& list = object.member("limits");
  list += '[';
  for (std::size_t i = 0; i < states_.size(); ++i) {
    const limits::TakeState& state = states_[i];
    const bool rate = state.kind == limits::Take::Kind::Rate;
    const std::string rule = state.rule->describe();
    const std::string sharers = limits::sharersText(*state.rule, state.group, *items_[i], caller_->caller());
    if (list.back() != '[') list += ',';
    JsonObject entry(list);
    entry.string("name", state.rule->name).string("kind", rate ? "rate" : "concurrency").string("rule", rule);
    entry.number("left", state.left).number("of", state.of);
    if (rate) entry.number("fullAgainSeconds", (state.fullIn.count() + 999) / 1'000);
    entry.string("sharedBy", sharers).end();
    text += "- " + state.rule->name + " (" + rule + "): " + std::to_string(state.left) + " of " + std::to_string(state.of) +
            (rate ? " calls left" : " places free");
    if (rate && state.left < state.of) text += ", full again in " + limits::waitText(state.fullIn);
    text += "; shared by " + sharers + ".\n";
  }
  list += ']';
  if (cost_) object.number("cost", *cost_);
  if (notShown_ > 0) object.number("notShown", static_cast<std::int64_t>(notShown_));
  object.end();
  if (text.empty()) text = grant_ ? "No limit meets your calls." : "This gateway has no policy, so nothing is limited.";
  give(outcome, OutcomeView::Kind::Result, text, json);
}

}  // namespace certus::gateway
