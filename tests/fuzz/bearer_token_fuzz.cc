// One credential from anywhere. Input: `<kind>\n<text>`, where the kind says how the text meets the code: `t` a compact
// token as it is; `j` `<header JSON>\n<claims JSON>` signed by the issuer's own key, so that what follows the signature is
// reached; `k` a key set; `h` an Authorization header and a request target; `f` a Forwarded header. Whatever happens: no
// crash; an unsigned text is never accepted; who is accepted is printable, has not expired, and stands so in the claims to
// another parser.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <openssl/evp.h>
#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "policy/identity/authenticator.h"
#include "policy/identity/credential.h"
#include "policy/identity/key_set.h"
#include "policy/identity/text_rules.h"
#include "policy/identity/trusted_proxies.h"

namespace {

using namespace certus;
using namespace certus::identity;
using Json = nlohmann::json;

constexpr std::int64_t kNow = 1'800'000'000;

void require(bool holds) {
  if (!holds) std::abort();
}

const Moment& now() {
  static const Moment moment{WallTime(std::chrono::seconds(kNow)), SteadyTime(std::chrono::seconds(kNow))};
  return moment;
}

struct World {
  EVP_PKEY* key = EVP_PKEY_new_raw_private_key(
      EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>("certus fuzz certus fuzz certus !"), 32);
  std::shared_ptr<KeyCache> keys = std::make_shared<KeyCache>(KeyCacheOptions{}, nullptr);
  Issuer settings;
  std::unique_ptr<BearerVerifier> verifier;

  World() {
    std::string x(32, '\0');
    std::size_t size = x.size();
    require(key && EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(x.data()), &size) == 1);
    const Json jwk = {{"kty", "OKP"}, {"crv", "Ed25519"}, {"kid", "ed"}, {"x", toBase64Url(x)}};
    const Json set = {{"keys", Json::array({jwk})}};
    require(keys->fetched(set.dump(), now().steady).has_value());
    settings.issuer = "https://id";
    settings.audiences = {"gw"};
    settings.claims.tenant = "/org/id";
    verifier = std::make_unique<BearerVerifier>(std::vector<TrustedIssuer>{{settings, keys}},
                                                std::make_shared<Revocations>(), 64, 1 << 16);
  }

  std::string sign(std::string_view header, std::string_view claims) const {
    const std::string input = toBase64Url(header) + "." + toBase64Url(claims);
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    std::string signature(64, '\0');
    std::size_t size = signature.size();
    require(EVP_DigestSignInit(context, nullptr, nullptr, nullptr, key) == 1);
    require(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                           reinterpret_cast<const unsigned char*>(input.data()), input.size()) == 1);
    EVP_MD_CTX_free(context);
    return input + "." + toBase64Url(signature);
  }
};

std::string_view line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view first = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return first;
}

void checkAccepted(const Principal& who, std::string_view headerText, std::string_view claimsText) {
  const Json claims = Json::parse(claimsText, nullptr, false), header = Json::parse(headerText, nullptr, false);
  require(claims.is_object() && header.is_object() && header["alg"] == "EdDSA");
  require(claims["sub"] == who.subject && claims["iss"] == "https://id" && claims["org"]["id"] == who.tenant);
  require(isPrintableName(who.subject) && isPrintableName(who.tenant) && who.expires > now().wall);
  require(who.groups.size() <= kMaxListedNames && std::is_sorted(who.groups.begin(), who.groups.end()));
  for (const char* name : {"jwk", "jku", "x5u", "x5c", "crit", "b64"}) require(!header.contains(name));
#ifdef CERTUS_FUZZ_SELFTEST
  if (who.subject.size() > 5) __builtin_trap();  // planted: a longer name than any seed's
#endif
}

void runSigned(World& world, std::string_view rest) {
  const std::string_view header = line(rest);
  const std::string token = world.sign(header, rest);
  const Outcome outcome = world.verifier->verify(token, now());
  if (const auto* principal = std::get_if<PrincipalPointer>(&outcome)) checkAccepted(**principal, header, rest);
  require(!std::holds_alternative<AwaitKeys>(outcome));
}

void runHead(std::string_view rest) {
  const std::string_view value = line(rest);
  const auto credential = bearerCredential({&value, 1}, rest);
  if (credential) require(!credential->empty() && value.ends_with(*credential));
}

void runForwarded(std::string_view rest, ForwardedHeader header) {
  const Address peer = *parseAddress("10.0.0.1");
  const TrustedProxies proxies({*parseNetwork("10.0.0.0/8")}, header);
  const std::string_view first = line(rest);
  const std::string_view values[] = {first, rest};
  const Address client = proxies.clientOf(peer, values);
  require(parseAddress(showAddress(client)) == client);
  require(TrustedProxies().clientOf(peer, values) == peer);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::string_view kind = line(rest);
  if (kind == "t") require(!std::holds_alternative<PrincipalPointer>(world.verifier->verify(rest, now())));
  if (kind == "j") runSigned(world, rest);
  if (kind == "k") {
    const auto set = KeySet::parse(rest);
    if (set) require(set->size() > 0 && set->size() <= kMaxKeys && Json::accept(rest));
  }
  if (kind == "h") runHead(rest);
  if (kind == "f") runForwarded(rest, ForwardedHeader::Forwarded);
  if (kind == "x") runForwarded(rest, ForwardedHeader::XForwardedFor);
  return 0;
}
