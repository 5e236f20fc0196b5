#include "services/trust/verify/verifier.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/encoding.h"
#include "services/trust/verify/entry_checks.h"

namespace certus::trust_service {
namespace {

constexpr std::uint64_t kCandidates = 50;  // entries of an artifact that an unknown signature is tried against
constexpr std::size_t kMaxSignatureText = 4096;

// Base64 of DER, or hex of DER (as older callers hold it). A DER signature starts with 0x30: text in both alphabets is told
// apart by that.
std::optional<std::string> decodeSignature(std::string_view text) {
  if (text.empty() || text.size() > kMaxSignatureText) return std::nullopt;
  if (auto hex = fromHex(text); hex && hex->starts_with('\x30')) return hex;
  return fromBase64(text);
}

void skipEntryChecks(Snapshot& snapshot, CheckList& checks) {
  const std::string why = "there is no log entry to prove";
  for (const char* name : {kCheckEntryRecord, kCheckIntegratedTime, kCheckInclusionProof}) checks.skip(name, why);
  checkTreeHead(snapshot, checks);  // an entry may be missing because the database is an older one
  for (const char* name : {kCheckCertificateChain, kCheckCertificateTime, kCheckIdentity}) checks.skip(name, why);
}

bool verifiesWithLoggedKey(const LogEntry& entry, const ArtifactDigest& artifact, std::string_view signature) {
  auto body = parseHashedRekord(entry.body);
  if (!body) return false;
  auto certificate = Certificate::fromPem(body->keyPem);
  if (!certificate) return false;
  auto key = certificate->publicKey();
  return key && verifiesDigest(**key, artifact.algorithm, artifact.bytes, signature);
}

// By the signature's own column, else by the bodies of the artifact's entries, in case the column was altered.
Result<std::optional<LogEntry>> findBySignature(Database& database, const ArtifactDigest& artifact,
                                                const std::string& signature) {
  auto direct = entryBySignature(database, signature);
  if (!direct || *direct) return direct;
  EntryFilter filter;
  filter.artifact = artifact.text();
  filter.whose = Whose::Ours;
  filter.order = Order::NewestFirst;
  filter.limit = kCandidates;
  auto entries = findEntries(database, filter);
  if (!entries) return tl::make_unexpected(entries.error());
  for (auto& entry : *entries) {
    auto body = parseHashedRekord(entry.body);
    if (body && body->signature == signature) return std::optional(std::move(entry));
  }
  return std::optional<LogEntry>();
}

// The signature over this digest, with the key that was given or else with any key the log knows for the artifact.
bool verifiesSomehow(Database& database, const Question& question, const std::string& signature) {
  if (question.certificate) {
    auto given = parseGivenKey(*question.certificate);
    auto key = given.and_then([](const GivenKey& parsed) { return publicKeyFromDer(parsed.publicKeyDer); });
    return key && verifiesDigest(**key, question.artifact.algorithm, question.artifact.bytes, signature);
  }
  EntryFilter filter;
  filter.artifact = question.artifact.text();
  filter.whose = Whose::Ours;
  filter.order = Order::NewestFirst;
  filter.limit = kCandidates;
  const auto entries = findEntries(database, filter);
  return entries && std::ranges::any_of(*entries, [&](const LogEntry& entry) {
           return verifiesWithLoggedKey(entry, question.artifact, signature);
         });
}

}  // namespace

Result<Verdict> Verifier::verify(const Question& question) const {
  auto snapshot = reader_.snapshot();
  if (!snapshot) return tl::make_unexpected(snapshot.error());
  const auto signature = decodeSignature(question.signature);
  if (!signature) {
    return judgeUnlogged(*snapshot, question, std::nullopt, "what was given is neither base64 nor hex of a DER signature");
  }
  auto entry = findBySignature(snapshot->database(), question.artifact, *signature);
  if (!entry) return tl::make_unexpected(entry.error());
  if (!*entry) return judgeUnlogged(*snapshot, question, signature, "the log holds no entry with this signature");
  return EntryChecks(*snapshot, **entry, reader_.identity(), authority_)
      .run(question.artifact, *signature, question.certificate, question.identity);
}

Verdict Verifier::judgeUnlogged(Snapshot& snapshot, const Question& question, const std::optional<std::string>& signature,
                                std::string reason) const {
  Verdict verdict;
  verdict.checks.fail(kCheckLogEntry, std::move(reason));
  verdict.checks.skip(kCheckEntryBody, "there is no log entry to read");
  if (!question.certificate) {
    verdict.checks.skip(kCheckCertificate, "none was given");
  } else if (auto given = parseGivenKey(*question.certificate); !given) {
    verdict.checks.fail(kCheckCertificate, "what was given cannot be used: " + given.error().message);
  } else {
    verdict.checks.skip(kCheckCertificate, "there is no log entry to compare it with");
  }
  if (!signature) {
    verdict.checks.fail(kCheckSignature, "it is neither base64 nor hex of a DER signature");
  } else if (verifiesSomehow(snapshot.database(), question, *signature)) {
    verdict.checks.pass(kCheckSignature, "it verifies over this digest, but it is not the one that was logged");
  } else {
    verdict.checks.fail(kCheckSignature, question.certificate
                                             ? "it does not verify over this digest with the certificate's key"
                                             : "it does not verify over this digest with any key that the log knows for it");
  }
  skipEntryChecks(snapshot, verdict.checks);
  return verdict;
}

Verdict Verifier::verifyEntry(Snapshot& snapshot, const LogEntry& entry) const {
  auto artifact = parseDigest(entry.artifact);
  EntryChecks checks(snapshot, entry, reader_.identity(), authority_);
  return std::move(checks).run(artifact ? *artifact : ArtifactDigest{}, entry.signature, std::nullopt, std::nullopt);
}

Result<Lookup> Verifier::lookUp(const ArtifactDigest& artifact, const std::optional<std::string>& identity,
                                std::uint64_t limit) const {
  auto snapshot = reader_.snapshot();
  if (!snapshot) return tl::make_unexpected(snapshot.error());
  EntryFilter filter;
  filter.artifact = artifact.text();
  filter.signer = identity;
  filter.whose = Whose::Ours;
  filter.order = Order::NewestFirst;
  filter.limit = limit + 1;
  auto entries = findEntries(snapshot->database(), filter);
  if (!entries) return tl::make_unexpected(entries.error());
  Lookup lookup;
  if (entries->empty()) {
    EntryFilter others;
    others.artifact = artifact.text();
    others.limit = 1;
    auto submitted = findEntries(snapshot->database(), others);
    if (!submitted) return tl::make_unexpected(submitted.error());
    lookup.othersSubmitted = !submitted->empty() && submitted->front().origin == Origin::Submitted;
  }
  lookup.complete = entries->size() <= limit;
  if (!lookup.complete) entries->pop_back();
  for (const LogEntry& entry : *entries) {
    EntryChecks checks(*snapshot, entry, reader_.identity(), authority_);
    lookup.signatures.push_back(std::move(checks).run(artifact, entry.signature, std::nullopt, identity));
  }
  return lookup;
}

}  // namespace certus::trust_service
