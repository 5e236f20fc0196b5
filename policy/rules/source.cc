#include "policy/rules/source.h"

namespace certus::rules {

config::Place Source::placeOf(std::string path) const {
  while (true) {
    if (const auto found = places.find(path); found != places.end()) return found->second;
    const std::size_t cut = path.find_last_of(".[");
    if (cut == std::string::npos) return {};
    path.resize(cut);
  }
}

}  // namespace certus::rules
