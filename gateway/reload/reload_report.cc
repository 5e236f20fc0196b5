#include "gateway/reload/reload_report.h"

#include <array>
#include <ctime>

#include "base/json_write.h"

namespace certus::reload {

const char* toString(Trigger trigger) {
  switch (trigger) {
    case Trigger::FileChange: return "file_change";
    case Trigger::Hangup: return "signal";
    case Trigger::Request: return "request";
  }
  return "";
}

const char* toString(Outcome outcome) {
  switch (outcome) {
    case Outcome::Applied: return "applied";
    case Outcome::Unchanged: return "unchanged";
    case Outcome::Refused: return "refused";
  }
  return "";
}

std::string timestamp(WallTime at) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

void appendJsonStrings(std::string& out, const std::vector<std::string>& texts) {
  out += '[';
  for (const std::string& text : texts) {
    if (out.back() != '[') out += ',';
    appendJsonString(out, text);
  }
  out += ']';
}

std::string toJson(const Report& report) {
  std::string out;
  JsonObject body(out);
  body.string("outcome", toString(report.outcome)).number("generation", static_cast<std::int64_t>(report.generation));
  body.string("at", timestamp(report.at)).string("by", toString(report.by)).number("took_ms", report.took.count());
  appendJsonStrings(body.member("problems"), report.problems);
  appendJsonStrings(body.member("warnings"), report.warnings);
  body.end();
  return out;
}

}  // namespace certus::reload
