#include "gateway/tools/parameter_headers.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace certus::gateway {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* kAnnotation = "x-mcp-header";

bool isToken(const std::string& text) {
  static const std::string kAllowed = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  return !text.empty() && text.find_first_not_of(kAllowed) == std::string::npos;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  return text;
}

std::string pathText(const std::vector<std::string>& path) {
  std::string text;
  for (const std::string& part : path) text += (text.empty() ? "" : ".") + part;
  return text.empty() ? "the root" : '"' + text + '"';
}

std::size_t countAnnotations(const Json& node) {
  std::size_t count = node.is_object() && node.contains(kAnnotation) ? 1 : 0;
  for (const Json& child : node) {
    if (child.is_structured()) count += countAnnotations(child);
  }
  return count;
}

class Finder {
 public:
  Result<void> visit(const Json& schema, std::vector<std::string>& path) {
    if (!schema.is_object()) return {};
    if (const auto annotation = schema.find(kAnnotation); annotation != schema.end()) {
      if (auto added = add(schema, *annotation, path); !added) return added;
    }
    const auto properties = schema.find("properties");
    if (properties == schema.end() || !properties->is_object()) return {};
    for (const auto& [name, child] : properties->items()) {
      path.push_back(name);
      if (auto inner = visit(child, path); !inner) return inner;
      path.pop_back();
    }
    return {};
  }

  std::vector<ParameterHeader> found;

 private:
  Result<void> add(const Json& schema, const Json& annotation, const std::vector<std::string>& path) {
    if (path.empty()) return fail(ErrorCode::InvalidArgument, "x-mcp-header may not stand on the root of the input schema");
    if (!annotation.is_string() || !isToken(annotation.get<std::string>())) {
      return fail(ErrorCode::InvalidArgument,
                  "x-mcp-header of " + pathText(path) + " must be an HTTP token such as \"Region\"");
    }
    const auto type = schema.value("type", Json());
    ParameterHeader header{annotation.get<std::string>(), path, ParameterHeader::Type::String};
    if (type == "integer")
      header.type = ParameterHeader::Type::Integer;
    else if (type == "boolean")
      header.type = ParameterHeader::Type::Boolean;
    else if (type != "string")
      return fail(ErrorCode::InvalidArgument,
                  "x-mcp-header of " + pathText(path) + " needs type string, integer or boolean");
    for (const ParameterHeader& other : found) {
      if (lower(other.header) != lower(header.header)) continue;
      return fail(ErrorCode::InvalidArgument,
                  "x-mcp-header \"" + header.header + "\" is used by " + pathText(other.path) + " and " + pathText(path));
    }
    found.push_back(std::move(header));
    return {};
  }
};

}  // namespace

Result<std::vector<ParameterHeader>> findParameterHeaders(const Json& inputSchema) {
  Finder finder;
  std::vector<std::string> path;
  if (auto visited = finder.visit(inputSchema, path); !visited) return tl::make_unexpected(visited.error());
  if (countAnnotations(inputSchema) != finder.found.size()) {
    return fail(ErrorCode::InvalidArgument,
                "x-mcp-header may stand only on properties that are reached through \"properties\" alone");
  }
  return std::move(finder.found);
}

}  // namespace certus::gateway
