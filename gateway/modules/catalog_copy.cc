#include "gateway/modules/catalog_copy.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "gateway/modules/abi_view.h"

namespace certus::gateway {
namespace {

enum class Json : std::uint8_t { Object, Array };

class Copier {
 public:
  Copier(const CatalogCaps& caps, std::vector<std::string>& problems) : caps_(caps), problems_(problems) {}

  void tools(const certus_catalog& catalog, std::vector<ToolDescriptor>& out) {
    each("tool", catalog.tools, catalog.tool_count, [&](const certus_tool& raw) {
      begin("tool", view(raw.name));
      if (!isToolName(view(raw.name))) bad("its name must be 1 to 64 of A-Z a-z 0-9 _ -");
      ToolDescriptor tool;
      tool.name = text(raw.name, "name");
      tool.title = text(raw.title, "title");
      tool.description = text(raw.description, "description");
      if (tool.description.empty()) bad("it has no description: a model chooses by it");
      tool.inputSchema = json(raw.input_schema, "input_schema", Json::Object, caps_.maxSchema);
      if (tool.inputSchema.empty()) bad(R"(it has no input_schema: at least {"type":"object","properties":{},"additionalProperties":false})");
      tool.outputSchema = json(raw.output_schema, "output_schema", Json::Object, caps_.maxSchema);
      tool.meta = json(raw.meta, "meta", Json::Object, caps_.maxText);
      tool.icons = json(raw.icons, "icons", Json::Array, caps_.maxText);
      tool.readOnly = hint(raw.read_only, "read_only");
      tool.destructive = hint(raw.destructive, "destructive");
      tool.idempotent = hint(raw.idempotent, "idempotent");
      tool.openWorld = hint(raw.open_world, "open_world");
      tool.requiredCapabilities = raw.requires_caps;
      if ((raw.requires_caps & ~7u) != 0) bad("requires_caps has a bit that this gateway does not know");
      tool.timeoutMs = raw.timeout_ms;
      tool.longRunning = raw.long_running != 0;
      keep(out, std::move(tool));
    });
  }

  void resources(const certus_catalog& catalog, std::vector<ResourceDescriptor>& out) {
    each("resource", catalog.resources, catalog.resource_count, [&](const certus_resource& raw) {
      begin("resource", view(raw.uri));
      ResourceDescriptor resource;
      resource.uri = text(raw.uri, "uri");
      if (resource.uri.find(':') == std::string::npos) bad("its uri has no scheme, as in \"certus://trust/policy\"");
      resource.name = text(raw.name, "name");
      if (resource.name.empty()) bad("it has no name");
      resource.title = text(raw.title, "title");
      resource.description = text(raw.description, "description");
      resource.mimeType = text(raw.mime_type, "mime_type");
      resource.meta = json(raw.meta, "meta", Json::Object, caps_.maxText);
      resource.isTemplate = raw.is_template != 0;
      keep(out, std::move(resource));
    });
  }

  void prompts(const certus_catalog& catalog, std::vector<PromptDescriptor>& out) {
    each("prompt", catalog.prompts, catalog.prompt_count, [&](const certus_prompt& raw) {
      const std::string name(view(raw.name));
      begin("prompt", name);
      if (!isToolName(name)) bad("its name must be 1 to 64 of A-Z a-z 0-9 _ -");
      PromptDescriptor prompt;
      prompt.name = text(raw.name, "name");
      prompt.title = text(raw.title, "title");
      prompt.description = text(raw.description, "description");
      const bool fine = good_;
      each("argument", raw.arguments, raw.argument_count, [&](const certus_prompt_argument& argument) {
        begin("argument", view(argument.name));
        if (argument.name.size == 0) bad("it has no name");
        PromptArgument copied;
        copied.name = text(argument.name, "name");
        copied.title = text(argument.title, "title");
        copied.description = text(argument.description, "description");
        copied.required = argument.required != 0;
        keep(prompt.arguments, std::move(copied));
      });
      begin("prompt", name);
      good_ = fine;
      keep(out, std::move(prompt));
    });
  }

  std::string instructions(certus_str raw) {
    begin("instructions", {});
    return text(raw, "instructions");
  }

 private:
  // Walks an array by its first element's stride.
  template <class T, class Take>
  void each(std::string_view kind, const T* first, std::uint32_t count, Take take) {
    if (count == 0) return;
    begin(kind, "*");
    if (first == nullptr) return bad("the count is not zero but there is no array");
    if (count > caps_.maxEntries) return bad(fmt::format("{} of them; at most {} are allowed", count, caps_.maxEntries));
    if (first->size < sizeof(std::uint32_t) * 2 || first->size % alignof(T) != 0) return bad("`size` of the first element is not set");
    for (std::uint32_t i = 0; i < count; ++i) {
      T raw = readElement(first, i);
      begin(kind, fmt::format("#{}", i));
      if (reinterpret_cast<const T*>(reinterpret_cast<const char*>(first) + std::size_t{first->size} * i)->size != first->size) {
        return bad("its `size` differs from the first element's, which is the stride");
      }
      take(raw);
    }
  }

  void begin(std::string_view kind, std::string_view name) {
    const bool printable = name.size() <= 80 && simdjson::validate_utf8(name.data(), name.size());
    where_ = fmt::format("{} '{}'", kind, printable ? name : "?");
    good_ = true;
  }
  void bad(std::string what) {
    problems_.push_back(where_ + ": " + std::move(what));
    good_ = false;
  }

  std::string text(certus_str raw, std::string_view field) { return capped(raw, field, caps_.maxText); }

  std::string capped(certus_str raw, std::string_view field, std::size_t most) {
    const std::string_view value = view(raw);
    if (value.size() > most) {
      bad(fmt::format("{} has {} bytes; at most {} are allowed", field, value.size(), most));
      return {};
    }
    if (!simdjson::validate_utf8(value.data(), value.size())) {
      bad(fmt::format("{} is not UTF-8", field));
      return {};
    }
    return std::string(value);
  }

  std::string json(certus_str raw, std::string_view field, Json kind, std::size_t most) {
    std::string value = capped(raw, field, most);
    if (value.empty()) return value;
    simdjson::dom::element root;
    const bool parsed = parser_.parse(value).get(root) == simdjson::SUCCESS;
    if (!parsed || (kind == Json::Object ? !root.is_object() : !root.is_array())) {
      bad(fmt::format("{} is not a JSON {}", field, kind == Json::Object ? "object" : "array"));
      return {};
    }
    return value;
  }

  std::int8_t hint(std::uint8_t raw, std::string_view field) {
    if (raw > CERTUS_YES) bad(fmt::format("{} is none of CERTUS_UNSAID, CERTUS_NO, CERTUS_YES", field));
    return static_cast<std::int8_t>(static_cast<int>(raw) - 1);
  }

  static bool isToolName(std::string_view name) {
    return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char each) {
      return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9') || each == '_' || each == '-';
    });
  }

  static const std::string& key(const ToolDescriptor& row) { return row.name; }
  static const std::string& key(const ResourceDescriptor& row) { return row.uri; }
  static const std::string& key(const PromptDescriptor& row) { return row.name; }
  static const std::string& key(const PromptArgument& row) { return row.name; }

  template <class Row>
  void keep(std::vector<Row>& rows, Row row) {
    const bool twice = std::any_of(rows.begin(), rows.end(), [&](const Row& other) { return key(other) == key(row); });
    if (twice) bad("it is there twice");
    if (good_) rows.push_back(std::move(row));
  }

  CatalogCaps caps_;
  std::vector<std::string>& problems_;
  std::string where_;
  bool good_ = true;
  simdjson::dom::parser parser_;
};

}  // namespace

void copyCatalog(const certus_catalog* catalog, ModuleDescriptor& module, std::vector<std::string>& problems, const CatalogCaps& caps) {
  module.tools.clear();
  module.resources.clear();
  module.prompts.clear();
  if (catalog == nullptr) {
    problems.emplace_back("it offers no catalogue; the gateway's log may say why");
    return;
  }
  const auto raw = readSized<certus_catalog>(catalog);
  Copier copier(caps, problems);
  copier.tools(raw, module.tools);
  copier.resources(raw, module.resources);
  copier.prompts(raw, module.prompts);
  module.instructions = copier.instructions(raw.instructions);
  module.completes = raw.completes != 0;
  module.subscribable = raw.subscribable != 0;
  module.logs = raw.logs != 0;
}

}  // namespace certus::gateway
