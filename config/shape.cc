#include "config/shape.h"

#include "config/shape_of.h"

namespace certus::config {

const Field* Shape::find(std::string_view key) const {
  for (const Field& field : fields) {
    if (field.key == key) return &field;
  }
  return nullptr;
}

std::vector<std::string> Shape::keys() const {
  std::vector<std::string> out;
  for (const Field& field : fields) out.push_back(field.key);
  return out;
}

std::string showInteger(std::int64_t value) { return std::to_string(value); }

std::string showSeconds(Milliseconds value) {
  std::string out = std::to_string(value.count() / 1000);
  if (const auto rest = value.count() % 1000; rest != 0) {
    std::string fraction = std::to_string(1000 + rest).substr(1);
    while (fraction.back() == '0') fraction.pop_back();
    out += "." + fraction;
  }
  return out;
}

std::string showText(const std::string& value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace certus::config
