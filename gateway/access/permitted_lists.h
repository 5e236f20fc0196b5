// The lists of callers: from the catalogue's finished entries those that the policy shows them. Kept per route, revision and
// row, capped in bytes; what a narrow credential hides is left out each time. Used on one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "gateway/call/revision.h"
#include "gateway/tools/route.h"
#include "policy/rules/policy.h"

namespace certus::gateway {

enum class ListName : std::uint8_t { Tools, Prompts, Resources, Templates };

// One list for callers alike. A page is a whole result but for its end: `nextCursor`, if another follows, and the tail.
struct PermittedList {
  std::string digest;              // of its content: what a cursor is bound to
  std::vector<std::string> pages;  // at least one; "{"tools":[...]"
};

class PermittedLists {
 public:
  explicit PermittedLists(std::size_t maxBytes = 4u << 20) : maxBytes_(maxBytes) {}

  // `standing` and `route` are of the one generation that owns this.
  std::shared_ptr<const PermittedList> of(const Route& route, Revision revision, ListName name,
                                          const rules::Standing& standing, std::size_t pageSize);
  std::size_t bytes() const { return bytes_; }

 private:
  using Key = std::tuple<const Route*, Revision, ListName, const rules::Row*>;
  struct Entry {
    std::shared_ptr<const rules::Row> row;  // so that its address means it
    std::shared_ptr<const PermittedList> list;
  };
  std::size_t maxBytes_, bytes_ = 0;
  std::map<Key, Entry> entries_;
};

}  // namespace certus::gateway
