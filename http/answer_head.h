// Writes the head of an answer as bytes. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace certus::http {

enum class Ending : std::uint8_t { KeepAlive, KeepAliveHttp10, Close };

struct AnswerHead {
  int status = 200;
  std::string_view contentType;  // empty: none is sent
  std::string_view extra;        // preformatted lines
  std::string_view date;         // "Date: ...\r\n", or empty
  std::optional<std::size_t> contentLength;
  Ending ending = Ending::KeepAlive;
  bool chunked = false;
};

void appendHead(std::string& out, const AnswerHead& head);
void appendDecimal(std::string& out, std::uint64_t value);
std::string dateLine(std::int64_t unixSeconds);  // "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"

// {"error":"..."}: `text` is ours, plain ASCII without quotes' need beyond \" and \\.
std::string errorBody(std::string_view text);

}  // namespace certus::http
