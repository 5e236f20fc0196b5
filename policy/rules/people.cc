#include "policy/rules/people.h"

#include <algorithm>

#include "base/nearest_word.h"

namespace certus::rules {

void insertSorted(Ids& ids, Id id) {
  const auto at = std::lower_bound(ids.begin(), ids.end(), id);
  if (at == ids.end() || *at != id) ids.insert(at, id);
}

std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  if (const auto nearest = nearestWord(word, known)) return "; did you mean " + *nearest + "?";
  if (known.empty()) return "; none is declared";
  std::string out = "; known: ";
  for (std::size_t i = 0; i < known.size() && i < 12; ++i) out += (i == 0 ? "" : ", ") + known[i];
  return known.size() > 12 ? out + ", ..." : out;
}

class PeopleMerge {
 public:
  PeopleMerge(People& people, std::vector<Finding>& findings) : people_(people), findings_(findings) {}

  void declare(const Source& source) {
    for (const TenantSource& tenant : source.tenants) {
      if (people_.tenantIds_.emplace(tenant.name, static_cast<Id>(people_.tenants_.size())).second)
        people_.tenants_.push_back(tenant.name);
    }
    for (const GroupSource& group : source.groups) {
      const auto [at, added] = people_.groupIds_.emplace(group.name, static_cast<Id>(people_.groups_.size()));
      if (added) people_.groups_.push_back({group.name, group.description, false});
      people_.groups_[at->second].claimed |= group.claimed;
    }
  }

  void fill(const Source& source) {
    for (const GroupSource& group : source.groups) {
      const Id id = *people_.group(group.name);
      for (const std::string& name : group.subjects) insertSorted(subject(name).groups, id);
    }
    for (const SubjectSource& each : source.subjects) fillSubject(source, each);
  }

  void refuseEmptyGroups(const std::vector<Source>& sources) {
    std::vector<bool> has(people_.groups_.size());
    for (const auto& [name, subject] : people_.subjects_) {
      for (const Id id : subject.groups) has[id] = true;
    }
    for (const Source& source : sources) {
      for (const GroupSource& group : source.groups) {
        const Id id = *people_.group(group.name);
        if (has[id] || people_.groups_[id].claimed) continue;
        report(
            source, "groups." + group.name,
            "has no members, so no rule about it can ever match; list its subjects, or write claimed: true if credentials "
            "name it");
      }
    }
  }

 private:
  Subject& subject(const std::string& name) {
    const auto [at, added] = people_.subjects_.try_emplace(name);
    if (added) {
      at->second.id = static_cast<Id>(people_.subjectsById_.size());
      people_.subjectsById_.push_back(&at->second);
    }
    return at->second;
  }

  void fillSubject(const Source& source, const SubjectSource& each) {
    const std::string path = "subjects." + each.name;
    Subject& entry = subject(each.name);
    for (std::size_t i = 0; i < each.groups.size(); ++i) {
      if (const auto id = people_.group(each.groups[i])) {
        insertSorted(entry.groups, *id);
      } else {
        report(source, path + ".groups[" + std::to_string(i) + "]",
               "no group " + each.groups[i] + suggestion(each.groups[i], people_.groupNames()));
      }
    }
    if (each.tenant.empty()) return;
    const auto id = people_.tenant(each.tenant);
    if (!id) {
      report(source, path + ".tenant", "no tenant " + each.tenant + suggestion(each.tenant, people_.tenants_));
    } else if (entry.tenant && *entry.tenant != *id) {
      report(source, path + ".tenant", "already has the tenant " + people_.tenants_[*entry.tenant] + "; a subject has one");
    } else {
      entry.tenant = *id;
    }
  }

  void report(const Source& source, const std::string& path, std::string message) {
    findings_.push_back({source.file, {source.placeOf(path), path, std::move(message)}});
  }

  People& people_;
  std::vector<Finding>& findings_;
};

People People::merge(const std::vector<Source>& sources, std::vector<Finding>& findings) {
  People out;
  PeopleMerge merge(out, findings);
  for (const Source& source : sources) merge.declare(source);
  for (const Source& source : sources) merge.fill(source);
  merge.refuseEmptyGroups(sources);
  return out;
}

const Subject* People::subject(std::string_view name) const {
  const auto found = subjects_.find(name);
  return found == subjects_.end() ? nullptr : &found->second;
}

std::optional<Id> People::group(std::string_view name) const {
  const auto found = groupIds_.find(name);
  return found == groupIds_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Id> People::tenant(std::string_view name) const {
  const auto found = tenantIds_.find(name);
  return found == tenantIds_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::string> People::groupNames() const {
  std::vector<std::string> out;
  for (const Group& group : groups_) out.push_back(group.name);
  return out;
}

std::vector<std::string> People::subjectNames() const {
  std::vector<std::string> out;
  for (const auto& [name, subject] : subjects_) out.push_back(name);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace certus::rules
