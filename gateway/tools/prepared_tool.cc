#include "gateway/tools/prepared_tool.h"

#include <set>

#include <nlohmann/json.hpp>

#include "gateway/tools/schema_portability.h"
#include "gateway/tools/schema_projection.h"

namespace certus::gateway {
namespace {

using Json = nlohmann::ordered_json;

// Keeps the numbers and escapes of the text, drops its line breaks.
Result<std::string> oneLine(std::string_view text) {
  std::string line(text.size(), '\0');
  std::size_t size = 0;
  if (simdjson::minify(text.data(), text.size(), line.data(), size)) return fail(ErrorCode::InvalidArgument, "is not JSON");
  line.resize(size);
  return line;
}

Result<Json> parse(const std::string& text, const char* what) {
  std::vector<std::set<std::string>> names;
  std::string repeated;
  const auto watch = [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end) names.pop_back();
    if (event == Json::parse_event_t::key && !names.back().insert(value.get<std::string>()).second)
      repeated = value.get<std::string>();
    return true;
  };
  Json json = Json::parse(text, watch, false);
  if (json.is_discarded()) return fail(ErrorCode::InvalidArgument, std::string(what) + " is not valid JSON");
  if (!repeated.empty())
    return fail(ErrorCode::InvalidArgument, std::string(what) + " has the name \"" + repeated + "\" twice in one object");
  return json;
}

Result<void> prepareInput(PreparedTool& tool) {
  const std::string& text = tool.descriptor->inputSchema;
  auto json = parse(text, "inputSchema");
  if (!json) return tl::make_unexpected(json.error());
  if (auto portable = checkPortability(*json); !portable)
    return fail(ErrorCode::InvalidArgument, "inputSchema " + portable.error().message);
  if (const std::string warning = portabilityWarning(*json); !warning.empty()) tool.warning = "inputSchema " + warning;
  auto headers = findParameterHeaders(*json);
  if (!headers) return fail(ErrorCode::InvalidArgument, "inputSchema: " + headers.error().message);
  auto compiled = CompiledSchema::compile(text);
  if (!compiled) return fail(ErrorCode::InvalidArgument, "inputSchema: " + compiled.error().message);
  auto line = oneLine(text);
  if (!line) return fail(ErrorCode::InvalidArgument, "inputSchema " + line.error().message);
  // Some clients want the member even when a tool takes nothing.
  if (!json->contains("properties")) line->insert(line->size() - 1, ",\"properties\":{}");
  const Json projected = withoutBooleanSchemas(*json);
  tool.inputText = *line;
  tool.legacyInputText = projected == *json ? *line : projected.dump();
  tool.parameterHeaders = std::move(*headers);
  tool.input = std::move(*compiled);
  return {};
}

Result<void> prepareOutput(PreparedTool& tool) {
  const std::string& text = tool.descriptor->outputSchema;
  if (text.empty()) return {};
  auto json = parse(text, "outputSchema");
  if (!json) return tl::make_unexpected(json.error());
  auto compiled = CompiledSchema::compile(text);
  if (!compiled) return fail(ErrorCode::InvalidArgument, "outputSchema: " + compiled.error().message);
  auto line = oneLine(text);
  if (!line) return fail(ErrorCode::InvalidArgument, "outputSchema " + line.error().message);
  tool.wrapsOutput = !json->is_object() || json->value("type", Json()) != "object";
  const Json projected = tool.wrapsOutput ? wrappedAsResult(*json) : withoutBooleanSchemas(*json);
  tool.outputText = *line;
  tool.legacyOutputText = projected == *json ? *line : projected.dump();
  tool.output = std::move(*compiled);
  return {};
}

Result<std::string> prepareExtra(const std::string& text, const char* what, Json::value_t wanted) {
  if (text.empty()) return std::string();
  auto json = parse(text, what);
  if (!json) return tl::make_unexpected(json.error());
  if (json->type() != wanted)
    return fail(ErrorCode::InvalidArgument,
                std::string(what) + " must be a JSON " + (wanted == Json::value_t::array ? "array" : "object"));
  return json->dump();
}

}  // namespace

Result<PreparedTool> prepareTool(const ToolDescriptor& descriptor) {
  PreparedTool tool;
  tool.descriptor = &descriptor;
  if (descriptor.description.empty())
    return fail(ErrorCode::InvalidArgument, "has no description; a model chooses tools by it, and clients require it");
  if (auto done = prepareInput(tool); !done) return tl::make_unexpected(done.error());
  if (auto done = prepareOutput(tool); !done) return tl::make_unexpected(done.error());
  auto meta = prepareExtra(descriptor.meta, "_meta", Json::value_t::object);
  if (!meta) return tl::make_unexpected(meta.error());
  auto icons = prepareExtra(descriptor.icons, "icons", Json::value_t::array);
  if (!icons) return tl::make_unexpected(icons.error());
  tool.metaText = std::move(*meta);
  tool.iconsText = std::move(*icons);
  return tool;
}

}  // namespace certus::gateway
