#include "config/gateway/gateway_config.h"

#include <algorithm>

namespace certus::config {

const Module* Gateway::module(std::string_view name) const {
  const auto found = std::find_if(modules.begin(), modules.end(), [&](const Module& m) { return m.name == name; });
  return found == modules.end() ? nullptr : &*found;
}

const Service* Gateway::service(std::string_view name) const {
  const auto found = std::find_if(services.begin(), services.end(), [&](const Service& s) { return s.name == name; });
  return found == services.end() ? nullptr : &*found;
}

std::string Gateway::where(std::string_view path) const {
  while (true) {
    if (const auto found = places.find(path); found != places.end()) {
      const Place& place = found->second;
      if (!place.variable.empty()) return "environment variable " + place.variable;
      return file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
    }
    const std::size_t dot = path.rfind('.');
    if (dot == std::string_view::npos) return file;
    path = path.substr(0, dot);
  }
}

}  // namespace certus::config
