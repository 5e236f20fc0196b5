#include "gateway/mcp/era.h"

#include "base/json_write.h"

namespace certus::gateway {
namespace {

Refusal incomplete(const RequestMeta& meta) {
  return {Fault::IncompleteEnvelope,
          "A request of revision 2026-07-28 is incomplete: " + meta.problems() + '.',
          {},
          CallOutcome::ProtocolError};
}

tl::unexpected<Refusal> refuse(Fault fault, std::string message) {
  return tl::make_unexpected(Refusal{fault, std::move(message), {}, CallOutcome::ProtocolError});
}

}  // namespace

HeaderEra headerEra(std::optional<std::string_view> header) {
  if (!header) return HeaderEra::Absent;
  const auto revision = parseRevision(*header);
  if (!revision) return HeaderEra::Unknown;
  return isModern(*revision) ? HeaderEra::Modern : HeaderEra::Legacy;
}

tl::expected<Era, Refusal> classify(const EraInput& input) {
  const HeaderEra header = headerEra(input.versionHeader);
  const bool headerIsLegacy = header == HeaderEra::Absent || header == HeaderEra::Legacy;
  if (input.kind == Envelope::Kind::Answer) {
    if (headerIsLegacy) return Era::Legacy;
    return refuse(Fault::InvalidRequest,
                  "Revision 2026-07-28 has no answers from clients; send the input as `inputResponses` of a new request.");
  }
  if (input.kind == Envelope::Kind::Notification)
    return input.meta->hasVersionKey || !headerIsLegacy ? Era::Modern : Era::Legacy;
  if (input.isInitialize) {
    const bool enveloped = input.meta->isWhole() && parseRevision(*input.meta->version) == kModern;
    if (enveloped) return Era::Modern;  // where the method does not exist
    if (headerIsLegacy) return Era::Legacy;
    return refuse(Fault::HeaderMismatch,
                  "`initialize` opens a revision up to 2025-11-25, but the header MCP-Protocol-Version names another; leave "
                  "the header out.");
  }
  if (input.meta->hasVersionKey) return Era::Modern;
  if (headerIsLegacy) return Era::Legacy;
  return tl::make_unexpected(incomplete(*input.meta));
}

std::optional<Refusal> checkModernEnvelope(const RequestMeta& meta, std::optional<std::string_view> header,
                                           bool hasHeaders) {
  if (!meta.isWhole()) return incomplete(meta);
  if (hasHeaders && header != meta.version) {
    return Refusal{Fault::HeaderMismatch,
                   std::string("The header MCP-Protocol-Version ") +
                       (header ? "differs from" : "is missing; it must repeat") +
                       " params._meta[\"io.modelcontextprotocol/protocolVersion\"].",
                   {},
                   CallOutcome::ProtocolError};
  }
  if (*meta.version == toString(kModern)) return std::nullopt;
  std::string data = "{\"supported\":[\"2026-07-28\"],\"requested\":";
  appendJsonString(data, meta.version->substr(0, 64));
  return Refusal{Fault::UnsupportedVersion,
                 "This protocol version is not served by requests that carry it in `_meta`. Use 2026-07-28, or open an "
                 "older one with `initialize`.",
                 data + '}', CallOutcome::ProtocolError};
}

Revision legacyRevision(const MessageContext& context) {
  if (context.sessionRevision) return *context.sessionRevision;
  if (context.protocolVersion) {
    const auto named = parseRevision(*context.protocolVersion);
    if (named && !isModern(*named)) return *named;
  }
  switch (context.transport) {
    case Transport::Http: return Revision::V2025_03_26;  // the spec's reading of a missing header
    case Transport::Sse: return Revision::V2024_11_05;
    case Transport::Stdio: return kNewestLegacy;
  }
  return kNewestLegacy;
}

}  // namespace certus::gateway
