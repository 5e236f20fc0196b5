// Tenants, groups and subjects of all files together, by number: what a caller is once its name is known.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/rules/finding.h"
#include "policy/rules/source.h"

namespace certus::rules {

using Id = std::uint32_t;
using Ids = std::vector<Id>;  // sorted, each once

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
template <class T>
using ByName = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

struct Group {
  std::string name, description;
  bool claimed = false;
};

struct Subject {
  Id id = 0;
  Ids groups;
  std::optional<Id> tenant;
};

class People {
 public:
  People() = default;
  People(const People&) = delete;
  People& operator=(const People&) = delete;
  People(People&&) = default;
  People& operator=(People&&) = default;

  // Merges in order; an empty group, an unknown name or two tenants of one subject are reported.
  static People merge(const std::vector<Source>& sources, std::vector<Finding>& findings);

  const std::vector<Group>& groups() const { return groups_; }
  const std::vector<std::string>& tenants() const { return tenants_; }
  const Subject* subject(std::string_view name) const;
  const Subject& subject(Id id) const { return *subjectsById_[id]; }
  std::size_t subjectCount() const { return subjectsById_.size(); }
  std::optional<Id> group(std::string_view name) const;
  std::optional<Id> tenant(std::string_view name) const;

  std::vector<std::string> groupNames() const;
  std::vector<std::string> subjectNames() const;  // sorted

 private:
  friend class PeopleMerge;
  std::vector<Group> groups_;
  std::vector<std::string> tenants_;
  ByName<Id> groupIds_, tenantIds_;
  ByName<Subject> subjects_;
  std::vector<const Subject*> subjectsById_;  // into subjects_, whose nodes stay where they are
};

void insertSorted(Ids& ids, Id id);

// "; did you mean X?", or what there is.
std::string suggestion(const std::string& word, const std::vector<std::string>& known);

}  // namespace certus::rules
