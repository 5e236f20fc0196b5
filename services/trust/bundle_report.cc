#include "services/trust/bundle_report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "services/trust/formats/times.h"

namespace certus::trust_service {
namespace {

using sigstore::FailureClass;
using Json = nlohmann::ordered_json;

// Words of the bundle go to a terminal: without line ends and control characters they cannot write a verdict of their own.
std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0;
    const bool upperControl = byte == 0xc2 && next >= 0x80 && next < 0xa0;  // U+0080 to U+009F
    out += byte < 0x20 || byte == 0x7f || upperControl ? '?' : text[i];
    i += upperControl;
  }
  return out;
}

std::string signedBy(const sigstore::Verdict& verdict) {
  const std::string what = verdict.predicateType.empty() ? "" : "attestation " + verdict.predicateType + ", ";
  if (verdict.identity.empty()) return what + "signed with the key that was given";
  return what + "signed by " + verdict.identity + " (vouched for by " + verdict.identityIssuer + ")";
}

}  // namespace

const char* adviceFor(FailureClass failure) {
  switch (failure) {
    case FailureClass::ArtifactMismatch:
    case FailureClass::SubjectMismatch:
      return "make sure that this is the file that was signed, byte for byte: compare its sha256sum with the signer's";
    case FailureClass::UnknownLog:
    case FailureClass::LogKeyNotValidAtTime:
    case FailureClass::CertChain:
    case FailureClass::CheckpointOrigin:
      return "give --trusted-root the root of the installation that signed: there `certus-trust trusted-root` prints it, "
             "and "
             "GET /v1/keys/trusted_root.json serves it";
    case FailureClass::KeyNotTrusted:
      return "a bundle with a certificate needs --certificate-identity and --certificate-oidc-issuer, one without needs "
             "--key";
    case FailureClass::Identity:
    case FailureClass::Issuer:
      return "if this signer is one whom you trust, name it exactly so; otherwise do not use the artifact";
    case FailureClass::PredicateType:
      return "name the predicate type that you need, or leave --predicate-type out to take any";
    case FailureClass::KeyExpired:
    case FailureClass::CertTime:
      return "have it signed anew: a signature counts only if it was logged while its key was valid";
    case FailureClass::TimestampInvalid:
      return "set this machine's clock, or look into the log that signs for times to come";
    case FailureClass::UnsupportedVersion:
    case FailureClass::UnsupportedEntryKind:
    case FailureClass::UnsupportedKey:
    case FailureClass::UnsupportedPayload:
    case FailureClass::UnsupportedTimestampAuthority:
    case FailureClass::UnsupportedTransparency:
      return "this says nothing about the artifact: use a verifier that supports it, such as cosign verify-blob";
    case FailureClass::Internal: return "this says nothing about the artifact: report it with the bundle";
    case FailureClass::None: return "";
    default:
      return "the bundle is damaged or forged: get it anew from the signer, and if it fails again do not use the artifact";
  }
}

void printForPeople(const sigstore::Verdict& verdict) {
  if (verdict.valid) {
    fmt::print("VALID: {}\n  logged {} as entry {}\n\n", plain(signedBy(verdict)), formatSeconds(verdict.times.front()),
               *verdict.logIndex);
  } else {
    fmt::print("NOT VALID, {}: {}\n  next: {}\n\n", sigstore::toString(verdict.failure.failure),
               plain(verdict.failure.reason), adviceFor(verdict.failure.failure));
  }
  bool failed = false;
  std::string unreached;
  for (const auto& check : verdict.checks) {
    if (failed) {
      unreached += (unreached.empty() ? "" : ", ") + std::string(check.name);
      continue;
    }
    failed = check.status == sigstore::CheckStatus::Failed;
    fmt::print("  {:<8} {:<26} {}\n", sigstore::toString(check.status), check.name, plain(check.reason));
  }
  if (!unreached.empty()) fmt::print("  not made after that: {}\n", unreached);
}

void printForMachines(const sigstore::Verdict& verdict) {
  const auto orNull = [](bool present, const std::string& text) { return present ? Json(text) : Json(nullptr); };
  Json checks = Json::array();
  for (const auto& check : verdict.checks)
    checks.push_back({{"name", check.name}, {"status", sigstore::toString(check.status)}, {"reason", check.reason}});
  const bool named = verdict.valid && !verdict.identity.empty();
  const auto failure = verdict.failure.failure;
  const Json out{{"valid", verdict.valid},
                 {"failure", orNull(!verdict.valid, sigstore::toString(failure))},
                 {"reason", orNull(!verdict.valid, verdict.failure.reason)},
                 {"next", orNull(!verdict.valid, adviceFor(failure))},
                 {"identity", orNull(named, verdict.identity)},
                 {"issuer", orNull(named, verdict.identityIssuer)},
                 {"predicate_type", orNull(verdict.valid && !verdict.predicateType.empty(), verdict.predicateType)},
                 {"times", verdict.times},
                 {"log_index", verdict.logIndex ? Json(*verdict.logIndex) : Json(nullptr)},
                 {"checks", std::move(checks)}};
  fmt::print("{}\n", out.dump(2, ' ', false, Json::error_handler_t::replace));
}

}  // namespace certus::trust_service
