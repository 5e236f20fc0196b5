#include "policy/limits/limits_config.h"

#include "config/shape_of.h"
#include "config/shape_reader.h"
#include "config/yaml_document.h"
#include "policy/limits/limits_shape.h"

namespace certus::limits {

bool LimitsConfig::says(std::string_view key) const { return places.contains(path + "." + std::string(key)); }

config::Place LimitsConfig::place(std::string_view key) const {
  std::string at = path + "." + std::string(key);
  while (true) {
    if (const auto found = places.find(at); found != places.end()) return found->second;
    const std::size_t dot = at.rfind('.');
    if (dot == std::string::npos) return {};
    at.resize(dot);
  }
}

std::string LimitsReading::text() const {
  std::string out;
  for (const config::Problem& problem : problems) out += config::describe(problem, config.file) + "\n";
  return out;
}

LimitsReading readLimits(std::string_view yaml, const std::string& file) {
  struct Whole {
    LimitsConfig limits;
  };
  config::ShapeOf<Whole> whole;
  whole.section("limits", limitsShape(), "How often.", [](Whole& w) -> LimitsConfig& { return w.limits; });
  LimitsReading out;
  Whole read;
  read.limits.file = file;
  config::Problems problems;
  if (const auto root = config::parseYaml(yaml, problems)) {
    config::ShapeReader(problems, read.limits.places).read(*root, whole.shape, "", &read);
  }
  out.config = std::move(read.limits);
  out.problems = problems.take();
  return out;
}

}  // namespace certus::limits
