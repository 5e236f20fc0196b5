#include "gateway/modules/call_slot.h"

#include <algorithm>
#include <utility>

#include "gateway/modules/abi_view.h"

namespace certus::gateway {
namespace {

http::Method methodOf(std::uint32_t raw) {
  switch (raw) {
    case CERTUS_GET: return http::Method::Get;
    case CERTUS_POST: return http::Method::Post;
    case CERTUS_PUT: return http::Method::Put;
    case CERTUS_DELETE: return http::Method::Delete;
    case CERTUS_PATCH: return http::Method::Patch;
    default: return http::Method::Other;  // refused by the services' rules
  }
}

}  // namespace

void PendingRequest::copy(const certus_http_request& request) {
  service.assign(view(request.service));
  path.assign(view(request.path));
  body.assign(view(request.body));
  contentType.assign(view(request.content_type));
  headers.clear();
  headerText.clear();
  std::size_t bytes = 0;
  for (std::uint32_t i = 0; i < request.header_count; ++i) bytes += request.headers[i].name.size + request.headers[i].value.size;
  headerText.reserve(bytes);  // the views below point into it
  const auto keep = [this](certus_str text) {
    const std::size_t from = headerText.size();
    headerText.append(view(text));
    return std::string_view(headerText).substr(from);
  };
  for (std::uint32_t i = 0; i < request.header_count; ++i) {
    const std::string_view name = keep(request.headers[i].name);
    headers.push_back({name, keep(request.headers[i].value)});
  }
  question.service = service;
  question.method = methodOf(request.method);
  question.path = path;
  question.body = body;
  question.contentType = contentType;
  question.headers = headers;
  question.idempotent = request.idempotent != 0;
  question.expectJson = request.expect_json != 0;
  question.timeout = Milliseconds(request.timeout_ms);
  cancel = http::Cancel();
}

void CallSlot::noteAnswered(const ServiceAnswer& answer) {
  busySince = std::min(busySince, answer.asked);
  if (requests() > 1) return;
  upstream += answer.asked + answer.took - busySince;
  busySince = SteadyTime::max();
}

std::chrono::nanoseconds CallSlot::upstreamSoFar() const {
  SteadyTime since = busySince;
  const auto count = [&since](const ServiceAnswer& underWay) {
    if (underWay.asked != SteadyTime()) since = std::min(since, underWay.asked);
  };
  if (asked) count(own.answer);
  for (const auto& pending : spawned) count(pending->answer);
  return since == SteadyTime::max() ? upstream : upstream + (std::chrono::steady_clock::now() - since);
}

}  // namespace certus::gateway
