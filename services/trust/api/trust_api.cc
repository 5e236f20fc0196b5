#include "services/trust/api/trust_api.h"

#include <exception>
#include <future>

#include <fmt/format.h>

#include "base/encoding.h"
#include "services/trust/api/bundle_route.h"
#include "services/trust/api/caller.h"
#include "services/trust/api/fields.h"
#include "services/trust/api/views.h"
#include "services/trust/formats/times.h"
#include "services/trust/rekor/rekor_api.h"

namespace certus::trust_service {
namespace {

constexpr std::string_view kDocs =
    "Certus-Trust " CERTUS_VERSION
    "\n\n"
    "POST /v1/sign                     {artifact, artifact_type, subject[, scan_id, metadata, predicates]} -> 202\n"
    "POST /v1/verify                   {artifact[, signature, certificate, identity]}; without signature: look up\n"
    "                                  or {artifact, bundle[, identity]} with a Sigstore bundle\n"
    "GET  /v1/transparency             ?signer artifact artifact_type subject scan_id start_date end_date order limit "
    "offset cursor\n"
    "                                  with cursor= or count=true: {entries, next_cursor[, total, total_is_exact]}\n"
    "GET  /v1/transparency/{entry_id}  ?include_proof; by id, uuid or index\n"
    "GET  /v1/provenance/{scan_id}     ?include_verification_trail; or /v1/provenance?artifact=sha256:...\n"
    "GET  /v1/keys/trusted_root.json   what cosign, sigstore-go and sigstore-js take as --trusted-root\n"
    "GET  /v1/stats, /v1/health, /v1/ready, /\n"
    "\n"
    "The log as Rekor v1 serves it, for rekor-cli, cosign and other Sigstore clients:\n"
    "GET  /api/v1/log, /api/v1/log/publicKey, /api/v1/log/proof, /api/v1/log/entries?logIndex=, /api/v1/log/entries/{uuid}\n"
    "POST /api/v1/log/entries, /api/v1/log/entries/retrieve, /api/v1/index/retrieve\n";

std::string newRequestId() {
  std::string bytes = randomBytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);  // version 4
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);  // variant 1
  const std::string hex = toHex(bytes);
  return fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4),
                     hex.substr(20));
}

// The path's last segment after `prefix`, decoded; nullopt when the path is another one.
std::optional<std::string> segmentAfter(std::string_view path, std::string_view prefix) {
  if (!path.starts_with(prefix)) return std::nullopt;
  path.remove_prefix(prefix.size());
  if (path.empty() || path.find('/') != std::string_view::npos) return std::nullopt;
  return percentDecoded(path, false);
}

std::string_view hostOf(std::string_view origin) {
  const auto slashes = origin.find("://");
  return slashes == std::string_view::npos ? origin : origin.substr(slashes + 3);
}

Answer describeApi() {
  Answer answer;
  answer.contentType = "text/plain; charset=utf-8";
  answer.text = kDocs;
  return answer;
}

bool isRekors(std::string_view path) { return path.starts_with("/api/"); }

Answer refusedAt(std::string_view path, int status, std::string_view text) {
  Answer answer;
  answer.status = status;
  answer.body = TrustApi::refusalBody(path, status, text);
  return answer;
}

Answer internalError(const ApiContext& context, const ApiRequest& request, const std::string& requestId) {
  if (isRekors(request.path)) return refusedAt(request.path, 500, "An unexpected error occurred");
  Answer answer;
  answer.status = 500;
  answer.body = {{"error", "internal_server_error"},
                 {"message", "An unexpected error occurred"},
                 {"timestamp", formatMicroseconds(unixMicroseconds(context.service.clock()))},
                 {"request_id", requestId}};
  return answer;
}

// Fixed paths, and what each method does there.
struct Place {
  std::string_view path;
  std::string_view method;
  std::function<Answer()> run;
};

}  // namespace

TrustApi::TrustApi(TrustService& service, ApiSettings settings)
    : submissions_(settings.submissions),
      context_{service, std::move(settings.localIdentity), settings.mock, submissions_},
      loopbackOnly_(settings.loopbackOnly),
      log_(std::move(settings.log)) {}

Json TrustApi::refusalBody(std::string_view path, int status, std::string_view text) {
  return isRekors(path) ? Json{{"code", status}, {"message", text}} : Json{{"detail", text}};
}

http::Response TrustApi::route(const ApiRequest& request) const {
  ApiCall call(*this, request);
  call.begin();
  if (call.write()) {
    std::promise<Result<Appended>> promise;
    context_.service.writer().submit(std::move(*call.write()),
                                     [&promise](Result<Appended> written) { promise.set_value(std::move(written)); });
    call.finish(promise.get_future().get());
  }
  return std::move(call.response());
}

void ApiCall::begin() {
  requestId_ = newRequestId();
  attempt([this] { return api_.dispatch(request_); });
}

void ApiCall::finish(Result<Appended> written) {
  const auto unfinished = std::move(unfinished_);
  attempt([&] { return unfinished->answer(std::move(written)); });
}

void ApiCall::attempt(const std::function<Answer()>& step) {
  Answer answer;
  try {
    answer = step();
  } catch (const std::exception& error) {
    answer = internalError(api_.context_, request_, requestId_);
    answer.detail = std::string("uncaught: ") + error.what();
  }
  unfinished_ = std::move(answer.unfinished);
  if (!unfinished_) response_ = api_.render(request_, requestId_, std::move(answer));
}

http::Response TrustApi::render(const ApiRequest& request, const std::string& requestId, Answer answer) const {
  if (!answer.detail.empty() && log_)
    log_(requestId + " " + request.method + " " + request.path.substr(0, 200) + " " + answer.detail);
  http::Response response;
  response.status = answer.status;
  response.extra = "X-Request-ID: " + requestId + "\r\n" + answer.extra;
  if (context_.mock) {
    response.extra += "X-Certus-Mock: true\r\n";
    if (answer.body.is_object()) answer.body["mock"] = true;
  }
  if (!answer.contentType.empty()) {
    response.contentType = answer.contentType;
    response.body = std::move(answer.text);
  } else {
    response.body = answer.body.is_null() ? std::string() : errorFree(answer.body);
  }
  return response;
}

Answer TrustApi::dispatch(const ApiRequest& request) const {
  if (loopbackOnly_ && request.host && !namesLoopback(*request.host)) {
    return refusedAt(
        request.path, 403,
        "This service answers to loopback names only, such as 127.0.0.1 and localhost: the Host header names another.");
  }
  if (request.origin && !namesLoopback(hostOf(*request.origin))) {
    return refusedAt(request.path, 403, "Web pages of other hosts may not use this service: the Origin header names one.");
  }
  if (request.body.size() > kMaxRequestBytes)
    return refusedAt(request.path, 413, "The request body is larger than 1 MiB");
  if (auto answer = rekorAnswer(context_, request)) return std::move(*answer);
  const Place places[] = {
      {"/", "GET", [] { return describeService(); }},
      {"/docs", "GET", [] { return describeApi(); }},
      {"/health", "GET", [&] { return reportHealth(context_); }},
      {"/v1/health", "GET", [&] { return reportHealth(context_); }},
      {"/v1/ready", "GET", [&] { return reportReady(context_); }},
      {"/v1/stats", "GET", [&] { return reportStats(context_); }},
      {"/v1/keys/trusted_root.json", "GET", [&] { return showTrustedRoot(context_); }},
      {"/v1/sign", "POST", [&] { return sign(context_, request); }},
      {"/v1/verify", "POST", [&] { return verify(context_, request); }},
      {"/v1/transparency", "GET", [&] { return listEntries(context_, request); }},
      {"/v1/provenance", "GET", [&] { return provenanceOfArtifact(context_, request); }},
  };
  for (const Place& place : places) {
    if (request.path == place.path) return request.method == place.method ? place.run() : methodNotAllowed(place.method);
    if (request.path.size() > 1 && request.path == std::string(place.path) + "/") {
      Answer moved;
      moved.status = 307;
      moved.extra = "Location: " + std::string(place.path) + (request.query.empty() ? "" : "?" + request.query) + "\r\n";
      return moved;
    }
  }
  const auto entry = segmentAfter(request.path, "/v1/transparency/");
  const auto scan = segmentAfter(request.path, "/v1/provenance/");
  if (!entry && !scan) return notFound();
  if (request.method != "GET") return methodNotAllowed("GET");
  return entry ? showEntry(context_, request, *entry) : provenanceOfScan(context_, request, *scan);
}

}  // namespace certus::trust_service
