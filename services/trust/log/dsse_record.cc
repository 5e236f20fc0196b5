#include "services/trust/log/dsse_record.h"

#include <fmt/format.h>

#include "base/encoding.h"

namespace certus::trust_service {

std::string DsseRecord::canonical() const {
  std::string list;
  for (const Signature& each : signatures) {
    list.append(list.empty() ? "" : ",")
        .append(fmt::format(R"({{"signature":"{}","verifier":"{}"}})", toBase64(each.signature), toBase64(each.keyPem)));
  }
  return fmt::format(R"({{"apiVersion":"0.0.1","kind":"dsse","spec":{{"envelopeHash":{{"algorithm":"sha256","value":"{}"}},)"
                     R"("payloadHash":{{"algorithm":"sha256","value":"{}"}},"signatures":[{}]}}}})",
                     toHex(envelopeHash), toHex(payloadHash), list);
}

std::string preAuthenticationEncoding(const std::string& payloadType, const std::string& payload) {
  return fmt::format("DSSEv1 {} {} {} {}", payloadType.size(), payloadType, payload.size(), payload);
}

}  // namespace certus::trust_service
