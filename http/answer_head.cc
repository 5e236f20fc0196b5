#include "http/answer_head.h"

#include <charconv>
#include <cstdio>
#include <ctime>

#include "http/message.h"

namespace certus::http {
namespace {

void appendLine(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(value).append("\r\n");
}

}  // namespace

void appendDecimal(std::string& out, std::uint64_t value) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

void appendHead(std::string& out, const AnswerHead& head) {
  if (head.status == 200) {
    out.append("HTTP/1.1 200 OK\r\n");
  } else {
    out.append("HTTP/1.1 ");
    appendDecimal(out, static_cast<std::uint64_t>(head.status));
    appendLine(out, " ", reasonPhrase(head.status));
  }
  out.append(head.date);
  if (!head.contentType.empty()) appendLine(out, "Content-Type: ", head.contentType);
  if (head.contentLength) {
    out.append("Content-Length: ");
    appendDecimal(out, *head.contentLength);
    out.append("\r\n");
  }
  if (head.chunked) out.append("Transfer-Encoding: chunked\r\n");
  if (head.ending == Ending::Close) out.append("Connection: close\r\n");
  if (head.ending == Ending::KeepAliveHttp10) out.append("Connection: keep-alive\r\n");
  out.append(head.extra).append("\r\n");
}

std::string dateLine(std::int64_t unixSeconds) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::time_t seconds = static_cast<std::time_t>(unixSeconds);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char line[64];
  const int written =
      std::snprintf(line, sizeof line, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n", kDays[utc.tm_wday], utc.tm_mday,
                    kMonths[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
  return std::string(line, static_cast<std::size_t>(written));
}

std::string errorBody(std::string_view text) {
  std::string body = R"({"error":")";
  for (const char c : text) {
    if (c == '"' || c == '\\') body.push_back('\\');
    body.push_back(c);
  }
  return body.append("\"}");
}

}  // namespace certus::http
