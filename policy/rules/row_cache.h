// The rows of a policy that callers shared lately, capped in bytes. Not thread-safe: one a thread, made anew with the
// policy.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "policy/rules/policy.h"

namespace certus::rules {

class RowCache {
 public:
  explicit RowCache(std::shared_ptr<const Policy> policy, std::size_t maxBytes = 8u << 20);

  const std::shared_ptr<const Row>& of(const Caller& caller);  // valid until the next call
  Standing standing(const Caller& caller);

  const Policy& policy() const { return *policy_; }
  std::size_t bytes() const { return young_.bytes + old_.bytes; }  // at most maxBytes, or one row
  std::size_t size() const { return young_.rows.size() + old_.rows.size(); }

 private:
  // Two generations: when the young one is half the cap, it becomes the old one; what is asked for again moves back.
  struct Generation {
    ByName<std::shared_ptr<const Row>> rows;
    std::size_t bytes = 0;
  };
  const std::shared_ptr<const Row>& keep(std::shared_ptr<const Row> row);

  std::shared_ptr<const Policy> policy_;
  std::size_t maxBytes_;
  Generation young_, old_;
  Identity identity_;
  std::string key_;
};

}  // namespace certus::rules
