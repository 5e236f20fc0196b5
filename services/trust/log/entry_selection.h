// Which entries a filter means, as SQL whose cost is that of the answer: every filter and every pair of them walks an index
// in the order that is asked for. Text only; entry.h runs it.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "services/trust/log/entry.h"

namespace certus::trust_service {

// A block is 1024 entries that follow each other; time_blocks knows its earliest and its latest time. The integrated times
// nearly rise with the index, but a clock may have been set back.
inline constexpr int kTimeBlockBits = 10;

struct Selection {
  std::string sql;
  std::vector<std::variant<std::int64_t, std::string_view>> values;  // in the order of their numbers; text is the filter's
};

// Selects leaf_index, ordered, cut to the filter's limit.
Selection selectionOf(const EntryFilter& filter);
// Selects one number: how many entries match whatever the page, but no more than `cap`.
Selection countOf(const EntryFilter& filter, std::uint64_t cap);

}  // namespace certus::trust_service
