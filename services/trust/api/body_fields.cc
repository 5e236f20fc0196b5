#include "services/trust/api/fields.h"

#include <fmt/format.h>

#include "base/utf8.h"
#include "http/message.h"
#include "services/trust/formats/strict_json.h"

namespace certus::trust_service {

bool saysJson(const std::optional<std::string>& contentType) {
  if (!contentType) return false;
  std::string_view media = *contentType;
  media = media.substr(0, media.find(';'));
  while (media.ends_with(' ')) media.remove_suffix(1);
  return http::equalsIgnoreCase(media, "application/json") ||
         (media.size() > 5 && http::equalsIgnoreCase(media.substr(media.size() - 5), "+json"));
}

bool isCleanText(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = utf8CharacterSize(text, at);
    const auto lead = static_cast<unsigned char>(text[at]);
    const bool secondControls = size == 2 && lead == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0;
    if (size == 0 || lead < 0x20 || lead == 0x7F || secondControls) return false;
    at += size;
  }
  return true;
}

BodyFields::BodyFields(const ApiRequest& request, Problems& problems) : problems_(problems) { readable_ = read(request); }

bool BodyFields::read(const ApiRequest& request) {
  const Json body = Json::array({"body"});
  if (request.body.empty()) {
    problems_.add("missing", body, "Field required", nullptr);
    return false;
  }
  if (!saysJson(request.contentType)) {
    problems_.add("model_attributes_type", body,
                  "Input should be a valid dictionary or object: send a JSON object with 'Content-Type: application/json'",
                  nullptr);
    return false;
  }
  JsonProblem problem;
  auto document = parseStrictly(request.body, problem);
  if (!document) {
    problems_.add("json_invalid", Json::array({"body", problem.offset}), "JSON decode error", Input::object(),
                  Json{{"error", problem.reason}});
    return false;
  }
  if (!document->is_object()) {
    problems_.add("model_attributes_type", body, "Input should be a valid dictionary or object to extract fields from",
                  *document);
    return false;
  }
  body_ = std::move(*document);
  return true;
}

const Input* BodyFields::find(const char* name) {
  if (!readable_) return nullptr;
  if (body_.contains(name)) return &body_[name];
  problems_.add("missing", Json::array({"body", name}), "Field required", body_);
  return nullptr;
}

std::optional<std::string> BodyFields::textOf(const char* name, const Input& value) {
  if (value.is_string()) return value.get<std::string>();
  problems_.add("string_type", Json::array({"body", name}), "Input should be a valid string", value);
  return std::nullopt;
}

std::string BodyFields::cleanTextOf(const char* name, const Input& value, std::size_t maxBytes) {
  auto text = textOf(name, value);
  if (!text) return {};
  const Json location = Json::array({"body", name});
  if (text->empty()) {
    problems_.add("string_too_short", location, "String should have at least 1 character", value, Json{{"min_length", 1}});
  } else if (text->size() > maxBytes) {
    problems_.add("string_too_long", location, fmt::format("String should have at most {} bytes", maxBytes), value,
                  Json{{"max_length", maxBytes}});
  } else if (!isCleanText(*text)) {
    problems_.add("value_error", location, "String should hold no control characters (line breaks, tabs, NUL)", value);
  } else {
    return *text;
  }
  return {};
}

std::string BodyFields::requiredText(const char* name, std::size_t maxBytes) {
  const Input* value = find(name);
  return value ? cleanTextOf(name, *value, maxBytes) : std::string();
}

std::optional<std::string> BodyFields::optionalText(const char* name, std::size_t maxBytes) {
  if (!present(name) || isNull(name)) return std::nullopt;
  return cleanTextOf(name, body_[name], maxBytes);
}

std::string BodyFields::requiredRawText(const char* name) {
  const Input* value = find(name);
  return value ? textOf(name, *value).value_or("") : std::string();
}

std::optional<std::string> BodyFields::optionalRawText(const char* name) {
  if (!present(name) || isNull(name)) return std::nullopt;
  return textOf(name, body_[name]);
}

std::optional<ArtifactDigest> BodyFields::requiredDigest(const char* name) {
  const Input* value = find(name);
  auto text = value ? textOf(name, *value) : std::nullopt;
  if (!text) return std::nullopt;
  auto digest = parseDigest(*text);
  if (digest) return *digest;
  problems_.add("value_error", Json::array({"body", name}), digest.error().message, *value);
  return std::nullopt;
}

std::optional<Input> BodyFields::optionalObject(const char* name, std::size_t maxBytes) {
  if (!present(name) || isNull(name)) return std::nullopt;
  const Input& value = body_[name];
  const Json location = Json::array({"body", name});
  if (!value.is_object()) {
    problems_.add("dict_type", location, "Input should be a valid dictionary", value);
  } else if (value.dump().size() > maxBytes) {
    problems_.add("value_error", location, fmt::format("Object should be at most {} bytes as JSON", maxBytes), nullptr);
  } else {
    return value;
  }
  return std::nullopt;
}

}  // namespace certus::trust_service
