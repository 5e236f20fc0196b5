#include "services/trust/sigstore/trusted_root.h"

#include "services/trust/crypto/keys.h"
#include "services/trust/formats/times.h"
#include "services/trust/sigstore/document.h"

namespace certus::sigstore {
namespace {

constexpr std::size_t kMaxInstances = 64, kMaxChain = 8, kMaxUrl = 512, kMaxName = 256, kMaxKey = 16 * 1024,
                      kMaxCertificate = 64 * 1024, kMaxTime = 64, kMaxKeyId = 64;

constexpr std::string_view kP256Details = "PKIX_ECDSA_P256_SHA_256";

std::optional<trust_service::Instant> timeIn(const Members& from, const char* name) {
  if (!from.has(name)) return std::nullopt;
  const auto instant = trust_service::parseInstant(from.text(name, kMaxTime));
  if (!instant) from.problem().note(from.place(name), "must be a time such as 2021-01-12T11:53:27Z");
  return instant;
}

Validity validityIn(const Members& from) {
  if (!from.has("validFor")) return {};
  const auto period = from.object("validFor", {"start", "end"});
  const auto start = timeIn(period, "start"), end = timeIn(period, "end");
  if (start && end && end->second < start->second)
    period.problem().note(from.place("validFor"), "ends before it starts");
  Validity validity;  // entries have whole seconds: of a fraction's second nothing is covered that lies outside
  if (start) validity.start = start->second + (start->hasFraction ? 1 : 0);
  if (end) validity.end = end->second;
  return validity;
}

std::string hostOf(std::string_view url) {
  const auto slashes = url.find("://");
  if (slashes != std::string_view::npos) url.remove_prefix(slashes + 3);
  return std::string(url.substr(0, url.find('/')));
}

std::shared_ptr<EVP_PKEY> p256KeyIn(const Members& from, const std::string& der) {
  auto key = trust_service::publicKeyFromDer(der);
  if (key && EVP_PKEY_get_bits(key->get()) == 256) return std::shared_ptr<EVP_PKEY>(std::move(*key));
  from.problem().note(from.place("rawBytes"), "is no P-256 key");
  return nullptr;
}

TransparencyLog readLog(const nlohmann::json& value, const std::string& place, Problem& problem) {
  const Members from(problem, value, place,
                     {"baseUrl", "hashAlgorithm", "publicKey", "logId", "checkpointKeyId", "operator"});
  for (const char* name : {"baseUrl", "hashAlgorithm", "publicKey", "logId"}) from.require(name);
  from.text("operator", kMaxName);
  if (from.has("checkpointKeyId")) from.object("checkpointKeyId", {"keyId"}).bytes("keyId", kMaxKeyId);
  if (from.text("hashAlgorithm", kMaxName) != "SHA2_256") problem.note(from.place("hashAlgorithm"), "must be SHA2_256");
  TransparencyLog log;
  log.host = hostOf(from.text("baseUrl", kMaxUrl));
  if (log.host.empty()) problem.note(from.place("baseUrl"), "names no host");
  log.keyId = from.object("logId", {"keyId"}).bytes("keyId", kMaxKeyId);
  const auto key = from.object("publicKey", {"rawBytes", "keyDetails", "validFor"});
  log.key = key.bytes("rawBytes", kMaxKey);
  log.keyDetails = key.text("keyDetails", kMaxName);
  log.validity = validityIn(key);
  if (log.keyDetails == kP256Details) log.publicKey = p256KeyIn(key, log.key);
  if (log.key.empty() || log.keyId.empty()) problem.note(place, "must have a publicKey and a logId that are not empty");
  return log;
}

TrustedAuthority readAuthority(const nlohmann::json& value, const std::string& place, Problem& problem) {
  const Members from(problem, value, place, {"subject", "uri", "certChain", "validFor", "operator"});
  const auto subject = from.object("subject", {"organization", "commonName"});
  subject.text("organization", kMaxName);
  subject.text("commonName", kMaxName);
  from.text("uri", kMaxUrl);
  from.text("operator", kMaxName);
  std::vector<std::string> certificates;
  from.object("certChain", {"certificates"})
      .array("certificates", kMaxChain, [&](const nlohmann::json& each, const std::string& where) {
        certificates.push_back(Members(problem, each, where, {"rawBytes"}).bytes("rawBytes", kMaxCertificate));
      });
  TrustedAuthority authority;
  auto chain = AuthorityChain::load(certificates);
  if (!chain) problem.note(from.place("certChain"), chain.error());
  if (chain) authority.chain = std::move(*chain);
  authority.validity = validityIn(from);
  return authority;
}

}  // namespace

Outcome<TrustedRoot> parseTrustedRoot(std::string_view text) {
  auto document = parseDocument(text, kMaxTrustedRootBytes, "the trusted root");
  if (!document) return tl::make_unexpected(document.error());
  Problem problem;
  const Members top(problem, *document, "",
                    {"mediaType", "tlogs", "certificateAuthorities", "ctlogs", "timestampAuthorities"});
  const std::string mediaType = top.text("mediaType", kMaxName);
  if (!problem.any() && mediaType != kTrustedRootMediaType) {
    return refuse(FailureClass::UnsupportedVersion,
                  "the trusted root's mediaType is \"" + mediaType + "\"; known is " + kTrustedRootMediaType);
  }
  TrustedRoot root;
  top.array("tlogs", kMaxInstances, [&](const nlohmann::json& value, const std::string& place) {
    root.logs.push_back(readLog(value, place, problem));
  });
  top.array("certificateAuthorities", kMaxInstances, [&](const nlohmann::json& value, const std::string& place) {
    root.authorities.push_back(readAuthority(value, place, problem));
  });
  top.array("ctlogs", kMaxInstances, [&](const nlohmann::json& value, const std::string& place) {
    readLog(value, place, problem);
    root.demandsCertificateTransparency = true;
  });
  top.array("timestampAuthorities", kMaxInstances,
            [&](const nlohmann::json& value, const std::string& place) { readAuthority(value, place, problem); });
  if (problem.any()) return refuse(FailureClass::Malformed, "the trusted root: " + problem.text());
  return root;
}

}  // namespace certus::sigstore
