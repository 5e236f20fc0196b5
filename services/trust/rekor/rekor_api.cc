#include "services/trust/rekor/rekor_api.h"

#include <functional>

#include "services/trust/rekor/operations.h"
#include "services/trust/rekor/rekor_answer.h"

namespace certus::trust_service {
namespace {

using rekor::methodRefused;
using rekor::refusal;

constexpr std::string_view kEntries = "/api/v1/log/entries", kRetrieve = "/api/v1/log/entries/retrieve";

Answer ping() {
  Answer answer;
  answer.contentType = "text/plain";
  answer.text = ".";
  return answer;
}

// One operation at a fixed path.
struct Place {
  std::string_view path;
  std::string_view method;
  std::function<Answer()> run;
};

// GET by uuid; the same pattern holds .../retrieve, which the fixed paths have taken when it was a POST.
Answer underEntries(const ApiContext& context, const ApiRequest& request) {
  const auto segment = percentDecoded(std::string_view(request.path).substr(kEntries.size() + 1), false);
  if (request.method != "GET") return methodRefused(request.method, request.path == kRetrieve ? "POST" : "GET");
  return rekor::entryByUuid(context, segment.value_or(""));
}

}  // namespace

std::optional<Answer> rekorAnswer(const ApiContext& context, const ApiRequest& request) {
  if (request.path == "/ping") return request.method == "GET" ? ping() : methodRefused(request.method, "GET");
  if (!request.path.starts_with("/api/")) return std::nullopt;
  const Place places[] = {
      {"/api/v1/log", "GET", [&] { return rekor::logInfo(context); }},
      {"/api/v1/log/publicKey", "GET", [&] { return rekor::logPublicKey(context, request); }},
      {"/api/v1/log/proof", "GET", [&] { return rekor::consistencyBetween(context, request); }},
      {"/api/v1/index/retrieve", "POST", [&] { return rekor::searchIndex(context, request); }},
  };
  for (const Place& place : places) {
    if (request.path != place.path) continue;
    return request.method == place.method ? place.run() : methodRefused(request.method, std::string(place.method));
  }
  if (request.path == kEntries) {
    if (request.method == "GET") return rekor::entryByLogIndex(context, request);
    if (request.method == "POST") {
      auto refused = rekor::refuseSubmission(context, request);
      return refused ? std::move(*refused) : rekor::addEntry(context, request);
    }
    return methodRefused(request.method, "GET,POST");
  }
  if (request.path == kRetrieve && request.method == "POST") return rekor::retrieveEntries(context, request);
  const bool oneMore = request.path.starts_with(std::string(kEntries) + "/") && request.path.size() > kEntries.size() + 1 &&
                       request.path.find('/', kEntries.size() + 1) == std::string::npos;
  if (oneMore) return underEntries(context, request);
  return refusal(404, 404, "path " + rekor::shortened(request.path) + " was not found");
}

}  // namespace certus::trust_service
