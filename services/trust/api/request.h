// One API call as plain values, copied from the socket's buffers so that it may cross to a worker thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace certus::trust_service {

struct ApiRequest {
  std::string method;  // "GET"
  std::string path;    // not decoded
  std::string query;   // not decoded
  std::optional<std::string> contentType, authorization, userId, host, origin;
  std::string peer;               // the address that it came from
  bool repeatedIdentity = false;  // X-User-ID or Authorization came more than once: neither counts
  std::string body;
};

// Percent-decoded; in a query '+' is a space. nullopt for a malformed escape.
std::optional<std::string> percentDecoded(std::string_view text, bool plusIsSpace);

// The query's parameters by name; of a repeated one the last counts.
class QueryParameters {
 public:
  explicit QueryParameters(std::string_view query);
  std::optional<std::string> find(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

}  // namespace certus::trust_service
