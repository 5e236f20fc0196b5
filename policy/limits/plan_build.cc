// Building a LimitPlan: files are merged, every mistake is named at its line, rules are matched against the real items.
#include <algorithm>
#include <array>
#include <set>
#include <tuple>
#include <utility>

#include "base/nearest_word.h"
#include "policy/limits/glob.h"
#include "policy/limits/plan.h"

namespace certus::limits {
namespace {

constexpr std::size_t kItemKinds = 3;
constexpr std::array<const char*, kItemKinds> kWords = {"tool", "resource", "prompt"};
constexpr std::array<ItemKind, kItemKinds> kKinds = {ItemKind::Tool, ItemKind::Resource, ItemKind::Prompt};

std::size_t at(ItemKind kind) { return static_cast<std::size_t>(kind); }
std::string sectionOf(ItemKind kind) { return std::string(kWords[at(kind)]) + "s"; }

const std::vector<std::string>& patternsOf(const Selection& selection, ItemKind kind) {
  return kind == ItemKind::Tool ? selection.tools : kind == ItemKind::Resource ? selection.resources : selection.prompts;
}

bool matchesAny(const std::vector<std::string>& patterns, const std::string& name) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& p) { return matchesGlob(p, name); });
}

// For some callers at least: those are told apart at each call.
bool selectsItem(const LimitRule& rule, const ItemLimits& item) {
  const Selection& only = rule.only;
  const bool named = !only.tools.empty() || !only.resources.empty() || !only.prompts.empty();
  return (!named || matchesAny(patternsOf(only, item.kind), item.name)) &&
         !matchesAny(patternsOf(rule.except, item.kind), item.name);
}

}  // namespace

class PlanBuilder {
 public:
  explicit PlanBuilder(const LimitPlan::Parts& parts) : parts_(parts), plan_(new LimitPlan) {
    for (const LimitPlan::Item& item : parts.items) known_[at(item.kind)].push_back(item.name);
  }

  PlanBuild run() {
    for (const LimitsConfig& file : parts_.files) {
      file_ = &file;
      takeScalars(file);
    }
    plan_->redis_ = store_ == "redis";
    if (!plan_->redis_) refuseRedisKeys();
    plan_->hash_ = plan_->redis_ ? KeyHash::shared() : KeyHash::secret(parts_.secret);
    plan_->maxKeys_ = maxKeys_;
    for (const LimitsConfig& file : parts_.files) {
      file_ = &file;
      for (const CostConfig& cost : file.costs) takeCost(cost);
      for (const RuleConfig& rule : file.rules) takeRule(rule);
    }
    for (const LimitPlan::Item& item : parts_.items) addItem(item);
    std::sort(plan_->items_.begin(), plan_->items_.end(),
              [](const auto& a, const auto& b) { return std::tie(a.kind, a.name) < std::tie(b.kind, b.name); });
    for (std::size_t i = 0; i < plan_->rules_.size(); ++i) attach(plan_->rules_[i], *from_[i]);
    for (const ItemLimits& item : plan_->items_) checkTakes(item);
    addCompletions();
    return finish();
  }

 private:
  using Stated = std::pair<std::string, const LimitsConfig*>;

  void refuse(const std::string& key, std::string message) { refuse(*file_, key, std::move(message)); }
  void refuse(const LimitsConfig& file, const std::string& key, std::string message) {
    problems_.push_back({file.file, {file.place(key), file.path + "." + key, std::move(message)}});
  }

  // A limit that does not fit the tools.
  void mismatch(const LimitsConfig& file, const std::string& key, std::string message) {
    if (parts_.unmatched == Unmatched::AreErrors) return refuse(file, key, std::move(message));
    warn(file, key, std::move(message));
  }
  void warn(const LimitsConfig& file, const std::string& key, std::string message) {
    warnings_.push_back({file.file, {file.place(key), file.path + "." + key, std::move(message)}});
  }

  static std::string spot(const LimitsConfig& file, const std::string& key) {
    const config::Place place = file.place(key);
    return file.file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
  }

  // False: nothing is said here, or it was said before.
  bool firstSaid(const std::string& key) {
    if (!file_->says(key)) return false;
    const auto [before, fresh] = stated_.insert({key, file_});
    if (!fresh) refuse(key, "is said already in " + spot(*before->second, key) + "; keep one of the two");
    return fresh;
  }

  void takeScalars(const LimitsConfig& file) {
    if (firstSaid("store")) store_ = file.store;
    if (firstSaid("max_keys")) maxKeys_ = file.maxKeys;
    if (!firstSaid("redis")) return;
    plan_->redisConfig_ = file.redis;
    plan_->redisFile_ = file.file;
    if (!file.redis.passwordVariable.empty() && !file.redis.passwordFile.empty())
      refuse("redis", "password_env and password_file are both named; keep one of the two");
  }

  // They would be read and mean nothing: each process would count for itself.
  void refuseRedisKeys() {
    constexpr const char* kRemedy = "is for limits that are counted in Redis; write limits: {store: redis}, or remove it";
    for (const LimitsConfig& file : parts_.files) {
      if (file.says("redis")) refuse(file, "redis", kRemedy);
      for (const RuleConfig& rule : file.rules) {
        const std::string key = "rules." + rule.name + ".when_unreachable";
        if (file.says(key)) refuse(file, key, kRemedy);
      }
    }
  }

  void takeCost(const CostConfig& cost) {
    const std::string key = sectionOf(cost.kind) + "." + cost.pattern;
    if (!firstSaid(key)) return;
    checkPattern(key, cost.kind, cost.pattern);
    costs_.push_back(&cost);
  }

  void checkPattern(const std::string& key, ItemKind kind, const std::string& pattern) {
    const std::vector<std::string>& known = known_[at(kind)];
    const auto matches = [&](const std::string& name) { return matchesGlob(pattern, name); };
    if (std::any_of(known.begin(), known.end(), matches)) return;
    const auto nearest = isGlob(pattern) ? std::nullopt : nearestWord(pattern, known);
    const std::string where = kind == ItemKind::Tool ? "tools" : "tools --json";
    mismatch(*file_, key, "\"" + pattern + "\" names no " + kWords[at(kind)] + " that is loaded" +
                    (nearest ? "; did you mean " + *nearest + "?" : "; `certus-gateway " + where + "` lists them"));
  }

  void checkSelection(const std::string& at, const Selection& selection) {
    const std::array<std::pair<const char*, const std::vector<std::string>*>, 6> lists = {
        {{"tools", &selection.tools},
         {"resources", &selection.resources},
         {"prompts", &selection.prompts},
         {"subjects", &selection.subjects},
         {"tenants", &selection.tenants},
         {"groups", &selection.groups}}};
    for (const auto& [name, list] : lists) {
      const std::string key = at + "." + name;
      if (list->empty() && file_->says(key))
        refuse(key, "is an empty list, which selects nothing; name some, or remove the line");
    }
    for (const ItemKind kind : kKinds) {
      for (const std::string& pattern : patternsOf(selection, kind)) checkPattern(at + "." + sectionOf(kind), kind, pattern);
    }
    for (const std::string& name : unknown(selection.groups, parts_.groups))
      refuse(at + ".groups", "\"" + name + "\" is no group of the policy" + nearest(name, parts_.groups));
    for (const std::string& name : unknown(selection.tenants, parts_.tenants))
      refuse(at + ".tenants", "\"" + name + "\" is no tenant of the policy" + nearest(name, parts_.tenants));
    for (const std::string& name : unknown(selection.subjects, parts_.subjects))
      warn(*file_, at + ".subjects",
           "\"" + name + "\" is no subject that the policy declares" + nearest(name, parts_.subjects));
  }

  using Names = std::vector<std::string>;

  static Names unknown(const Names& names, const Names* known) {
    Names out;
    if (known == nullptr) return out;
    std::copy_if(names.begin(), names.end(), std::back_inserter(out),
                 [&](const std::string& name) { return std::find(known->begin(), known->end(), name) == known->end(); });
    return out;
  }

  static std::string nearest(const std::string& name, const Names* known) {
    const auto word = nearestWord(name, *known);
    return word ? "; did you mean " + *word + "?" : "";
  }

  void takeRule(const RuleConfig& from) {
    const std::string at = "rules." + from.name;
    if (!firstSaid(at)) return;
    LimitRule& rule = plan_->rules_.emplace_back();
    from_.push_back(file_);
    rule.name = from.name;
    rule.where = spot(*file_, at);
    rule.only = from.only;
    rule.except = from.except;
    for (Selection* selection : {&rule.only, &rule.except}) {
      for (auto* list : {&selection->subjects, &selection->tenants, &selection->groups})
        std::sort(list->begin(), list->end());
    }
    rule.concurrent = from.concurrent;
    rule.whenUnreachable = from.whenUnreachable == "open"    ? WhenUnreachable::Open
                           : from.whenUnreachable == "local" ? WhenUnreachable::Local
                                                             : WhenUnreachable::Closed;
    if (const auto rate = parseRate(from.rate)) rule.rate = *rate;  // the reader has refused what is none
    if (!rule.rate && rule.concurrent == 0)
      refuse(at, "limits nothing; give it a rate, for example rate: 30/m, or a cap, for example concurrent: 4");
    takeKey(at, from, rule);
    checkSelection(at + ".only", from.only);
    checkSelection(at + ".except", from.except);
    rule.leaseSeed = plan_->hash_("concurrent/" + rule.name);
    rule.rateSeed = plan_->hash_("rate/" + rule.name + "/" + (rule.rate ? toString(*rule.rate) : ""));
  }

  void takeKey(const std::string& at, const RuleConfig& from, LimitRule& rule) {
    static constexpr std::array<std::string_view, kKeyParts> kNames = {"subject", "tenant",  "group",
                                                                       "tool",    "service", "address"};
    for (const std::string& part : from.key) {
      const auto index = static_cast<std::size_t>(std::find(kNames.begin(), kNames.end(), part) - kNames.begin());
      const std::uint32_t bit = 1u << index;
      if ((rule.parts & bit) != 0) refuse(at + ".key", part + " stands here twice");
      rule.parts |= bit;
    }
    if (rule.has(KeyPart::Group) && rule.only.groups.empty())
      refuse(at + ".key", "a limit by group must name its groups, for example only: {groups: [release-team]}");
    if (std::set<std::string>(rule.only.groups.begin(), rule.only.groups.end()).size() != rule.only.groups.size())
      refuse(at + ".only.groups", "a group stands here twice");
  }

  void addItem(const LimitPlan::Item& from) {
    ItemLimits& item = plan_->items_.emplace_back();
    item.kind = from.kind;
    item.name = from.name;
    item.service = from.name.substr(0, from.name.find('/'));
    // A prompt may be called like a tool; no service's name holds a colon.
    item.nameKey = plan_->hash_(from.kind == ItemKind::Tool ? item.name : kWords[at(from.kind)] + (":" + item.name));
    item.serviceKey = plan_->hash_(item.service);
    const CostConfig* best = nullptr;
    const auto weight = [](const CostConfig& cost) { return std::pair(!isGlob(cost.pattern), cost.pattern.size()); };
    for (const CostConfig* cost : costs_) {
      if (cost->kind != item.kind || !matchesGlob(cost->pattern, item.name)) continue;
      if (best == nullptr || weight(*best) < weight(*cost)) best = cost;
    }
    if (best != nullptr) item.cost = best->cost;
  }

  void attach(const LimitRule& rule, const LimitsConfig& file) {
    bool used = false;
    for (ItemLimits& item : plan_->items_) {
      if (!selectsItem(rule, item)) continue;
      used = true;
      item.rules.push_back(&rule);
      if (rule.rate && item.cost > rule.rate->burst) {
        mismatch(file, "rules." + rule.name + ".rate",
               "a call of " + item.name + " costs " + std::to_string(item.cost) + ", more than the burst of " +
                   std::to_string(rule.rate->burst) + " ever holds, so it could never pass; write burst " +
                   std::to_string(item.cost) + " or more, or a lower cost");
      }
    }
    if (!used)
      mismatch(file, "rules." + rule.name,
             "selects no tool, resource or prompt, so it can never count; see its only and except");
  }

  void addCompletions() {
    const Key apart = plan_->hash_("completion");
    plan_->completions_.reserve(plan_->items_.size());
    for (ItemLimits& item : plan_->items_) {
      if (item.kind == ItemKind::Tool) continue;
      ItemLimits& completion = plan_->completions_.emplace_back(item);
      completion.apart = apart;
      item.completion = &completion;
    }
  }

  void checkTakes(const ItemLimits& item) {
    std::size_t takes = 0;
    for (const LimitRule* rule : item.rules) {
      const std::size_t keys = rule->has(KeyPart::Group) ? rule->only.groups.size() : 1;
      takes += keys * ((rule->rate ? 1u : 0u) + (rule->concurrent > 0 ? 1u : 0u));
    }
    if (takes <= kMostTakes) return;
    const LimitRule* last = item.rules.back();
    refuse(*from_[static_cast<std::size_t>(last - plan_->rules_.data())], "rules." + last->name,
           "a call of " + item.name + " could meet " + std::to_string(takes) + " limits; at most " +
               std::to_string(kMostTakes) + " are taken in one step, where each group of a limit by group is one");
  }

  PlanBuild finish() {
    const auto order = [&](const FileProblem& problem) {
      const auto file =
          std::find_if(parts_.files.begin(), parts_.files.end(), [&](const auto& f) { return f.file == problem.file; });
      return std::tuple(file, problem.problem.place.line, problem.problem.place.column);
    };
    for (std::vector<FileProblem>* list : {&problems_, &warnings_})
      std::stable_sort(list->begin(), list->end(), [&](const auto& a, const auto& b) { return order(a) < order(b); });
    return {std::move(plan_), std::move(problems_), std::move(warnings_)};
  }

  const LimitPlan::Parts& parts_;
  std::unique_ptr<LimitPlan> plan_;
  const LimitsConfig* file_ = nullptr;
  std::map<std::string, const LimitsConfig*> stated_;
  std::string store_ = "local";
  std::uint32_t maxKeys_ = LimitsConfig{}.maxKeys;
  std::vector<const CostConfig*> costs_;
  std::array<std::vector<std::string>, kItemKinds> known_;  // names by kind
  std::vector<const LimitsConfig*> from_;  // of plan_->rules_, one each
  std::vector<FileProblem> problems_, warnings_;
};

PlanBuild LimitPlan::build(const Parts& parts) { return PlanBuilder(parts).run(); }

std::string PlanBuild::text() const {
  std::string out;
  for (const std::vector<FileProblem>* list : {&problems, &warnings}) {
    for (const FileProblem& problem : *list) out += config::describe(problem.problem, problem.file) + "\n";
  }
  return out;
}

}  // namespace certus::limits
