#include "config/rules.h"
#include "config/shape_of.h"
#include "policy/identity/identity_config.h"
#include "policy/identity/identity_rules.h"

namespace certus::identity {
namespace {

using config::Shape;
using config::ShapeOf;

constexpr Milliseconds kNone{0}, kMinute{60'000}, kHour{3'600'000}, kDay{86'400'000};
constexpr const char* kNamePattern = "^[a-z][a-z0-9_-]{0,31}$";

Shape claimsShape() {
  ShapeOf<ClaimNames> out;
  out.text("subject", &ClaimNames::subject, "Who it is. A claim's name, or a JSON Pointer (/realm_access/roles).")
      .check(checkSubjectClaim, "^.");
  out.text("tenant", &ClaimNames::tenant, "On whose behalf; a token without it is then refused.")
      .check(checkClaim)
      .fallback("org_id");
  out.text("groups", &ClaimNames::groups, "Groups that rules may name: a list, or words.").check(checkClaim);
  out.text("allowed_tools", &ClaimNames::allowedTools,
           "What the token itself is limited to: tools, resources and prompts as service/name.")
      .check(checkClaim);
  out.text("scopes", &ClaimNames::scopes, "OAuth scopes: words, or a list.").check(checkClaim);
  return std::move(out.shape);
}

void addIssuerLimits(ShapeOf<Issuer>& out) {
  out.seconds("max_lifetime_seconds", &Issuer::maxLifetime, kMinute, 30 * kDay, "Tokens made for longer are refused.");
  out.seconds("skew_seconds", &Issuer::skew, kNone, 5 * kMinute, "How far its clock and ours may differ.");
  out.seconds("refresh_seconds", &Issuer::refresh, kMinute, kDay,
              "How old keys from jwks_url may be before newer are asked for.");
  out.seconds("keep_on_error_seconds", &Issuer::keepOnError, kMinute, 30 * kDay,
              "How long old keys do while jwks_url does not answer.");
  out.toggle("access_tokens_only", &Issuer::accessTokensOnly,
             "true: only tokens of type at+jwt, so that ID tokens are refused.");
}

// What keeps one issuer's people apart from another's.
void addIssuerBounds(ShapeOf<Issuer>& out) {
  out.text("subject_prefix", &Issuer::subjectPrefix,
           "Put before the subject of everybody from this issuer; with several issuers each needs its own.")
      .check(checkSubjectPrefix, kSubjectPrefixPattern)
      .fallback("")
      .sample("'partner:'");
  out.list("groups", &Issuer::groups, "The only groups that it may put people into; * is any text. Without it: any.")
      .check(checkPrintable, kPrintablePattern)
      .fallback("")
      .sample("[partner-*]");
  // An empty list is a limit too, so that it was said must be kept.
  out.shape.fields.back().store = [](void* target, const config::Value& value) {
    auto* issuer = static_cast<Issuer*>(target);
    issuer->limitsGroups = true;
    issuer->groups = std::get<std::vector<std::string>>(value);
  };
}

Shape issuerShape() {
  static const Shape claims = claimsShape();
  ShapeOf<Issuer> out;
  out.text("issuer", &Issuer::issuer, "`iss` of its tokens, exactly.")
      .required()
      .check(checkIssuer)
      .sample("https://id.example.com");
  out.list("audiences", &Issuer::audiences, "`aud` must name one of these: this gateway's public URL.")
      .required()
      .check(checkPrintable, kPrintablePattern)
      .sample("[https://gateway.example.com/mcp]");
  out.list("algorithms", &Issuer::algorithms, "Accepted signatures.")
      .check(checkAlgorithm, "^(RS256|PS256|ES256|ES384|EdDSA)$")
      .fallback(R"(["RS256", "PS256", "ES256", "ES384", "EdDSA"])");
  out.text("jwks_file", &Issuer::jwksFile, "Its keys, from a file; or jwks_url.")
      .check(config::checkPath)
      .fallback("keys/id.jwks.json");
  out.text("jwks_url", &Issuer::jwksUrl, "Its keys, asked at most once a minute; or jwks_file.")
      .check(checkKeysUrl, "^https?://[^/@?#]+(/[^?#]*)?$")
      .fallback("https://id.example.com/jwks.json");
  out.text("jwks_ca_file", &Issuer::jwksCaFile, "PEM with the authorities to trust for jwks_url instead of the system's.")
      .check(config::checkPath)
      .fallback("company-ca.pem");
  addIssuerLimits(out);
  out.text("tenant", &Issuer::tenant, "Of everybody from this issuer.")
      .check(checkPrintable, kPrintablePattern)
      .fallback("acme");
  addIssuerBounds(out);
  out.section("claims", claims, "Where in its tokens things stand.",
              [](Issuer& issuer) -> ClaimNames& { return issuer.claims; });
  out.shape.nameCheck = checkKeyName;
  out.shape.namePattern = kNamePattern;
  out.shape.sampleName = "company";
  return std::move(out.shape);
}

Shape certificateShape() {
  ShapeOf<NamedCertificateRule> out;
  const auto pattern = [&](const char* key, std::string CertificateRule::*member, const char* doc, const char* example) {
    out.text(key, member, doc).check(checkCertificatePattern).fallback(example);
  };
  pattern("uri", &CertificateRule::uri, "Recognised by a URI among its alternative names; one * at an end.",
          "spiffe://example.org/ci/*");
  pattern("dns", &CertificateRule::dns, "Or by a DNS name.", "ci.example.org");
  pattern("email", &CertificateRule::email, "Or by an e-mail address.", "ci@example.org");
  pattern("distinguished_name", &CertificateRule::distinguishedName, "Or by its whole subject (RFC 2253).",
          "CN=ci,O=Example");
  out.text("subject", &CertificateRule::subject, "Who that is; without it the name that matched.")
      .check(checkPrintable, kPrintablePattern)
      .fallback("ci@example.org");
  out.text("tenant", &CertificateRule::tenant, "On whose behalf.").check(checkPrintable, kPrintablePattern).fallback("acme");
  out.list("groups", &CertificateRule::groups, "Groups that rules may name.").check(checkPrintable, kPrintablePattern);
  out.shape.nameCheck = checkKeyName;
  out.shape.namePattern = kNamePattern;
  out.shape.sampleName = "ci";
  return std::move(out.shape);
}

Shape failuresShape() {
  ShapeOf<IdentityConfig> out;
  out.integer("burst", &IdentityConfig::failureBurst, 1, 10'000, "Failed authentications of one address at once.");
  out.seconds("recovery_seconds", &IdentityConfig::failureRecovery, Milliseconds{1}, kHour, "Until one more is forgiven.");
  return std::move(out.shape);
}

Shape toolScopeShape() {
  ShapeOf<ToolScope> out;
  out.list("tools", &ToolScope::tools, "Which tools; service/name with * for any text.")
      .required()
      .check(checkToolPattern)
      .sample("[trust/sign]");
  out.shape.nameCheck = checkScope;
  out.shape.namePattern = kScopePattern;
  out.shape.sampleName = "trust:sign";
  return std::move(out.shape);
}

ToolScope& newToolScope(ResourceServer& resource, const std::string& scope) {
  resource.toolScopes.emplace_back().scope = scope;
  return resource.toolScopes.back();
}

Shape resourceShape() {
  static const Shape toolScope = toolScopeShape();
  ShapeOf<ResourceServer> out;
  out.text("public_url", &ResourceServer::publicUrl, "The URL that clients are given, exactly; OAuth metadata names it.")
      .required()
      .check(checkPublicUrl)
      .sample("https://gateway.example.com/mcp");
  out.list("authorization_servers", &ResourceServer::authorizationServers, "Where clients sign in; without it the issuers.")
      .check(checkIssuer);
  out.list("scopes", &ResourceServer::scopes, "What clients ask for first; keep it small.").check(checkScope);
  out.named("tool_scopes", toolScope, "What a client is told to ask for beside them, where a token is not for a tool.",
            newToolScope);
  out.text("name", &ResourceServer::name, "Shown by clients.").fallback("Certus");
  out.text("documentation", &ResourceServer::documentation, "URL for people.")
      .check(checkPublicUrl)
      .fallback("https://example.com/help");
  return std::move(out.shape);
}

Issuer& newIssuer(IdentityConfig& identity, const std::string& name) {
  identity.issuers.emplace_back().name = name;
  return identity.issuers.back();
}

NamedCertificateRule& newRule(IdentityConfig& identity, const std::string& name) {
  identity.certificates.emplace_back().name = name;
  return identity.certificates.back();
}

Shape makeShape() {
  static const Shape issuer = issuerShape(), certificate = certificateShape(), failures = failuresShape(),
                     resource = resourceShape();
  ShapeOf<IdentityConfig> out;
  out.named("issuers", issuer, "Whose tokens (JWT) are accepted, by a name of your choice.", newIssuer);
  out.text("api_keys", &IdentityConfig::apiKeysFile, "File with the digests of API keys; relative to this file.")
      .check(config::checkPath)
      .fallback("api-keys.yaml");
  out.text("revocations", &IdentityConfig::revocationsFile, "File with what counts no more; relative to this file.")
      .check(config::checkPath)
      .fallback("revocations.yaml");
  out.named("certificates", certificate, "Which client certificates are whom; the first that matches.", newRule);
  out.section("failures", failures, "How often one address may fail to authenticate.",
              [](IdentityConfig& identity) -> IdentityConfig& { return identity; });
  out.list("trusted_proxies", &IdentityConfig::trustedProxies, "Networks whose word about client addresses is taken.")
      .check(checkCidr);
  out.word("forwarded_header", &IdentityConfig::forwardedHeader, {"x-forwarded-for", "forwarded"},
           "The header they write it in.");
  out.section("resource", resource, "OAuth: what clients are told about where to sign in.",
              [](IdentityConfig& identity) -> ResourceServer& { return identity.resource; });
  return std::move(out.shape);
}

}  // namespace

const Shape& identityShape() {
  static const Shape shape = makeShape();
  return shape;
}

}  // namespace certus::identity
