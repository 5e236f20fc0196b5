#include "config/free_json.h"

#include <nlohmann/json.hpp>

#include "config/rules.h"
#include "config/scalar.h"

namespace certus::config {
namespace {

using Json = nlohmann::ordered_json;

Json scalarJson(const Node& node, const std::string& path, Problems& problems) {
  if (node.quoted) return node.text;
  switch (looksLike(node.text)) {
    case Looks::Null: return nullptr;
    case Looks::Switch: return node.text == "true";
    case Looks::Decimal: return std::stod(node.text);
    case Looks::Integer: {
      const auto value = parseInteger(node.text);
      if (value) return *value;
      problems.add(node.place, path, value.error().message);
      return 0;
    }
    case Looks::OddSwitch:
      problems.add(node.place, path, parseSwitch(node.text).error().message + ", or put it in quotes if it is a text");
      return false;
    case Looks::OddNumber:
      problems.add(
          node.place, path,
          "\"" + node.text +
              "\" is a number to some YAML readers and a text to others; write a plain decimal number, or put it in quotes");
      return 0;
    case Looks::Text: return node.text;
  }
  return node.text;
}

bool holdsUserInfo(const std::string& text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string::npos) return false;
  const std::size_t end = text.find_first_of("/?#", scheme + 3);
  return text.substr(scheme + 3, end == std::string::npos ? end : end - scheme - 3).find('@') != std::string::npos;
}

Json toJson(const Node& node, const std::string& path, Problems& problems) {
  switch (node.kind) {
    case Node::Kind::Null: return nullptr;
    case Node::Kind::Scalar:
      if (holdsUserInfo(node.text)) {
        problems.add(node.place, path,
                     "user name or password inside a URL; a secret must not stand in this file. Declare the address under "
                     "services: with a credential");
        return nullptr;
      }
      return scalarJson(node, path, problems);
    case Node::Kind::List: {
      Json out = Json::array();
      for (std::size_t i = 0; i < node.items.size(); ++i)
        out.push_back(toJson(node.items[i], path + "[" + std::to_string(i) + "]", problems));
      return out;
    }
    case Node::Kind::Map: break;
  }
  Json out = Json::object();
  for (const Entry& entry : node.entries) {
    const std::string at = path + "." + entry.key;
    if (namesSecret(entry.key) && entry.value.kind == Node::Kind::Scalar) {
      problems.add(entry.place, at,
                   "a secret must not stand in this file; modules get none, the gateway sends a service's credential: "
                   "services.<name>.credential: {env: NAME_OF_A_VARIABLE} or {file: /path/to/file}");
      continue;
    }
    out[entry.key] = toJson(entry.value, at, problems);
  }
  return out;
}

}  // namespace

std::string freeJson(const Node& node, const std::string& path, Problems& problems) {
  return toJson(node, path, problems).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace certus::config
