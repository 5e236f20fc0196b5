#include "policy/identity/readings.h"

#include "config/yaml_document.h"

namespace certus::identity {

void readShaped(std::string_view yaml, const config::Shape& shape, void* target, Places& places,
                config::Problems& problems) {
  if (const auto root = config::parseYaml(yaml, problems)) {
    config::ShapeReader(problems, places).read(*root, shape, "", target);
  }
}

config::Place placeOf(const Places& places, std::string_view path) {
  while (true) {
    if (const auto found = places.find(path); found != places.end()) return found->second;
    const std::size_t dot = path.rfind('.');
    if (dot == std::string_view::npos) return {};
    path = path.substr(0, dot);
  }
}

}  // namespace certus::identity
