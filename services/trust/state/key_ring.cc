#include "services/trust/state/key_ring.h"

#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "services/trust/formats/strict_json.h"

namespace certus::trust_service {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxRetired = 60;  // a trusted root holds 64 logs

tl::unexpected<Error> damaged(const StateDirectory& directory, const std::string& why) {
  return fail(ErrorCode::DataCorrupt, "The list of the Trust service's keys is damaged: " + directory.keyRing() + ": " +
                                          why + ". Restore the whole state directory from one backup.");
}

bool isPlainName(const std::string& name) {
  return name.starts_with("trust-") && name.size() < 64 && name.find('/') == std::string::npos;
}

// Throws nlohmann's errors.
KeyRing ringOf(const Input& document) {
  KeyRing ring;
  const auto& log = document.at("log");
  const auto& authority = document.at("authority");
  log.at("key").get_to(ring.logKeyFile);
  authority.at("key").get_to(ring.caKeyFile);
  authority.at("certificate").get_to(ring.caCertificateFile);
  for (const auto& each : log.at("retired")) {
    ring.retiredLogKeys.push_back({fromBase64(each.at("public_key").get<std::string>()).value_or(""),
                                   each.at("until_size").get<std::uint64_t>(), each.at("until").get<std::int64_t>()});
  }
  for (const auto& each : authority.at("retired")) {
    ring.retiredAuthorities.push_back({each.at("certificate").get<std::string>(), each.at("until").get<std::int64_t>()});
  }
  return ring;
}

bool isSound(const KeyRing& ring) {
  bool sound = isPlainName(ring.logKeyFile) && isPlainName(ring.caKeyFile) && isPlainName(ring.caCertificateFile) &&
               ring.retiredLogKeys.size() <= kMaxRetired && ring.retiredAuthorities.size() <= kMaxRetired;
  std::uint64_t size = 0;
  for (const auto& each : ring.retiredLogKeys) {
    sound = sound && !each.publicKey.empty() && each.untilSize >= size;
    size = each.untilSize;
  }
  for (const auto& each : ring.retiredAuthorities) sound = sound && isPlainName(each.certificateFile);
  return sound;
}

}  // namespace

Result<KeyRing> KeyRing::load(const StateDirectory& directory) {
  if (!fileExists(directory.keyRing())) return KeyRing();
  auto text = readSmallFile(directory.keyRing(), Secrecy::Public);
  if (!text) return tl::make_unexpected(text.error());
  JsonProblem problem;
  const auto document = parseStrictly(*text, problem);
  if (!document) return damaged(directory, problem.reason);
  try {
    KeyRing ring = ringOf(*document);
    if (isSound(ring)) return ring;
    return damaged(directory, "it names files or sizes that cannot be");
  } catch (const nlohmann::json::exception& error) {
    return damaged(directory, error.what());
  }
}

Result<void> KeyRing::store(const StateDirectory& directory) const {
  if (retiredLogKeys.size() > kMaxRetired || retiredAuthorities.size() > kMaxRetired)
    return fail(ErrorCode::ResourceExhausted, "The installation has had as many keys as a trusted root can hold.");
  Json logKeys = Json::array(), authorities = Json::array();
  for (const auto& each : retiredLogKeys)
    logKeys.push_back({{"public_key", toBase64(each.publicKey)}, {"until_size", each.untilSize}, {"until", each.until}});
  for (const auto& each : retiredAuthorities)
    authorities.push_back({{"certificate", each.certificateFile}, {"until", each.until}});
  const Json document{
      {"log", {{"key", logKeyFile}, {"retired", std::move(logKeys)}}},
      {"authority", {{"key", caKeyFile}, {"certificate", caCertificateFile}, {"retired", std::move(authorities)}}}};
  return replaceFile(directory.keyRing(), document.dump(2) + "\n").and_then([&] {
    return syncFolderOf(directory.keyRing());
  });
}

}  // namespace certus::trust_service
