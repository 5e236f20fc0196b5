#include "observability/call_table.h"

#include <algorithm>
#include <limits>

namespace certus::observability {

void CallCell::add(std::size_t outcome, std::chrono::nanoseconds duration) {
  grow(outcomes_[std::min(outcome, kMostOutcomes - 1)], 1);
  const auto bound = std::lower_bound(kDurationBounds.begin(), kDurationBounds.end(), duration);
  grow(buckets_[static_cast<std::size_t>(bound - kDurationBounds.begin())], 1);
  grow(nanoseconds_, static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0)));
}

CallTable::Cells& CallTable::cellsOf(std::string_view name) {
  auto found = cells_.find(name);
  if (found == cells_.end() && cells_.size() >= kMostNames) {
    name = "_other";
    found = cells_.find(name);
  }
  if (found == cells_.end()) found = cells_.emplace(std::string(name), Cells{}).first;
  return found->second;
}

void CallTable::declare(std::string_view name) {
  const std::lock_guard lock(mutex_);
  cellsOf(name);
}

CallCell& CallTable::cell(std::string_view name, unsigned thread) {
  const std::lock_guard lock(mutex_);
  auto& cell = cellsOf(name)[thread];
  if (!cell) cell = std::make_unique<CallCell>();
  return *cell;
}

void CallTable::collect(std::vector<prometheus::MetricFamily>& out) const {
  prometheus::MetricFamily counters{
      std::string(names_.counter), std::string(names_.counterHelp), prometheus::MetricType::Counter, {}};
  prometheus::MetricFamily durations{
      std::string(names_.histogram), std::string(names_.histogramHelp), prometheus::MetricType::Histogram, {}};
  const std::string label(names_.label);
  const std::lock_guard lock(mutex_);
  for (const auto& [name, cells] : cells_) {
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      prometheus::ClientMetric metric;
      metric.label = {{label, name}, {"outcome", std::string(outcomes_[i])}};
      for (const auto& [thread, cell] : cells)
        metric.counter.value += static_cast<double>(cell->outcomes_[i].load(std::memory_order_relaxed));
      counters.metric.push_back(std::move(metric));
    }
    prometheus::ClientMetric metric;
    metric.label = {{label, name}};
    std::uint64_t below = 0, nanoseconds = 0;
    for (std::size_t i = 0; i <= kDurationBounds.size(); ++i) {
      for (const auto& [thread, cell] : cells) below += cell->buckets_[i].load(std::memory_order_relaxed);
      const double bound = i < kDurationBounds.size() ? std::chrono::duration<double>(kDurationBounds[i]).count()
                                                      : std::numeric_limits<double>::infinity();
      metric.histogram.bucket.push_back({below, bound});
    }
    for (const auto& [thread, cell] : cells) nanoseconds += cell->nanoseconds_.load(std::memory_order_relaxed);
    metric.histogram.sample_count = below;
    metric.histogram.sample_sum = static_cast<double>(nanoseconds) / 1e9;
    durations.metric.push_back(std::move(metric));
  }
  out.push_back(std::move(counters));
  out.push_back(std::move(durations));
}

}  // namespace certus::observability
