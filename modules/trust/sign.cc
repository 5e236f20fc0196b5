// sign: put a signature over an artifact's digest and an entry into the transparency log.
#include <string>

#include "conversation.h"
#include "converse.h"
#include "digest.h"
#include "fields.h"
#include "text.h"
#include "tools.h"

namespace certus::trust {
namespace {

constexpr std::string_view kDescription =
    R"(Signs an artifact by its digest and records the signature in the transparency log. The signer is the caller as the gateway knows them; it cannot be chosen.

When to use: when the user asks to sign an image, SBOM, package, scan result or release. Every call makes a new, permanent public entry in the log: sign once, and only what the user asked for.

The digest must come from the artifact itself (`docker inspect --format '{{index .RepoDigests 0}}' IMAGE`, `sha256sum FILE`); never make one up.

Examples:
- {"artifact": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "artifact_type": "container_image", "subject": "myapp:v2.1.0", "metadata": {"commit": "7f8d9e2"}}
- {"artifact": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "artifact_type": "sbom"}

Keep `signature` and `certificate`: with them `verify` checks exactly this signature. `status` signed = done; mock = the service only plays: nothing was signed, say so to the user.
A tool error says whether something may have been recorded; then look with `verify` (artifact alone) before you sign again.)";

constexpr std::string_view kInputSchema = R"({
  "type": "object",
  "properties": {
    "artifact": {"type": "string", "pattern": "^(sha256:)?[0-9a-fA-F]{64}$", "examples": ["sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
      "description": "Digest of the artifact: \"sha256:\" and 64 hexadecimal digits. For an image, the digest of its manifest, not its tag."},
    "artifact_type": {"type": "string", "minLength": 1, "maxLength": 100, "examples": ["container_image", "sbom", "scan_result", "scan_manifest", "python_wheel", "release_tarball", "report"],
      "description": "What the artifact is: container_image, sbom, scan_result, scan_manifest (the list of a scan's results), python_wheel, release_tarball, report, or a word of your own. query_transparency filters by it."},
    "subject": {"type": "string", "minLength": 1, "maxLength": 512, "examples": ["myapp:v2.1.0"],
      "description": "Name for people, such as the image's tag or the file's name. Left out: type and digest."},
    "metadata": {"type": "object", "properties": {}, "additionalProperties": true, "examples": [{"version": "v2.1.0", "commit": "7f8d9e2"}],
      "description": "Facts to record with the signature. Public for ever: no secrets. A `scan_id` here makes the signature part of that scan's provenance."}
  },
  "required": ["artifact", "artifact_type"],
  "additionalProperties": false
})";

constexpr std::string_view kOutputSchema = R"({
  "type": "object",
  "properties": {
    "summary": {"type": "string", "description": "What happened, in one line."},
    "status": {"type": "string", "enum": ["signed", "mock"]},
    "artifact": {"type": "string"},
    "artifact_type": {"type": "string"},
    "subject": {"type": "string"},
    "signer": {"type": "string", "description": "In whose name it was signed."},
    "entry_id": {"type": "string", "description": "The log entry."},
    "signature": {"type": "string", "description": "Over the artifact's digest, base64."},
    "certificate": {"type": "string", "description": "The signer's certificate, PEM."},
    "transparency_entry": {"type": "object", "properties": {"uuid": {"type": "string"}, "index": {"type": "integer"}, "timestamp": {"type": "string"}}},
    "rekor_url": {"type": "string", "description": "Address of the log entry, if the service names one."},
    "warnings": {"type": "array", "items": {"type": "string"}, "description": "What the user must know about this signature."}
  },
  "required": ["summary", "status", "artifact", "artifact_type", "subject", "entry_id", "signature", "transparency_entry", "warnings"]
})";

constexpr Errand kErrand{
    "Signing", "Nothing was signed.",
    "The signature may have been recorded all the same: call `verify` with the artifact alone, and sign "
    "again only if it says not_signed.",
    "The signature may have been recorded: call `verify` with the artifact alone."};

bool isMock(const Json& body) {
  const std::string certificate = stringAt(body, "certificate").value_or("");
  return saysMock(body) || stringAt(body, "signature").value_or("").starts_with("mock-") || certificate.starts_with("mock-");
}

class Sign final : public Conversation {
 public:
  explicit Sign(const Json& arguments) : Conversation(kErrand), arguments_(arguments) {}

  Step begin() override {
    const auto artifact = stringAt(arguments_, "artifact").value_or("");
    const auto digest = canonicalDigest(artifact);
    if (!digest) return Failure{digestAdvice(artifact)};
    const std::string type = stringAt(arguments_, "artifact_type").value_or("");
    sent_ = {{"artifact", *digest},
             {"artifact_type", type},
             {"subject", stringAt(arguments_, "subject").value_or(type + " " + *digest)}};
    Json body = sent_;
    if (const Json* metadata = objectAt(arguments_, "metadata")) body["predicates"] = *metadata;
    HttpRequest request;
    request.method = Method::Post;
    request.path = "/v1/sign";
    request.body = body.dump();
    return request;
  }

 private:
  Step answered(const Json& body) override {
    const auto entry = stringAt(body, "entry_id");
    const auto signature = stringAt(body, "signature");
    const Json* logged = objectAt(body, "transparency_entry");
    if (!entry || !signature || logged == nullptr)
      return unexpected("`entry_id`, `signature` or `transparency_entry` is missing");
    Json out{{"summary", ""}, {"status", isMock(body) ? "mock" : "signed"}};
    out.update(sent_);
    copyStrings(body, out, {"signer", "entry_id", "signature", "certificate"});
    Json where = Json::object();
    copyStrings(*logged, where, {"uuid"});
    copyIntegers(*logged, where, {"index"});
    copyStrings(*logged, where, {"timestamp"});
    out["transparency_entry"] = std::move(where);
    copyStrings(body, out, {"rekor_url"});
    out["warnings"] = warnings(body);
    out["summary"] = summary(out);
    return Answer{std::move(out)};
  }

  static Json warnings(const Json& body) {
    Json out = Json::array();
    if (isMock(body)) {
      out.push_back(
          "The service answered with made-up values: there is no signature and no log entry that anyone could verify.");
    } else if (!stringAt(body, "certificate").value_or("").starts_with("-----BEGIN CERTIFICATE-----")) {
      out.push_back("The service gave no X.509 certificate, so the signature does not show who made it.");
    }
    return out;
  }

  static std::string summary(const Json& out) {
    const auto& digest = out["artifact"].get_ref<const std::string&>();
    std::string what = plain(out["subject"].get<std::string>());
    if (!what.ends_with(digest)) what += " (" + digest + ")";  // a subject that nobody chose ends with it
    if (out["status"] == "mock") {
      return "MOCK: the service only pretended to sign " + what +
             "; nobody can verify this. Tell the user, and the operator, "
             "whose Trust service runs in mock mode.";
    }
    const auto index = integerAt(out["transparency_entry"], "index");
    return "SIGNED: " + what + (out.contains("signer") ? " by " + plain(out["signer"].get<std::string>()) : "") +
           (index ? ", log entry " + std::to_string(*index) : "") + ".";
  }

  const Json arguments_;
  Json sent_;
};

void run(Call call, const Json& arguments) { converse(call, std::make_unique<Sign>(arguments)); }

}  // namespace

constinit const Tool kSign{.name = "sign",
                           .title = "Sign an artifact",
                           .description = kDescription,
                           .inputSchema = kInputSchema,
                           .outputSchema = kOutputSchema,
                           .readOnly = Hint::No,
                           .destructive = Hint::No,
                           .idempotent = Hint::No,
                           .openWorld = Hint::Yes,
                           .timeoutMs = 30'000,
                           .run = run};

}  // namespace certus::trust
