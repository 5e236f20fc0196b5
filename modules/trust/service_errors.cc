#include "service_errors.h"

#include <utility>

#include "text.h"

namespace certus::trust {
namespace {

// Service fields whose argument has another name.
std::string argumentName(const Json& loc) {
  std::string name;
  if (!loc.is_array()) return name;
  for (const Json& part : loc) {
    if (!part.is_string()) continue;
    const auto word = part.get<std::string>();
    if (word == "body" || word == "query" || word == "path") continue;
    if (!name.empty()) name += '.';
    name += word == "predicates" ? "metadata" : word;
  }
  return plain(name, 60);
}

// FastAPI's 422: a list of {loc, msg, ...}. The `input` member is left out: it repeats the caller's data.
std::string flattenedList(const Json& detail) {
  std::string out;
  std::size_t shown = 0;
  for (const Json& item : detail) {
    if (!item.is_object()) continue;
    if (++shown > 8) break;
    const std::string name = argumentName(item.value("loc", Json::array()));
    const Json message = item.value("msg", Json());
    out += out.empty() ? "" : "; ";
    out +=
        (name.empty() ? "" : "`" + name + "`: ") + plain(message.is_string() ? message.get<std::string>() : "not accepted");
  }
  return out;
}

// The service's own words for a refusal, or "".
std::string refusalWords(std::string_view body) {
  const Json parsed = Json::parse(body, nullptr, false);
  if (!parsed.is_object()) return {};
  for (const char* key : {"detail", "message", "error"}) {
    const auto found = parsed.find(key);
    if (found == parsed.end()) continue;
    if (found->is_string()) return plain(found->get<std::string>(), 300);
    if (found->is_array()) return flattenedList(*found);
  }
  return {};
}

std::string seconds(std::uint32_t count) { return counted(count, "second", "seconds"); }

// Ends a text about a failure after which the service may be asked again.
std::string retryAdvice(const Errand& errand, bool mayHaveActed, std::uint32_t afterSeconds) {
  if (mayHaveActed && !errand.unsure.empty()) return std::string(errand.unsure);
  std::string out = mayHaveActed || errand.undone.empty() ? "" : std::string(errand.undone) + " ";
  return out + "Try again in " + seconds(afterSeconds == 0 ? 5 : afterSeconds) +
         "; if it fails again, tell the operator of the gateway.";
}

std::string begun(const Errand& errand, std::string_view what) {
  return std::string(errand.doing) + " failed: " + std::string(what) + " ";
}

std::string finalAdvice(const Errand& errand, std::string_view advice) {
  return (errand.undone.empty() ? "" : std::string(errand.undone) + " ") + std::string(advice);
}

std::string undelivered(const Reply& reply, const Errand& errand) {
  switch (reply.failure()) {
    case CERTUS_HTTP_REFUSED:
      return begun(errand, "the Trust service cannot be reached (connection refused).") +
             retryAdvice(errand, false, reply.retryAfterSeconds());
    case CERTUS_HTTP_TIMEOUT:
      return begun(errand, "the Trust service did not answer in time.") +
             retryAdvice(errand, true, reply.retryAfterSeconds());
    case CERTUS_HTTP_BROKEN:
      return begun(errand, "the Trust service broke the connection off before its answer was complete.") +
             retryAdvice(errand, true, reply.retryAfterSeconds());
    case CERTUS_HTTP_TOO_LARGE:
      return begun(errand, "the Trust service's answer is larger than the gateway accepts.") + std::string(errand.tooLarge);
    case CERTUS_HTTP_NOT_JSON:
      return begun(errand,
                   "the service answered status " + std::to_string(reply.status()) +
                       " with something that is not JSON, so it is not the Trust API, or something stands in front of it.") +
             "Trying again will not help; tell the operator of the gateway.";
    case CERTUS_HTTP_TLS:
      return begun(errand, "no trusted TLS connection to the Trust service could be made.") +
             finalAdvice(errand, "Trying again will not help; the operator must mend the certificates.");
    case CERTUS_HTTP_UNKNOWN_SERVICE:
      return begun(errand, "the gateway's configuration names no such service.") +
             finalAdvice(errand, "Trying again will not help; the operator must add it under `services`.");
    case CERTUS_HTTP_CANCELLED: return begun(errand, "the call was cancelled.");
    case CERTUS_HTTP_BAD_REQUEST:
      return begun(errand, "the module made a request that the gateway does not send.") +
             finalAdvice(errand, "Trying again will not help; this is a defect, tell the operator of the gateway.");
    case CERTUS_HTTP_OK: break;
  }
  return {};
}

std::string refusedByService(const Reply& reply, const Errand& errand) {
  const std::string words = refusalWords(reply.body());
  const std::string said = words.empty() ? "." : ": " + words + (words.back() == '.' ? "" : ".");
  const std::string status = std::to_string(reply.status());
  switch (reply.status()) {
    case 401:
    case 403:
      return begun(errand, "the Trust service refused the gateway's credential (status " + status + ").") +
             finalAdvice(errand, "Trying again will not help; tell the operator of the gateway.");
    case 400:
    case 422:
      return begun(errand, "the Trust service refused the arguments" + said) +
             finalAdvice(errand, "Correct them and call again.");
    case 429:
      return begun(errand, "the Trust service has too many requests at the moment.") +
             retryAdvice(errand, false, reply.retryAfterSeconds());
    case 503:
      return begun(errand, "the Trust service is not ready" + said) + retryAdvice(errand, false, reply.retryAfterSeconds());
    case 502:
    case 504:
      return begun(errand, "nothing behind the Trust service's address answered (status " + status + ").") +
             retryAdvice(errand, true, reply.retryAfterSeconds());
    default: break;
  }
  if (reply.status() >= 500) {
    return begun(errand, "an error inside the Trust service (status " + status + ")" + said) +
           retryAdvice(errand, true, reply.retryAfterSeconds());
  }
  return begun(errand, "the Trust service refused the request (status " + status + ")" + said) +
         finalAdvice(errand, "Trying the same again will not help.");
}

}  // namespace

std::optional<Failure> explainFailure(const Reply& reply, const Errand& errand) {
  // An error page in HTML says with its status more than with its form.
  const bool isErrorPage = reply.failure() == CERTUS_HTTP_NOT_JSON && reply.status() >= 400;
  if (reply.failure() != CERTUS_HTTP_OK && !isErrorPage) return Failure{undelivered(reply, errand)};
  if (reply.status() >= 200 && reply.status() < 300) return std::nullopt;
  return Failure{refusedByService(reply, errand)};
}

Failure unexpectedAnswer(const Errand& errand, std::string_view what) {
  return Failure{begun(errand, "the service's answer is not what the Trust API promises (" + std::string(what) + ").") +
                 "Trying again will not help; tell the operator of the gateway."};
}

}  // namespace certus::trust
