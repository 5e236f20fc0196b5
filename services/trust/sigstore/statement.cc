#include "services/trust/sigstore/statement.h"

#include "base/encoding.h"
#include "services/trust/sigstore/document.h"

namespace certus::sigstore {
namespace {

constexpr std::size_t kMaxStatement = 2 * 1024 * 1024, kMaxSubjects = 1024;
constexpr std::string_view kStatementV1 = "https://in-toto.io/Statement/v1",
                           kStatementV01 = "https://in-toto.io/Statement/v0.1";

// A statement's parts, each of its one type. Unknown members are refused, as cosign does, though in-toto would have them
// passed over.
class StatementReader {
 public:
  explicit StatementReader(const nlohmann::json& statement) : statement_(statement) {
    const Members known(problem_, statement, "", {"_type", "subject", "predicateType", "predicate"});
  }
  const Problem& problem() const { return problem_; }

  std::string text(const char* name) {
    const auto at = statement_.find(name);
    if (at != statement_.end() && at->is_string() && !at->get_ref<const std::string&>().empty())
      return at->get<std::string>();
    problem_.note(name, "must be a text that is not empty");
    return {};
  }

  // Whether one of the subjects is the artifact. All are read.
  bool hasSubject(const Artifact& artifact) {
    const auto subjects = statement_.find("subject");
    if (subjects == statement_.end() || !subjects->is_array() || subjects->empty() || subjects->size() > kMaxSubjects) {
      problem_.note("subject", "must be an array of 1 to 1024 subjects");
      return false;
    }
    bool matched = false;
    for (std::size_t i = 0; i < subjects->size(); ++i) {
      if (isOf((*subjects)[i], "subject[" + std::to_string(i) + "]", artifact)) matched = true;
    }
    return matched;
  }

  void requirePredicate() {
    const auto at = statement_.find("predicate");
    if (at != statement_.end() && !at->is_object() && !at->is_null()) problem_.note("predicate", "must be an object");
  }

 private:
  // By digest alone: names are the signer's words. All known algorithms that are named must agree.
  bool isOf(const nlohmann::json& subject, const std::string& place, const Artifact& artifact) {
    const auto digests = subject.is_object() ? subject.find("digest") : subject.end();
    if (digests == subject.end() || !digests->is_object() || digests->empty()) {
      problem_.note(place, "must be an object with a digest, an object that is not empty");
      return false;
    }
    const Members known(problem_, subject, place,
                        {"name", "uri", "digest", "content", "downloadLocation", "mediaType", "annotations"});
    for (const auto& [name, value] : subject.items()) {
      const bool typed = name == "digest" || name == "annotations" ? value.is_object() : value.is_string();
      if (!typed) problem_.note(place + "." + name, "is of another type than in-toto gives it");
    }
    bool matched = false, differs = false;
    for (const auto& [name, value] : digests->items()) {
      const auto algorithm = algorithmOfHashName(name);
      const std::string hex = value.is_string() ? value.get<std::string>() : std::string();
      const auto bytes = algorithm ? fromHex(hex) : std::nullopt;
      const bool sound = algorithm ? bytes && bytes->size() == trust_service::digestBytes(*algorithm) && toHex(*bytes) == hex
                                   : !hex.empty();
      if (!sound) problem_.note(place + ".digest", "must give each algorithm's digest in hex, in lower case");
      if (!sound || !algorithm || !artifact.digest(*algorithm)) continue;
      (*bytes == *artifact.digest(*algorithm) ? matched : differs) = true;
    }
    return matched && !differs;
  }

  const nlohmann::json& statement_;
  Problem problem_;
};

}  // namespace

std::string preAuthenticationEncoding(std::string_view payloadType, std::string_view payload) {
  std::string out = "DSSEv1 ";
  out.append(std::to_string(payloadType.size())).append(" ").append(payloadType);
  return out.append(" ").append(std::to_string(payload.size())).append(" ").append(payload);
}

Outcome<std::string> checkStatement(std::string_view payload, const Artifact& artifact,
                                    const std::optional<std::string>& predicateType) {
  const auto statement = parseDocument(payload, kMaxStatement, "the envelope's payload");
  if (!statement) return tl::make_unexpected(statement.error());
  StatementReader reader(*statement);
  const auto type = statement->find("_type");
  if (type == statement->end() || (type->is_string() && *type != kStatementV1 && *type != kStatementV01))
    return refuse(FailureClass::UnsupportedPayload, "the payload is no in-toto statement of version 1 or 0.1");
  reader.text("_type");
  const bool matched = reader.hasSubject(artifact);
  const std::string predicate = reader.text("predicateType");
  reader.requirePredicate();
  if (reader.problem().any()) return refuse(FailureClass::Malformed, "the statement: " + reader.problem().text());
  if (!matched) return refuse(FailureClass::SubjectMismatch, "no subject of the statement has this artifact's digest");
  if (predicateType && *predicateType != predicate)
    return refuse(FailureClass::PredicateType, "the statement's predicate type is \"" + predicate + "\"");
  return predicate;
}

}  // namespace certus::sigstore
