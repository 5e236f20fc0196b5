#include "services/trust/sigstore/document.h"

#include <algorithm>
#include <charconv>

#include "base/encoding.h"
#include "services/trust/formats/strict_json.h"

namespace certus::sigstore {
namespace {

const nlohmann::json kNothing = nlohmann::json::object();

}  // namespace

Outcome<nlohmann::json> parseDocument(std::string_view text, std::size_t maxBytes, const char* what) {
  const std::string name = what;
  if (text.size() > maxBytes) {
    return refuse(FailureClass::Malformed, name + " is longer than " + std::to_string(maxBytes / 1024) + " KiB");
  }
  trust_service::JsonProblem problem;
  auto document = trust_service::parseStrictly(text, problem);
  if (!document) {
    return refuse(FailureClass::Malformed,
                  name + " is not sound JSON: " + problem.reason + ", at byte " + std::to_string(problem.offset));
  }
  if (!document->is_object()) return refuse(FailureClass::Malformed, name + " is not a JSON object");
  return std::move(*document);
}

void Problem::note(const std::string& place, const std::string& what) {
  if (text_.empty()) text_ = place.empty() ? what : place + ": " + what;
}

Members::Members(Problem& problem, const nlohmann::json& value, std::string place,
                 std::initializer_list<std::string_view> known)
    : problem_(problem), value_(value.is_object() ? value : kNothing), place_(std::move(place)) {
  if (!value.is_object()) problem_.note(place_, "must be an object");
  for (const auto& [name, member] : value_.items()) {
    if (std::ranges::find(known, std::string_view(name)) == known.end()) {
      problem_.note(place_, "has an unknown member \"" + name.substr(0, 60) + "\"");
    }
  }
}

const nlohmann::json* Members::find(const char* name) const {
  const auto at = value_.find(name);
  return at == value_.end() || at->is_null() ? nullptr : &*at;
}

bool Members::has(const char* name) const { return find(name) != nullptr; }

void Members::require(const char* name) const {
  if (!has(name)) problem_.note(place(name), "is missing");
}

std::string Members::text(const char* name, std::size_t maxBytes) const {
  const nlohmann::json* value = find(name);
  if (!value) return {};
  if (!value->is_string()) {
    problem_.note(place(name), "must be a string");
  } else if (value->get_ref<const std::string&>().size() > maxBytes) {
    problem_.note(place(name), "is longer than " + std::to_string(maxBytes) + " bytes");
  } else {
    return value->get<std::string>();
  }
  return {};
}

std::string bytesIn(const nlohmann::json& value, const std::string& place, std::size_t maxBytes, Problem& problem) {
  auto bytes = value.is_string() ? fromBase64(value.get_ref<const std::string&>()) : std::nullopt;
  if (!bytes) {
    problem.note(place, "must be base64 (RFC 4648 section 4, padded, no spaces)");
  } else if (bytes->size() > maxBytes) {
    problem.note(place, "is longer than " + std::to_string(maxBytes) + " bytes");
  } else {
    return std::move(*bytes);
  }
  return {};
}

std::string Members::bytes(const char* name, std::size_t maxBytes) const {
  const nlohmann::json* value = find(name);
  return value ? bytesIn(*value, place(name), maxBytes, problem_) : std::string();
}

std::uint64_t Members::number(const char* name) const {
  const nlohmann::json* value = find(name);
  if (!value) return 0;
  std::int64_t number = -1;
  if (value->is_string()) {
    const auto& text = value->get_ref<const std::string&>();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool plain = error == std::errc{} && end == text.data() + text.size() && std::to_string(number) == text;
    if (!plain) number = -1;
  }
  if (number >= 0) return static_cast<std::uint64_t>(number);
  problem_.note(place(name), "must be a string of decimal digits, 0 to 9223372036854775807");
  return 0;
}

Members Members::object(const char* name, std::initializer_list<std::string_view> known) const {
  const nlohmann::json* value = find(name);
  return {problem_, value ? *value : kNothing, place(name), known};
}

const nlohmann::json* Members::elements(const char* name, std::size_t most) const {
  const nlohmann::json* value = find(name);
  if (!value) return nullptr;
  if (!value->is_array()) {
    problem_.note(place(name), "must be an array");
  } else if (value->size() > most) {
    problem_.note(place(name), "has more than " + std::to_string(most) + " elements");
  } else {
    return value;
  }
  return nullptr;
}

}  // namespace certus::sigstore
