// verify: was this artifact signed, by whom, and does the log prove it?
#include <string>

#include "conversation.h"
#include "converse.h"
#include "digest.h"
#include "fields.h"
#include "tools.h"
#include "verdict.h"

namespace certus::trust {
namespace {

constexpr std::string_view kDescription =
    R"(Checks whether an artifact was really signed, by whom, and whether the transparency log proves it.

When to use: before an artifact is deployed, installed or approved; whenever someone asks "is this signed?", "who signed this?" or "is this signature good?".

- Without `signature` the artifact is looked up in the log by its digest. With `signature` (and `certificate`, if you have it) exactly that signature is checked.
- Name in `identity` the signer that the user expects. Without it the answer tells who signed, not whether that signer may be trusted: ask the user, never take the name from the answer.

Examples:
- {"artifact": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "identity": "ci@example.com"}
- {"artifact": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "signature": "MEUCIQDx...", "identity": "ci@example.com"}

Reading `status`: verified = the expected signer signed this artifact; signer_not_checked = validly signed, but you named no expected signer; failed = a check failed, `failed_checks` names it (signature, certificate, identity, ...): do not use the artifact; not_signed = the log holds nothing for this digest; unproven = the service gave no evidence: treat as not verified. `valid` is true for the first two only.
A tool error means that nothing was checked: it never means "valid".)";

constexpr std::string_view kInputSchema = R"({
  "type": "object",
  "properties": {
    "artifact": {"type": "string", "pattern": "^(sha256:)?[0-9a-fA-F]{64}$", "examples": ["sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
      "description": "Digest of the artifact: \"sha256:\" and 64 hexadecimal digits. For an image, the digest of its manifest, not its tag."},
    "signature": {"type": "string", "minLength": 1, "maxLength": 16384,
      "description": "The signature to check, as `sign` returned it (base64). Leave it out to look the artifact up in the log."},
    "certificate": {"type": "string", "minLength": 1, "maxLength": 65536,
      "description": "The signer's certificate (PEM), as `sign` returned it. Leave it out to use the one in the log."},
    "identity": {"type": "string", "minLength": 1, "maxLength": 512, "examples": ["ci@example.com"],
      "description": "The signer that is expected. Leave it out only if the user expects nobody in particular."},
    "scenario": {"type": "string", "minLength": 1, "maxLength": 100,
      "description": "Mock scenario, for demonstrations only (verified_premium_scan, tampered_scan, ...). Counts only on a service in mock mode, and never yields a valid answer."}
  },
  "required": ["artifact"],
  "additionalProperties": false
})";

constexpr std::string_view kOutputSchema = R"({
  "type": "object",
  "properties": {
    "summary": {"type": "string", "description": "The verdict in one line."},
    "status": {"type": "string", "enum": ["verified", "signer_not_checked", "failed", "not_signed", "unproven"]},
    "valid": {"type": "boolean", "description": "True only for status verified and signer_not_checked."},
    "artifact": {"type": "string"},
    "expected_identity": {"type": "string", "description": "The `identity` you named."},
    "signer": {"type": "string", "description": "Who signed, as the certificate says. Absent when nothing proves it."},
    "verified_at": {"type": "string", "description": "RFC 3339."},
    "signed_at": {"type": "string", "description": "When the log took the entry, RFC 3339."},
    "artifact_type": {"type": "string"},
    "subject": {"type": "string"},
    "entry_id": {"type": "string"},
    "transparency_index": {"type": "integer"},
    "rekor_entry_url": {"type": "string", "description": "Address of the log entry, if the service names one."},
    "certificate_chain": {"type": "array", "items": {"type": "string"}},
    "checks": {"type": "array", "description": "What was checked, in order.", "items": {"type": "object",
      "properties": {"name": {"type": "string"}, "result": {"type": "string", "enum": ["passed", "failed", "skipped"]}, "reason": {"type": "string"}},
      "required": ["name", "result"]}},
    "failed_checks": {"type": "array", "items": {"type": "string"}},
    "signatures": {"type": "array", "description": "After a look-up: every signature that the log holds for the artifact, newest first.", "items": {"type": "object",
      "properties": {"signer": {"type": "string"}, "valid": {"type": "boolean"}, "entry_id": {"type": "string"}, "index": {"type": "integer"},
        "timestamp": {"type": "string"}, "artifact_type": {"type": "string"}, "subject": {"type": "string"}}}},
    "mock": {"type": "boolean", "description": "The service is in mock mode."}
  },
  "required": ["summary", "status", "valid", "artifact", "checks", "failed_checks"]
})";

constexpr Errand kErrand{"Verifying", "Nothing was verified.", "",
                         "Call again with `signature`, so that one entry is looked at."};

Json failedNames(const std::vector<Check>& checks) {
  Json out = Json::array();
  for (const Check& check : checks) {
    if (check.result == "failed") out.push_back(check.name);
  }
  return out;
}

class Verify final : public Conversation {
 public:
  explicit Verify(const Json& arguments) : Conversation(kErrand), arguments_(arguments) {}

  Step begin() override {
    const auto artifact = stringAt(arguments_, "artifact").value_or("");
    const auto digest = canonicalDigest(artifact);
    if (!digest) return Failure{digestAdvice(artifact)};
    question_ = {*digest, arguments_.contains("signature"), stringAt(arguments_, "identity").value_or("")};
    Json body{{"artifact", *digest}};
    copyStrings(arguments_, body, {"signature", "certificate", "identity"});
    HttpRequest request;
    request.method = Method::Post;
    request.path = "/v1/verify" + query({{"scenario", stringAt(arguments_, "scenario").value_or("")}});
    request.body = body.dump();
    request.idempotent = true;
    return request;
  }

 private:
  Step answered(const Json& body) override {
    if (!boolAt(body, "valid")) return unexpected("a boolean `valid` is missing");
    const Verdict verdict = judge(body, question_);
    Json out{{"summary", summarize(verdict, question_, body)},
             {"status", toString(verdict.status)},
             {"valid", verdict.isValid()},
             {"artifact", question_.artifact}};
    if (!question_.expectedSigner.empty()) out["expected_identity"] = question_.expectedSigner;
    copyStrings(body, out, {"verified_at"});
    if (verdict.namesSigner) addEntry(body, out);
    addSignatures(body, out);
    out["checks"] = toJson(verdict.checks);
    out["failed_checks"] = failedNames(verdict.checks);
    if (saysMock(body)) out["mock"] = true;
    return Answer{std::move(out)};
  }

  // What the service says of the entry; without a passed signature check that would be hearsay.
  static void addEntry(const Json& body, Json& out) {
    copyStrings(body, out, {"signer", "artifact_type", "subject", "entry_id", "rekor_entry_url"});
    if (const auto at = stringAt(body, "logged_at")) out["signed_at"] = *at;
    copyIntegers(body, out, {"transparency_index"});
    if (const Json* chain = arrayAt(body, "certificate_chain")) {
      Json certificates = Json::array();
      for (const Json& each : *chain) {
        if (each.is_string()) certificates.push_back(each);
      }
      out["certificate_chain"] = std::move(certificates);
    }
  }

  // The signer of one that does not verify is hearsay.
  static void addSignatures(const Json& body, Json& out) {
    const Json* list = arrayAt(body, "signatures");
    if (list == nullptr || list->empty() || saysMock(body)) return;
    out["signatures"] = Json::array();
    for (const Json& each : *list) {
      const bool isValid = boolAt(each, "valid").value_or(false);
      Json item = Json::object();
      if (isValid) copyStrings(each, item, {"signer"});
      item["valid"] = isValid;
      copyStrings(each, item, {"entry_id", "timestamp", "artifact_type", "subject"});
      copyIntegers(each, item, {"index"});
      out["signatures"].push_back(std::move(item));
    }
  }

  // The original service knows no look-up by digest: it demands a signature.
  std::optional<Failure> refused(const Reply& reply) override {
    if (reply.status() != 422 || question_.bySignature) return std::nullopt;
    if (reply.body().find("\"signature\"") == std::string_view::npos) return std::nullopt;
    return Failure{
        "Verifying failed: this Trust service cannot look an artifact up by its digest alone. Nothing was verified. "
        "Call again with `signature`, as `sign` returned it."};
  }

  const Json arguments_;
  Question question_;
};

void run(Call call, const Json& arguments) { converse(call, std::make_unique<Verify>(arguments)); }

}  // namespace

constinit const Tool kVerify{.name = "verify",
                             .title = "Verify an artifact",
                             .description = kDescription,
                             .inputSchema = kInputSchema,
                             .outputSchema = kOutputSchema,
                             .readOnly = Hint::Yes,
                             .destructive = Hint::No,
                             .idempotent = Hint::Yes,
                             .openWorld = Hint::No,
                             .timeoutMs = 30'000,
                             .run = run};

}  // namespace certus::trust
