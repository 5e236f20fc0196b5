#include "gateway/tools/listing.h"

#include "base/json_write.h"

namespace certus::gateway {
namespace {

bool hasTitles(Revision revision) { return revision >= Revision::V2025_06_18; }

void hint(JsonObject& object, std::string_view name, std::int8_t value) {
  if (value >= 0) object.boolean(name, value == 1);
}

std::string annotations(const ToolDescriptor& tool, Revision revision) {
  std::string text;
  JsonObject object(text);
  // 2025-03-26 has a title in the annotations only.
  if (!hasTitles(revision)) object.optional("title", tool.title);
  hint(object, "readOnlyHint", tool.readOnly);
  hint(object, "destructiveHint", tool.destructive);
  hint(object, "idempotentHint", tool.idempotent);
  hint(object, "openWorldHint", tool.openWorld);
  object.end();
  return text == "{}" ? "" : text;
}

}  // namespace

std::string toolListing(const PreparedTool& tool, std::string_view exposedName, Revision revision) {
  const ToolDescriptor& descriptor = *tool.descriptor;
  const bool legacy = !isModern(revision);
  std::string text;
  JsonObject object(text);
  object.string("name", exposedName);
  if (hasTitles(revision)) object.optional("title", descriptor.title);
  object.string("description", descriptor.description);
  if (revision >= Revision::V2025_11_25 && !tool.iconsText.empty()) object.raw("icons", tool.iconsText);
  object.raw("inputSchema", legacy ? tool.legacyInputText : tool.inputText);
  if (hasTitles(revision) && !tool.outputText.empty())
    object.raw("outputSchema", legacy ? tool.legacyOutputText : tool.outputText);
  if (revision >= Revision::V2025_03_26) {
    if (const std::string hints = annotations(descriptor, revision); !hints.empty()) object.raw("annotations", hints);
  }
  if (hasTitles(revision) && !tool.metaText.empty()) object.raw("_meta", tool.metaText);
  object.end();
  return text;
}

std::string promptListing(const PromptDescriptor& prompt, std::string_view exposedName, Revision revision) {
  std::string text;
  JsonObject object(text);
  object.string("name", exposedName);
  if (hasTitles(revision)) object.optional("title", prompt.title);
  object.optional("description", prompt.description);
  std::string& list = object.member("arguments");
  list += '[';
  for (const PromptArgument& argument : prompt.arguments) {
    if (list.back() != '[') list += ',';
    JsonObject item(list);
    item.string("name", argument.name);
    if (hasTitles(revision)) item.optional("title", argument.title);
    item.optional("description", argument.description).boolean("required", argument.required).end();
  }
  list += ']';
  object.end();
  return text;
}

std::string resourceListing(const ResourceDescriptor& resource, Revision revision) {
  std::string text;
  JsonObject object(text);
  object.string(resource.isTemplate ? "uriTemplate" : "uri", resource.uri);
  object.string("name", resource.name.empty() ? resource.uri : resource.name);
  if (hasTitles(revision)) object.optional("title", resource.title);
  object.optional("description", resource.description).optional("mimeType", resource.mimeType);
  if (hasTitles(revision) && !resource.meta.empty()) object.raw("_meta", resource.meta);
  object.end();
  return text;
}

}  // namespace certus::gateway
