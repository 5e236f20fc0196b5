// Reading a request's members and query parameters one by one, collecting every problem in FastAPI's words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "services/trust/api/answer.h"
#include "services/trust/api/request.h"
#include "services/trust/crypto/digest.h"

namespace certus::trust_service {

// UTF-8 without control characters.
bool isCleanText(std::string_view text);

// Whether a body claims to be JSON. A browser page can post text/plain across origins without asking; JSON it cannot.
bool saysJson(const std::optional<std::string>& contentType);

class BodyFields {
 public:
  // The body as an object, or what is wrong with it in `problems`.
  BodyFields(const ApiRequest& request, Problems& problems);

  bool present(const char* name) const { return body_.contains(name); }
  bool isNull(const char* name) const { return present(name) && body_[name].is_null(); }
  const Input& at(const char* name) const { return body_[name]; }

  std::string requiredText(const char* name, std::size_t maxBytes);
  std::optional<std::string> optionalText(const char* name, std::size_t maxBytes);  // null is absent
  std::string requiredRawText(const char* name);                                    // any bytes: judged later
  std::optional<std::string> optionalRawText(const char* name);
  std::optional<ArtifactDigest> requiredDigest(const char* name);
  std::optional<Input> optionalObject(const char* name, std::size_t maxBytes);

 private:
  bool read(const ApiRequest& request);
  const Input* find(const char* name);  // null and reported when missing
  std::optional<std::string> textOf(const char* name, const Input& value);
  std::string cleanTextOf(const char* name, const Input& value, std::size_t maxBytes);

  Problems& problems_;
  Input body_ = Input::object();
  bool readable_ = false;
};

class QueryFields {
 public:
  QueryFields(const ApiRequest& request, Problems& problems) : parameters_(request.query), problems_(problems) {}

  std::optional<std::string> text(const char* name) const;  // empty is absent
  bool flag(const char* name, bool otherwise);
  std::uint64_t number(const char* name, std::uint64_t otherwise, std::uint64_t least, std::uint64_t most);
  std::optional<ArtifactDigest> digest(const char* name);

  enum class Edge : std::uint8_t { Start, End };
  // ISO 8601 date or date-time; a date alone is its first or its last second (UTC). Unix seconds.
  std::optional<std::int64_t> time(const char* name, Edge edge);
  // The position of the value in `choices`; 0 when absent.
  std::size_t choice(const char* name, std::initializer_list<std::string_view> choices);

 private:
  Json location(const char* name) const { return Json::array({"query", name}); }
  QueryParameters parameters_;
  Problems& problems_;
};

}  // namespace certus::trust_service
