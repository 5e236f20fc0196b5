// Which era a message belongs to, decided by its body; the version header only cross-checks. Then the newest era's first
// checks, in the order that clients and the conformance suite rely on. (Reference: sections 1.3 and 1.4.)
#pragma once

#include <optional>
#include <string_view>

#include "gateway/mcp/dispatcher.h"
#include "gateway/mcp/envelope.h"
#include "gateway/mcp/request_meta.h"
#include "gateway/stages/stage.h"

namespace certus::gateway {

enum class Era : std::uint8_t { Legacy, Modern };

struct EraInput {
  Envelope::Kind kind = Envelope::Kind::Request;
  bool isInitialize = false;
  const RequestMeta* meta = nullptr;
  std::optional<std::string_view> versionHeader;
};

tl::expected<Era, Refusal> classify(const EraInput& input);

// A message of the newest era: envelope whole, header equal (where there are headers), version served.
std::optional<Refusal> checkModernEnvelope(const RequestMeta& meta, std::optional<std::string_view> versionHeader,
                                           bool hasHeaders);

// Under which legacy revision a message is served: what initialize settled, else the header, else what the transport
// implies.
Revision legacyRevision(const MessageContext& context);

enum class HeaderEra : std::uint8_t { Absent, Legacy, Modern, Unknown };
HeaderEra headerEra(std::optional<std::string_view> versionHeader);

}  // namespace certus::gateway
