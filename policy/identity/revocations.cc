#include "policy/identity/revocations.h"

#include "config/json_schema.h"
#include "config/shape_of.h"
#include "policy/identity/identity_rules.h"
#include "policy/identity/instant.h"

namespace certus::identity {
namespace {

bool hits(const Revocations::ByName& list, const std::string& name, WallTime issued) {
  if (name.empty()) return false;
  const auto found = list.find(name);
  return found != list.end() && issued < found->second.cutOff;
}

void join(Revocations::ByName& into, const Revocations::ByName& from) {
  for (const auto& [name, entry] : from) {
    Revocation& known = into.try_emplace(name, entry).first->second;
    if (known.cutOff < entry.cutOff) known = entry;
  }
}

config::Shape entryShape(std::string sampleName) {
  config::ShapeOf<Revocation> out;
  out.text("issued_before", &Revocation::issuedBefore, "Only what was issued before; without it whatever its age.")
      .check(checkInstant, kInstantPattern)
      .fallback("2026-11-01T00:00:00Z");
  out.text("reason", &Revocation::reason, "For people; a text.").fallback("laptop stolen");
  out.shape.nameCheck = checkPrintable;
  out.shape.namePattern = kPrintablePattern;
  out.shape.sampleName = std::move(sampleName);
  return std::move(out.shape);
}

config::Shape makeShape() {
  static const config::Shape token = entryShape("f3b1c7"), key = entryShape("ci-bot"),
                             subject = entryShape("bob@example.com");
  config::ShapeOf<Revocations> out;
  out.named("tokens", token, "Single tokens, by their `jti`.",
            [](Revocations& r, const std::string& name) -> Revocation& { return r.tokens[name]; })
      .empty(config::Empty::Written);
  out.named("keys", key, "Everything under one key: `kid` of an issuer's key, name of an API key, SHA-256 of a certificate.",
            [](Revocations& r, const std::string& name) -> Revocation& { return r.keys[name]; })
      .empty(config::Empty::Written);
  out.named("subjects", subject,
            "Everything of one subject, whatever the credential: the name that rules see, with its issuer's subject_prefix.",
            [](Revocations& r, const std::string& name) -> Revocation& { return r.subjects[name]; })
      .empty(config::Empty::Written);
  out.shape.neverBlank = true;  // a list that was cut off would take back every revocation
  return std::move(out.shape);
}

}  // namespace

bool Revocations::revoked(const Principal& principal) const {
  return hits(tokens, principal.tokenId, principal.issued) || hits(keys, principal.keyId, principal.issued) ||
         hits(subjects, principal.subject, principal.issued);
}

Revocations joined(Revocations one, const Revocations& other) {
  join(one.tokens, other.tokens);
  join(one.keys, other.keys);
  join(one.subjects, other.subjects);
  return one;
}

const config::Shape& revocationsShape() {
  static const config::Shape shape = makeShape();
  return shape;
}

std::string revocationsSchema() { return config::jsonSchema(revocationsShape(), "Certus Gateway revocations"); }

FileReading<Revocations> readRevocations(std::string_view yaml, const std::string& file) {
  FileReading<Revocations> out;
  out.file = file;
  config::Problems problems;
  Places places;
  readShaped(yaml, revocationsShape(), &out.value, places, problems);
  for (auto* list : {&out.value.tokens, &out.value.keys, &out.value.subjects}) {
    for (auto& [name, entry] : *list) {
      if (const auto instant = parseInstant(entry.issuedBefore)) entry.cutOff = *instant;
    }
  }
  out.problems = problems.take();
  return out;
}

}  // namespace certus::identity
