// Searching by artifact, key or name. An entry that is found is not thereby proven: the caller fetches and verifies it.
#include <algorithm>
#include <array>

#include "base/encoding.h"
#include "services/trust/crypto/verification_key.h"
#include "services/trust/log/search_index.h"
#include "services/trust/rekor/operations.h"
#include "services/trust/rekor/rekor_answer.h"

namespace certus::trust_service::rekor {
namespace {

constexpr std::size_t kMaxSubject = 512;
constexpr std::array<std::string_view, 5> kFormats{"pgp", "x509", "minisign", "ssh", "tuf"};

using Keys = std::vector<std::string>;
using Problem = std::optional<Answer>;

const Input* memberOf(const Input& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

bool isHex(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Problem addHash(const Input& query, Keys& keys) {
  const Input* hash = memberOf(query, "hash");
  if (!hash) return std::nullopt;
  const std::string text = hash->is_string() ? asSearchKey(hash->get<std::string>()) : std::string();
  const auto colon = text.find(':');
  const std::string_view digits = std::string_view(text).substr(colon == std::string::npos ? 0 : colon + 1);
  const std::string_view name = std::string_view(text).substr(0, colon == std::string::npos ? 0 : colon);
  struct Form {
    std::string_view name;
    std::size_t digits;
  };
  for (const Form& form : {Form{"sha256", 64}, Form{"sha384", 96}, Form{"sha512", 128}, Form{"sha1", 40}}) {
    if (!isHex(digits, form.digits) || (!name.empty() && name != form.name) || (name.empty() && colon == 0)) continue;
    keys.push_back(std::string(form.name) + ":" + std::string(digits));
    return std::nullopt;
  }
  return invalid(kPattern,
                 "hash in body should match '^(sha512:)?[0-9a-fA-F]{128}$|^(sha384:)?[0-9a-fA-F]{96}$|"
                 "^(sha256:)?[0-9a-fA-F]{64}$|^(sha1:)?[0-9a-fA-F]{40}$'");
}

Problem addKey(const Input& query, Keys& keys) {
  const Input* given = memberOf(query, "publicKey");
  if (!given) return std::nullopt;
  if (!given->is_object()) return invalid(kInvalidType, "publicKey in body must be of type object");
  const Input* format = memberOf(*given, "format");
  if (!format) return invalid(kRequired, "publicKey.format in body is required");
  const std::string name = format->is_string() ? format->get<std::string>() : std::string();
  if (std::ranges::find(kFormats, name) == kFormats.end()) {
    return invalid(kEnum, "publicKey.format in body should be one of [pgp x509 minisign ssh tuf]");
  }
  const Input* content = memberOf(*given, "content");
  const auto bytes = content && content->is_string() ? fromBase64(content->get<std::string>()) : std::nullopt;
  if (!bytes) return badRequest("publicKey.content must be the key in standard base64; a URL is never fetched");
  if (name != "x509") {
    keys.push_back(keyHashOf(*bytes));  // of a form that no entry here can have: finds nothing
    return std::nullopt;
  }
  const auto key = VerificationKey::fromPem(*bytes);
  if (!key) return badRequest("publicKey.content: " + key.error().message);
  keys.push_back(keyHashOf(key->pem()));
  return std::nullopt;
}

Problem addNames(const Input& query, Keys& keys) {
  if (const Input* email = memberOf(query, "email")) {
    const std::string text = email->is_string() ? email->get<std::string>() : std::string();
    const auto at = text.find('@');
    if (at == std::string::npos || at == 0 || at + 1 == text.size() || text.size() > kMaxSubject) {
      return invalid(kInvalidType, "email in body must be of type email");
    }
    keys.push_back(asSearchKey(text));
  }
  if (const Input* subject = memberOf(query, "subject")) {
    if (!subject->is_string()) return invalid(kInvalidType, "subject in body must be of type string");
    const auto& text = subject->get_ref<const std::string&>();
    if (text.size() > kMaxSubject) return invalid(kTooLong, "subject in body should be at most 512 chars long");
    if (!text.empty()) keys.push_back(asSearchKey(text));
  }
  return std::nullopt;
}

}  // namespace

Answer searchIndex(const ApiContext& context, const ApiRequest& request) {
  auto query = readObject(request, "query");
  if (!query) return std::move(query.error());
  Keys keys;
  for (const auto add : {addHash, addKey, addNames}) {
    if (auto wrong = add(*query, keys)) return std::move(*wrong);
  }
  const Input* given = memberOf(*query, "operator");
  if (given && *given != "and" && *given != "or") return invalid(kEnum, "operator in body should be one of [and or]");
  auto snapshot = context.service.reader().snapshot();
  if (!snapshot) return failure(snapshot.error());
  auto found = searchEntries(snapshot->database(), keys, given && *given == "and" ? Match::All : Match::Any);
  if (!found) return failure(found.error());
  Json ids = Json::array();
  const std::string tree = context.service.installation().log().treeIdHex();
  for (const std::string& hash : *found) ids.push_back(tree + toHex(hash));
  return jsonAnswer(200, ids);
}

}  // namespace certus::trust_service::rekor
