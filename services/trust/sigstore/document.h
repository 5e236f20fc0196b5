// Reading a JSON document of Sigstore's protobuf messages member by member: names in lowerCamelCase, 64-bit numbers as
// strings, bytes as padded base64; anything else is refused with the place where it stands. Knows no message.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "services/trust/sigstore/failure.h"

namespace certus::sigstore {

// UTF-8, no duplicate member names, bounded depth, at most `maxBytes`, an object at the top. `what` names it in the reason.
Outcome<nlohmann::json> parseDocument(std::string_view text, std::size_t maxBytes, const char* what);

// The first thing that was wrong. Readers go on after it with empty values: whoever reads asks once, at the end.
class Problem {
 public:
  void note(const std::string& place, const std::string& what);
  bool any() const { return !text_.empty(); }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// One JSON object. Borrows the document and the problem.
class Members {
 public:
  // Members other than `known` are a problem.
  Members(Problem& problem, const nlohmann::json& value, std::string place, std::initializer_list<std::string_view> known);

  bool has(const char* name) const;                                 // null is absent, as protobuf's JSON has it
  std::string text(const char* name, std::size_t maxBytes) const;   // empty when absent
  std::string bytes(const char* name, std::size_t maxBytes) const;  // decoded; empty when absent
  std::uint64_t number(const char* name) const;                     // 0 when absent, as in protobuf
  Members object(const char* name, std::initializer_list<std::string_view> known) const;
  // Calls `each` with every element and its place; more than `most` are a problem.
  template <class Each>
  void array(const char* name, std::size_t most, const Each& each) const {
    const nlohmann::json* list = elements(name, most);
    if (!list) return;
    for (std::size_t at = 0; at < list->size(); ++at) each((*list)[at], place(name) + "[" + std::to_string(at) + "]");
  }
  void require(const char* name) const;  // a problem when absent
  std::string place(const char* name) const { return place_.empty() ? name : place_ + "." + name; }
  Problem& problem() const { return problem_; }

 private:
  const nlohmann::json* find(const char* name) const;
  const nlohmann::json* elements(const char* name, std::size_t most) const;

  Problem& problem_;
  const nlohmann::json& value_;
  std::string place_;
};

// One element of an array as bytes in base64.
std::string bytesIn(const nlohmann::json& value, const std::string& place, std::size_t maxBytes, Problem& problem);

}  // namespace certus::sigstore
