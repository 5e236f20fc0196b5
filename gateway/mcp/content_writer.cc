#include "gateway/mcp/content_writer.h"

#include "base/json_write.h"

namespace certus::gateway {
namespace {

void appendMember(std::string& out, std::string_view start, std::string_view value) {
  out += start;  // `,"name":`
  appendJsonString(out, value);
}

void appendOptional(std::string& out, std::string_view start, std::string_view value) {
  if (!value.empty()) appendMember(out, start, value);
}

void appendBinary(std::string& out, std::string_view start, std::string_view data) {
  out += start;  // `,"data":"`
  appendBase64(out, data);
  out += '"';
}

void appendMedia(std::string& out, std::string_view type, const ContentView& content) {
  out += "{\"type\":\"";
  out += type;
  out += '"';
  appendBinary(out, ",\"data\":\"", content.data);
  appendMember(out, ",\"mimeType\":", content.mimeType.empty() ? "application/octet-stream" : content.mimeType);
}

std::string audioAsText(const ContentView& content) {
  return "[audio, " + std::string(content.mimeType) + ", " + std::to_string(content.data.size()) +
         " bytes: left out, because this client's protocol revision has no audio]";
}

std::string linkAsText(const ContentView& content) {
  std::string text(content.name.empty() ? content.uri : content.name);
  if (!content.name.empty()) text.append(": ").append(content.uri);
  if (!content.text.empty()) text.append(" (").append(content.text).append(")");
  return text;
}

void openTextBlock(std::string& out, std::string_view text) { appendMember(out, "{\"type\":\"text\",\"text\":", text); }

void openLink(std::string& out, const ContentView& content) {
  appendMember(out, "{\"type\":\"resource_link\",\"uri\":", content.uri);
  appendMember(out, ",\"name\":", content.name.empty() ? content.uri : content.name);
  appendOptional(out, ",\"description\":", content.text);
  appendOptional(out, ",\"mimeType\":", content.mimeType);
}

}  // namespace

void appendTextBlock(std::string& out, std::string_view text) {
  openTextBlock(out, text);
  out += '}';
}

void ContentWriter::appendResource(std::string& out, const ContentView& content, std::string_view fallbackUri) {
  appendMember(out, "{\"uri\":", content.uri.empty() ? fallbackUri : content.uri);
  appendOptional(out, ",\"mimeType\":", content.mimeType);
  if (content.hasData)
    appendBinary(out, ",\"blob\":\"", content.data);
  else
    appendMember(out, ",\"text\":", content.text);
  out += '}';
}

void ContentWriter::appendAnnotations(std::string& out, std::string_view json) {
  JsonMemory memory;
  const auto value = annotations_.parse(json, memory, {});
  if (!value || !value->is(JsonKind::Object) || json.find_first_of("\r\n") != std::string_view::npos) return;
  out += ",\"annotations\":";
  out += value->raw;
}

void ContentWriter::appendBlock(std::string& out, const ContentView& content, Revision revision) {
  switch (content.kind) {
    case ContentView::Kind::Text: openTextBlock(out, content.text); break;
    case ContentView::Kind::Image: appendMedia(out, "image", content); break;
    case ContentView::Kind::Audio:
      if (revision >= Revision::V2025_03_26)
        appendMedia(out, "audio", content);
      else
        openTextBlock(out, audioAsText(content));
      break;
    case ContentView::Kind::ResourceLink:
      if (revision >= Revision::V2025_06_18)
        openLink(out, content);
      else
        openTextBlock(out, linkAsText(content));
      break;
    case ContentView::Kind::Embedded:
      out += "{\"type\":\"resource\",\"resource\":";
      appendResource(out, content, "");
      break;
  }
  if (!content.annotations.empty()) appendAnnotations(out, content.annotations);
  out += '}';
}

}  // namespace certus::gateway
