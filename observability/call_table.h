// Counters of calls by name and outcome, with a duration histogram: one plain cell per name and thread, folded when they
// are read. Adding costs a few nanoseconds and no lock; a cell has one writing thread.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/metric_family.h>

namespace certus::observability {

constexpr std::size_t kMostOutcomes = 16;
constexpr std::array<std::chrono::nanoseconds, 18> kDurationBounds = [] {
  using namespace std::chrono_literals;
  return std::array<std::chrono::nanoseconds, 18>{100us, 250us, 500us, 1ms,    2500us, 5ms, 10ms, 25ms, 50ms,
                                                  100ms, 250ms, 500ms, 1000ms, 2500ms, 5s,  10s,  30s,  60s};
}();

class CallCell {
 public:
  void add(std::size_t outcome, std::chrono::nanoseconds duration);  // by its one thread

 private:
  friend class CallTable;
  using Count = std::atomic<std::uint64_t>;
  static void grow(Count& count, std::uint64_t by) {
    count.store(count.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  std::array<Count, kMostOutcomes> outcomes_{};
  std::array<Count, kDurationBounds.size() + 1> buckets_{};  // not cumulative
  Count nanoseconds_{0};
};

struct CallTableNames {
  std::string_view counter, counterHelp, histogram, histogramHelp;
  std::string_view label;  // "tool"
};

class CallTable {
 public:
  static constexpr std::size_t kMostNames = 2'000;  // further ones are counted under "_other"

  CallTable(CallTableNames names, std::vector<std::string_view> outcomes) : names_(names), outcomes_(std::move(outcomes)) {}

  void declare(std::string_view name);  // shows it with zeros, so that the first call is seen as an increase
  CallCell& cell(std::string_view name, unsigned thread);  // for the thread's own cache; takes a lock
  void collect(std::vector<prometheus::MetricFamily>& out) const;

 private:
  using Cells = std::map<unsigned, std::unique_ptr<CallCell>>;
  Cells& cellsOf(std::string_view name);

  CallTableNames names_;
  std::vector<std::string_view> outcomes_;
  mutable std::mutex mutex_;
  std::map<std::string, Cells, std::less<>> cells_;
};

}  // namespace certus::observability
