#include "observability/metrics.h"

#include <limits>

#include <prometheus/text_serializer.h>

#include "observability/metric_names.h"

namespace certus::observability {
namespace {

std::vector<prometheus::ClientMetric::Label> labelsOf(const std::map<std::string, std::string>& labels) {
  std::vector<prometheus::ClientMetric::Label> out;
  for (const auto& [name, value] : labels) out.push_back({name, value});
  return out;
}

}  // namespace

Metrics::Metrics(std::vector<std::string_view> outcomes)
    : calls_({names::kCalls, "Tool calls by exposed tool name and outcome.", names::kCallDuration,
              "Seconds from the whole request to the whole answer of a tool call.", "tool"},
             outcomes),
      requests_({names::kRequests, "MCP requests by JSON-RPC method and outcome.", names::kRequestDuration,
                 "Seconds from the whole request to the whole answer, by method.", "method"},
                outcomes) {}

void Metrics::source(std::string_view name, MetricKind kind, std::string_view help,
                     std::function<std::vector<Sample>()> read) {
  const bool counter = kind == MetricKind::Counter;
  const prometheus::MetricFamily empty{
      std::string(name), std::string(help), counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge, {}};
  const std::lock_guard lock(mutex_);
  sources_.push_back([empty, counter, read = std::move(read)] {
    prometheus::MetricFamily family = empty;
    for (const Sample& sample : read()) {
      prometheus::ClientMetric metric;
      metric.label = labelsOf(sample.labels);
      (counter ? metric.counter.value : metric.gauge.value) = sample.value;
      family.metric.push_back(std::move(metric));
    }
    return family;
  });
}

void Metrics::histogram(std::string_view name, std::string_view help, std::vector<double> bounds,
                        std::function<std::vector<HistogramSample>()> read) {
  const prometheus::MetricFamily empty{std::string(name), std::string(help), prometheus::MetricType::Histogram, {}};
  const std::lock_guard lock(mutex_);
  sources_.push_back([empty, bounds = std::move(bounds), read = std::move(read)] {
    prometheus::MetricFamily family = empty;
    for (const HistogramSample& sample : read()) {
      prometheus::ClientMetric metric;
      metric.label = labelsOf(sample.labels);
      for (std::size_t i = 0; i < sample.buckets.size(); ++i) {
        metric.histogram.sample_count += sample.buckets[i];
        metric.histogram.bucket.push_back(
            {metric.histogram.sample_count, i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity()});
      }
      metric.histogram.sample_sum = sample.sum;
      family.metric.push_back(std::move(metric));
    }
    return family;
  });
}

std::string Metrics::text() const {
  std::vector<prometheus::MetricFamily> families;
  calls_.collect(families);
  requests_.collect(families);
  const std::lock_guard lock(mutex_);
  for (const Collect& collect : sources_) {
    if (auto family = collect(); !family.metric.empty()) families.push_back(std::move(family));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace certus::observability
