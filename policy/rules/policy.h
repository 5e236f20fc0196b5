// A compiled policy: immutable, shared by all threads. It decides; it asks nobody. config: compiler.h makes it.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "policy/rules/catalogue.h"
#include "policy/rules/people.h"
#include "policy/rules/rule.h"

namespace certus::rules {

// Who calls, as identity found out. Borrowed.
struct Caller {
  std::string_view subject, tenant;     // tenant: "" when the credential names none
  std::span<const std::string> groups;  // named by the credential; only groups that are claimed: true count
  const std::vector<std::string>* allowedTools = nullptr;  // globs the credential is narrowed to; null: not
};

enum class Verdict : std::uint8_t {
  Allowed,
  Hidden,   // no rule could allow this caller the item, or its credential is for others: as if it did not exist
  Refused,  // listed, but not like this: say rule and remedy
  Confirm,  // allowed once the person has said yes to just this call
};
enum class Remedy : std::uint8_t { None, Argument, Scope, Confirmation };
const char* toString(Verdict verdict);
const char* toString(Remedy remedy);

struct Decision {
  Verdict verdict = Verdict::Hidden;
  Remedy remedy = Remedy::None;
  const Rule* rule = nullptr;  // that decided; null: none speaks for the caller. Lives as long as the policy
};

// What all callers of one set of groups, tenant and named subject may do, decided as far as it can be without arguments.
class Row {
 public:
  enum class State : std::uint8_t { Hidden, Allowed, Conditional };
  struct Cell {
    State state = State::Hidden;
    Id rule = kNoRule;                 // Hidden by that deny; Allowed by that rule
    std::uint32_t begin = 0, end = 0;  // Conditional: candidates() in that range, stronger first
  };
  static constexpr Id kNoRule = ~Id{0};

  const Cell& cell(Id item) const { return cells_[item]; }
  std::span<const Id> candidates(const Cell& cell) const { return {candidates_.data() + cell.begin, cell.end - cell.begin}; }
  bool shows(Id item) const { return cells_[item].state != State::Hidden; }
  bool denies(Id item) const { return !shows(item) && cells_[item].rule != kNoRule; }  // by a rule, whatever the arguments
  const std::vector<Id>& listed() const { return listed_; }  // enabled items that are not hidden, in catalogue order
  const std::string& key() const { return key_; }            // equal for equal rows of one policy: a cache key for lists
  std::size_t bytes() const;

 private:
  friend class Policy;
  std::vector<Cell> cells_;
  std::vector<Id> candidates_, listed_;
  std::string key_;
};

// What a credential's allowed_tools leave out, by item. A tool outside is listed and refused, so that its caller can ask for
// a wider credential; a resource or prompt outside is hidden.
struct Scope {
  std::vector<bool> refused, hidden;
};

// A caller as the policy sees it: kept beside the verified credential, valid for this policy only. What
// row->... hands out lives as long as the row.
struct Standing {
  std::shared_ptr<const Row> row;
  std::optional<Scope> scope;  // nullopt: not narrowed

  bool shows(Id item) const { return row->shows(item) && !(scope && scope->hidden[item]); }
};

class Policy {
 public:
  struct Parts {
    Catalogue catalogue;
    People people;
    std::vector<Rule> rules;  // in the order of files
    std::string digest;       // SHA-256 in hex over all rules and people
  };
  explicit Policy(Parts parts);
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;

  const Catalogue& catalogue() const { return parts_.catalogue; }
  const People& people() const { return parts_.people; }
  const std::vector<Rule>& rules() const { return parts_.rules; }
  const std::string& digest() const { return parts_.digest; }

  std::optional<Id> item(ItemKind kind, std::string_view fullName) const;  // "trust/verify"
  const Rule* rule(std::string_view name) const;
  const Ids& rulesAbout(Id item) const { return byItem_[item]; }  // deny, confirm, allow; each in order

  Identity identify(const Caller& caller) const;
  void identify(const Caller& caller, Identity& out) const;  // reuses what `out` holds
  std::string keyOf(const Identity& caller) const;           // equal for callers that share a row
  void keyOf(const Identity& caller, std::string& out) const;
  std::shared_ptr<const Row> row(const Identity& caller) const;  // made anew; use RowCache on a call's path
  Scope scope(const std::vector<std::string>& allowedTools) const;
  Standing standing(const Caller& caller) const;

  // `arguments`: the call's object; of resources and prompts anything. Allocates nothing.
  Decision decide(const Standing& standing, Id item, simdjson::dom::element arguments) const;
  Decision decide(const Row& row, const Scope* scope, Id item, simdjson::dom::element arguments) const;

 private:
  Decision weigh(std::span<const Id> candidates, simdjson::dom::element arguments) const;
  void addCell(const Ids& about, const std::vector<bool>& applies, Row& row) const;

  Parts parts_;
  std::vector<Ids> byItem_;
  std::vector<bool> namedSubject_;  // by subject: some rule names it, so it has a row of its own
  ByName<Id> items_[3];
  ByName<Id> rulesByName_;
};

}  // namespace certus::rules
