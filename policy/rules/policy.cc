#include "policy/rules/policy.h"

#include <algorithm>

#include "policy/rules/glob.h"

namespace certus::rules {

const char* toString(Verdict verdict) {
  if (verdict == Verdict::Allowed) return "allow";
  if (verdict == Verdict::Hidden) return "hidden";
  return verdict == Verdict::Refused ? "refuse" : "confirm";
}

const char* toString(Remedy remedy) {
  if (remedy == Remedy::None) return "none";
  if (remedy == Remedy::Argument) return "argument";
  return remedy == Remedy::Scope ? "scope" : "confirmation";
}

std::size_t Row::bytes() const {
  return sizeof(Row) + cells_.capacity() * sizeof(Cell) + (candidates_.capacity() + listed_.capacity()) * sizeof(Id) +
         key_.capacity();
}

Policy::Policy(Parts parts) : parts_(std::move(parts)), byItem_(parts_.catalogue.size()) {
  for (Id i = 0; i < parts_.catalogue.size(); ++i) {
    const CatalogueItem& item = parts_.catalogue[i];
    items_[static_cast<std::size_t>(item.kind)].emplace(item.fullName(), i);
  }
  namedSubject_.resize(parts_.people.subjectCount());
  for (Id r = 0; r < parts_.rules.size(); ++r) {
    const Rule& rule = parts_.rules[r];
    rulesByName_.emplace(rule.name, r);
    for (const Id item : rule.items) byItem_[item].push_back(r);
    for (const Id subject : rule.who.subjects) namedSubject_[subject] = true;
  }
  for (Ids& about : byItem_) {
    std::stable_sort(about.begin(), about.end(),
                     [&](Id a, Id b) { return parts_.rules[a].effect < parts_.rules[b].effect; });
  }
}

std::optional<Id> Policy::item(ItemKind kind, std::string_view fullName) const {
  const auto& names = items_[static_cast<std::size_t>(kind)];
  const auto found = names.find(fullName);
  return found == names.end() ? std::nullopt : std::optional(found->second);
}

const Rule* Policy::rule(std::string_view name) const {
  const auto found = rulesByName_.find(name);
  return found == rulesByName_.end() ? nullptr : &parts_.rules[found->second];
}

Identity Policy::identify(const Caller& caller) const {
  Identity out;
  identify(caller, out);
  return out;
}

void Policy::identify(const Caller& caller, Identity& out) const {
  const People& people = parts_.people;
  out.subject = out.tenant = std::nullopt;
  out.groups.clear();
  if (const Subject* subject = people.subject(caller.subject)) {
    out.subject = subject->id;
    out.groups = subject->groups;
    out.tenant = subject->tenant;
  }
  if (!caller.tenant.empty()) out.tenant = people.tenant(caller.tenant);
  for (const std::string& name : caller.groups) {
    const auto group = people.group(name);
    if (group && people.groups()[*group].claimed) insertSorted(out.groups, *group);
  }
}

void Policy::keyOf(const Identity& caller, std::string& out) const {
  out.clear();
  const auto add = [&](Id id) { out.append(reinterpret_cast<const char*>(&id), sizeof id); };
  add(caller.subject && namedSubject_[*caller.subject] ? *caller.subject : Row::kNoRule);
  add(caller.tenant.value_or(Row::kNoRule));
  for (const Id group : caller.groups) add(group);
}

std::string Policy::keyOf(const Identity& caller) const {
  std::string out;
  keyOf(caller, out);
  return out;
}

std::shared_ptr<const Row> Policy::row(const Identity& caller) const {
  std::vector<bool> applies(parts_.rules.size());
  for (Id r = 0; r < parts_.rules.size(); ++r) applies[r] = parts_.rules[r].who.matches(caller);
  auto out = std::make_shared<Row>();
  out->key_ = keyOf(caller);
  out->cells_.reserve(byItem_.size());
  for (Id item = 0; item < byItem_.size(); ++item) {
    addCell(byItem_[item], applies, *out);
    if (out->shows(item) && parts_.catalogue[item].enabled) out->listed_.push_back(item);
  }
  return out;
}

// Rules that are certain without arguments end the list: an unconditional deny hides, an unconditional allow is the last
// that need be asked.
void Policy::addCell(const Ids& about, const std::vector<bool>& applies, Row& row) const {
  Row::Cell cell;
  cell.begin = cell.end = static_cast<std::uint32_t>(row.candidates_.size());
  bool grants = false, restricted = false;
  for (const Id r : about) {
    if (!applies[r]) continue;
    const Rule& rule = parts_.rules[r];
    if (rule.effect == Effect::Deny && rule.when.empty()) {
      row.candidates_.resize(cell.begin);
      cell.rule = r;
      return row.cells_.push_back(cell);
    }
    grants = grants || rule.effect != Effect::Deny;
    restricted = restricted || rule.effect != Effect::Allow || !rule.when.empty();
    row.candidates_.push_back(r);
    if (rule.effect == Effect::Allow && rule.when.empty()) {
      if (!restricted) {
        row.candidates_.resize(cell.begin);
        cell.state = Row::State::Allowed;
        cell.rule = r;
        return row.cells_.push_back(cell);
      }
      break;
    }
  }
  cell.end = static_cast<std::uint32_t>(row.candidates_.size());
  if (grants) {
    cell.state = Row::State::Conditional;
  } else {
    row.candidates_.resize(cell.begin);
    cell.end = cell.begin;
  }
  row.cells_.push_back(cell);
}

// A tool's name as clients call it stands for the tool alone: a prompt may have the same.
Scope Policy::scope(const std::vector<std::string>& allowedTools) const {
  const std::size_t items = parts_.catalogue.size();
  Scope out{std::vector<bool>(items), std::vector<bool>(items)};
  for (Id i = 0; i < items; ++i) {
    const CatalogueItem& item = parts_.catalogue[i];
    const bool isTool = item.kind == ItemKind::Tool;
    const bool within = std::any_of(allowedTools.begin(), allowedTools.end(), [&](const std::string& glob) {
      return (isTool && glob == item.exposed) || globMatches(glob, item.service, item.name);
    });
    if (!within) (isTool ? out.refused : out.hidden)[i] = true;
  }
  return out;
}

Standing Policy::standing(const Caller& caller) const {
  Standing out{row(identify(caller)), std::nullopt};
  if (caller.allowedTools) out.scope = scope(*caller.allowedTools);
  return out;
}

Decision Policy::decide(const Standing& standing, Id item, simdjson::dom::element arguments) const {
  return decide(*standing.row, standing.scope ? &*standing.scope : nullptr, item, arguments);
}

Decision Policy::decide(const Row& row, const Scope* scope, Id item, simdjson::dom::element arguments) const {
  const Row::Cell& cell = row.cell(item);
  if (cell.state == Row::State::Hidden)
    return {Verdict::Hidden, Remedy::None, cell.rule == Row::kNoRule ? nullptr : &parts_.rules[cell.rule]};
  if (scope && scope->hidden[item]) return {Verdict::Hidden, Remedy::Scope, nullptr};
  if (scope && scope->refused[item]) return {Verdict::Refused, Remedy::Scope, nullptr};
  if (cell.state == Row::State::Allowed) return {Verdict::Allowed, Remedy::None, &parts_.rules[cell.rule]};
  return weigh(row.candidates(cell), arguments);
}

// Deny, then confirm, then allow. A deny or the need to confirm applies unless a condition fails for certain; an allow, or
// the leave that a confirm gives, needs all of them to hold.
Decision Policy::weigh(std::span<const Id> candidates, simdjson::dom::element arguments) const {
  const Rule *confirm = nullptr, *grant = nullptr, *missed = nullptr;
  for (const Id id : candidates) {
    const Rule& rule = parts_.rules[id];
    if (rule.effect == Effect::Deny) {
      if (noneFails(rule.when, arguments)) return {Verdict::Refused, Remedy::Argument, &rule};
      continue;
    }
    if (rule.effect == Effect::Confirm && !confirm && noneFails(rule.when, arguments)) confirm = &rule;
    if (grant) {
      if (rule.effect == Effect::Allow) break;  // the confirms before it have all been seen
      continue;
    }
    if (allHold(rule.when, arguments)) {
      grant = &rule;
    } else if (!missed) {
      missed = &rule;
    }
  }
  if (!grant) return {Verdict::Refused, Remedy::Argument, missed};
  if (confirm) return {Verdict::Confirm, Remedy::Confirmation, confirm};
  return {Verdict::Allowed, Remedy::None, grant};
}

}  // namespace certus::rules
