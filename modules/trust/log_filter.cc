#include "log_filter.h"

#include "fields.h"
#include "text.h"

namespace certus::trust {
namespace {

Failure badDate(const char* argument, std::string_view given) {
  return {std::string("`") + argument +
          "` must be a day such as \"2025-12-31\" or an RFC 3339 time such as "
          "\"2025-12-31T08:00:00Z\"; \"" +
          plain(given, 60) + "\" is neither."};
}

}  // namespace

bool LogFilter::matches(const Json& entry) const {
  if (!signer.empty() && stringAt(entry, "signer") != signer) return false;
  if (!artifactType.empty() && stringAt(entry, "artifact_type") != artifactType) return false;
  if (!first && !last) return true;
  const auto at = parseInstant(stringAt(entry, "timestamp").value_or(""));
  return at && (!first || *at >= *first) && (!last || *at <= *last);
}

std::optional<Failure> readFilter(const Json& arguments, LogFilter& out) {
  out.signer = stringAt(arguments, "signer").value_or("");
  out.artifactType = stringAt(arguments, "artifact_type").value_or("");
  if (const auto start = stringAt(arguments, "start_date")) {
    out.first = parseInstant(*start);
    if (!out.first) return badDate("start_date", *start);
  }
  if (const auto end = stringAt(arguments, "end_date")) {
    out.last = parseLastInstant(*end);
    if (!out.last) return badDate("end_date", *end);
  }
  if (out.first && out.last && *out.first > *out.last) {
    return Failure{"`start_date` is after `end_date`, so nothing can match. Exchange the two."};
  }
  return std::nullopt;
}

}  // namespace certus::trust
