#include "policy/rules/row_cache.h"

#include <utility>

namespace certus::rules {
namespace {

constexpr std::size_t kPerEntry = 128;  // of the table, beside row and key

std::size_t weightOf(const Row& row) { return row.bytes() + row.key().size() + kPerEntry; }

}  // namespace

RowCache::RowCache(std::shared_ptr<const Policy> policy, std::size_t maxBytes)
    : policy_(std::move(policy)), maxBytes_(maxBytes) {}

const std::shared_ptr<const Row>& RowCache::of(const Caller& caller) {
  policy_->identify(caller, identity_);
  policy_->keyOf(identity_, key_);
  if (const auto found = young_.rows.find(key_); found != young_.rows.end()) return found->second;
  if (const auto found = old_.rows.find(key_); found != old_.rows.end()) {
    auto row = std::move(found->second);
    old_.bytes -= weightOf(*row);
    old_.rows.erase(found);
    return keep(std::move(row));
  }
  return keep(policy_->row(identity_));
}

const std::shared_ptr<const Row>& RowCache::keep(std::shared_ptr<const Row> row) {
  const std::size_t weight = weightOf(*row);
  if (young_.bytes + weight > maxBytes_ / 2) old_ = std::exchange(young_, {});
  young_.bytes += weight;
  std::string key = row->key();
  return young_.rows.insert_or_assign(std::move(key), std::move(row)).first->second;
}

Standing RowCache::standing(const Caller& caller) {
  Standing out{of(caller), std::nullopt};
  if (caller.allowedTools) out.scope = policy_->scope(*caller.allowedTools);
  return out;
}

}  // namespace certus::rules
