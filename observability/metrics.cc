#include "observability/metrics.h"

#include <prometheus/text_serializer.h>

#include "observability/metric_names.h"

namespace certus::observability {

Metrics::Metrics(std::vector<std::string_view> outcomes)
    : calls_({names::kCalls, "Tool calls by exposed tool name and outcome.", names::kCallDuration,
              "Seconds from the whole request to the whole answer of a tool call.", "tool"},
             outcomes),
      requests_({names::kRequests, "MCP requests by JSON-RPC method and outcome.", names::kRequestDuration,
                 "Seconds from the whole request to the whole answer, by method.", "method"},
                outcomes) {}

void Metrics::source(std::string_view name, MetricKind kind, std::string_view help, std::function<std::vector<Sample>()> read) {
  const std::lock_guard lock(mutex_);
  sources_.push_back({std::string(name), std::string(help), kind, std::move(read)});
}

std::string Metrics::text() const {
  std::vector<prometheus::MetricFamily> families;
  calls_.collect(families);
  requests_.collect(families);
  const std::lock_guard lock(mutex_);
  for (const Source& source : sources_) {
    const bool counter = source.kind == MetricKind::Counter;
    prometheus::MetricFamily family{source.name, source.help, counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge, {}};
    for (const Sample& sample : source.read()) {
      prometheus::ClientMetric metric;
      for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
      (counter ? metric.counter.value : metric.gauge.value) = sample.value;
      family.metric.push_back(std::move(metric));
    }
    if (!family.metric.empty()) families.push_back(std::move(family));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace certus::observability
