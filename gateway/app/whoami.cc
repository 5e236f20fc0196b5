// `certus-gateway whoami`: whom a credential makes its holder, or why it is refused. The operator's side: it tells the
// reason.
#include <cstdlib>
#include <iostream>
#include <set>

#include <unistd.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "gateway/app/commands.h"
#include "gateway/app/failure_reasons.h"
#include "gateway/app/fetch_keys.h"
#include "gateway/app/issuer_keys.h"
#include "gateway/app/offline.h"
#include "policy/identity/authenticator.h"
#include "policy/identity/instant.h"
#include "policy/rules/access_words.h"
#include "policy/set/met_limits.h"

namespace certus::app {
namespace {

using Json = nlohmann::ordered_json;

// Starts nothing: that keys are wanted is the answer, and --fetch decides what becomes of it.
class NoFetcher final : public identity::KeyFetcher {
 public:
  void start(const std::string&) override {}
};

std::string credentialFromOutside() {
  std::string text;
  if (const char* variable = std::getenv("CERTUS_TOKEN"); variable != nullptr && *variable != '\0') {
    text = variable;
  } else {
    if (::isatty(STDIN_FILENO) == 1) std::cerr << "token or API key, then Enter: ";
    std::getline(std::cin, text);
  }
  const auto isSpace = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && isSpace(text.back())) text.pop_back();
  return text;
}

const char* wordFor(identity::Method method) {
  switch (method) {
    case identity::Method::Local: return "local";
    case identity::Method::Bearer: return "token";
    case identity::Method::ApiKey: return "api key";
    case identity::Method::Certificate: return "certificate";
  }
  return "";
}

Json refused(const char* label, const std::string& reason) {
  return {{"accepted", false}, {"reason", label}, {"meaning", reason}};
}

// Tools that the holder sees, each with how freely, and the limits that meet these and whatever else it sees.
void addPolicy(const policy::PolicySet& set, const rules::Caller& caller, Json& out) {
  const rules::Standing standing = set.rules->standing(caller);
  Json tools = Json::array(), limits = Json::array();
  std::set<std::string> seen;
  for (const rules::Id item : standing.row->listed()) {
    const rules::CatalogueItem& each = set.rules->catalogue()[item];
    const bool narrowed = standing.scope && standing.scope->refused[item];
    if (each.kind == rules::ItemKind::Tool) {
      tools.push_back({{"tool", each.fullName()},
                       {"may", narrowed ? "not with this credential" : rules::accessWords(*set.rules, *standing.row, item)}});
    }
    if (narrowed) continue;
    for (const policy::MetLimit& limit : policy::limitsMeeting(set, caller, each)) {
      if (!seen.insert(limit.rule + limit.sharedBy).second) continue;
      limits.push_back(
          {{"limit", limit.rule}, {"rate", limit.howOften}, {"shared_by", limit.sharedBy}, {"where", limit.where}});
    }
  }
  out["tenant"] = policy::tenantOf(*set.rules, caller);
  out["groups"] = policy::groupsOf(*set.rules, caller);
  out["tools"] = std::move(tools);
  out["limits"] = std::move(limits);
}

Json accepted(const identity::Principal& who, const policy::PolicySet& set) {
  Json out = {{"accepted", true},
              {"subject", who.subject},
              {"tenant", who.tenant},
              {"groups", who.groups},
              {"groups_of_the_credential", who.groups},
              {"proved_by", wordFor(who.method)},
              {"key", who.keyId},
              {"expires", who.expires == WallTime::max() ? Json() : Json(identity::showInstant(who.expires))}};
  if (!who.droppedGroups.empty()) out["groups_dropped"] = who.droppedGroups;
  if (who.allowedTools) out["allowed_tools"] = *who.allowedTools;
  if (!who.scopes.empty()) out["scopes"] = who.scopes;
  addPolicy(set, {who.subject, who.tenant, who.groups, who.allowedTools ? &*who.allowedTools : nullptr}, out);
  return out;
}

std::string words(const Json& list) {
  std::string out;
  for (const Json& each : list) out += (out.empty() ? "" : ", ") + each.get<std::string>();
  return out.empty() ? "none" : out;
}

void print(const Json& said) {
  if (!said["accepted"].get<bool>()) {
    std::cout << "refused: " << said["reason"].get<std::string>() << "\n  " << said["meaning"].get<std::string>() << '\n';
    return;
  }
  const std::string tenant = said["tenant"], key = said["key"];
  std::cout << "subject  " << said["subject"].get<std::string>() << "\ntenant   " << (tenant.empty() ? "none" : tenant)
            << "\ngroups   " << words(said["groups"]) << "\nproof    " << said["proved_by"].get<std::string>()
            << (key.empty() ? "" : " " + key) << "\nexpires  "
            << (said["expires"].is_null() ? "never" : said["expires"].get<std::string>()) << '\n';
  if (said["groups"] != said["groups_of_the_credential"])
    std::cout << "         (the credential names: " << words(said["groups_of_the_credential"]) << ")\n";
  if (said.contains("groups_dropped")) {
    std::cout << "         (the credential names, and its issuer may not: " << words(said["groups_dropped"])
              << "; `groups` of the issuer says which it may)\n";
  }
  if (said.contains("allowed_tools")) std::cout << "narrowed to " << words(said["allowed_tools"]) << '\n';
  std::cout << (said["tools"].empty() ? "tools    none: no rule allows anything\n" : "tools\n");
  for (const Json& tool : said["tools"])
    std::cout << "  " << tool["tool"].get<std::string>() << ": " << tool["may"].get<std::string>() << '\n';
  if (!said["limits"].empty()) std::cout << "limits\n";
  for (const Json& limit : said["limits"]) {
    std::cout << "  " << limit["limit"].get<std::string>() << ": " << limit["rate"].get<std::string>() << "; shared by "
              << limit["shared_by"].get<std::string>() << " (" << limit["where"].get<std::string>() << ")\n";
  }
}

// One credential, judged as `serve` would judge it.
class Judgement {
 public:
  Judgement(const CommandLine& line, const config::Gateway& config, const IdentityFiles& files)
      : line_(line),
        files_(files),
        authenticator_(authenticatorOf(
            config, files, std::make_shared<identity::FailureLimiter>(identity::FailureLimit{}, 0, 64))) {}

  Json of(const std::string& token, const policy::PolicySet& set) const {
    if (token.empty()) return refused("no_credential", "set CERTUS_TOKEN, or write it to standard input");
    identity::Outcome outcome = judge(token);
    if (const auto* pending = std::get_if<identity::AwaitKeys>(&outcome)) {
      const identity::TrustedIssuer& issuer = files_.issuers[pending->issuer];
      if (!line_.fetch) return refused("keys_not_fetched", wayToKeys(issuer.settings));
      if (const auto fetched = fetchKeys(issuer); !fetched) return refused("keys_not_fetched", fetched.error().message);
      outcome = judge(token);
    }
    if (const auto* who = std::get_if<identity::PrincipalPointer>(&outcome)) return accepted(**who, set);
    const auto* failure = std::get_if<identity::Failure>(&outcome);
    const auto reason = failure != nullptr ? *failure : identity::Failure::KeysUnavailable;
    return refused(std::string(identity::labelOf(reason)).c_str(), reasonFor(reason));
  }

 private:
  static std::string wayToKeys(const identity::Issuer& issuer) {
    return "the keys of issuer " + issuer.name + " come from " + issuer.jwksUrl +
           ", and nobody is contacted unasked; --fetch asks there for them, --jwks FILE takes saved ones";
  }

  identity::Outcome judge(const std::string& token) const {
    const std::string header = "Bearer " + token;
    const std::string_view headers[] = {header};
    const SystemClock clock;
    return authenticator_->authenticate({headers, "/mcp", nullptr, {}}, {clock.wall(), clock.steady()});
  }

  const CommandLine& line_;
  const IdentityFiles& files_;
  const std::shared_ptr<const identity::Authenticator> authenticator_;
};

// False: --jwks names no key set; said.
bool takeKeys(const CommandLine& line, const IdentityFiles& files, SteadyTime now) {
  if (line.jwks.empty()) return true;
  const auto text = readFile(line.jwks, identity::kMaxKeySetBytes);
  Result<void> took;
  if (!text) took = tl::make_unexpected(text.error());
  for (const identity::TrustedIssuer& issuer : files.issuers) {
    if (took && !issuer.settings.jwksUrl.empty()) took = issuer.keys->fetched(text, now);
  }
  if (!took) std::cerr << line.jwks << ": " << took.error().message << '\n';
  return took.has_value();
}

}  // namespace

int whoAmI(const CommandLine& line) {
  Offline offline(line);
  const config::Gateway* config = offline.configuration();
  if (config == nullptr) return kCannotSay;
  if (!config->identity.acceptsAnything()) {
    std::cerr << config->file
              << (config->policy ? " accepts no credential: add the section identity\n"
                                 : " asks nobody who they are: without policy and identity everybody is " +
                                       config->localIdentity + " (open local mode)\n");
    return kCannotSay;
  }
  const SystemClock clock;
  NoFetcher fetcher;
  const IdentityFiles files = readIdentityFiles(*config, keysWithoutFetching(&fetcher), clock.wall());
  for (const std::string& problem : files.problems) std::cerr << problem << '\n';
  const auto set = files.problems.empty() ? offline.policy() : nullptr;
  if (!set || !takeKeys(line, files, clock.steady())) return kCannotSay;
  const Json said = Judgement(line, *config, files).of(credentialFromOutside(), *set);
  if (line.form == Form::Json) {
    std::cout << said.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
  } else {
    print(said);
  }
  return said["accepted"].get<bool>() ? kYes : kNo;
}

}  // namespace certus::app
