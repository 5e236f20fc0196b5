#include <map>

#include "config/json_schema.h"
#include "config/rules.h"
#include "config/shape_of.h"
#include "policy/identity/api_keys.h"
#include "policy/identity/identity_rules.h"
#include "policy/identity/instant.h"

namespace certus::identity {
namespace {

config::Shape keyShape() {
  config::ShapeOf<ApiKeyEntry> out;
  out.text("sha256", &ApiKeyEntry::sha256, "Digest of the key, as it was printed with it; the key itself stands nowhere.")
      .required()
      .check(config::checkSha256, "^[0-9a-f]{64}$")
      .sample("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
  out.text("subject", &ApiKeyEntry::subject, "Who calls with it: what rules, services and logs see.")
      .required()
      .check(checkPrintable, kPrintablePattern)
      .sample("ci-bot@example.com");
  out.text("tenant", &ApiKeyEntry::tenant, "On whose behalf.").check(checkPrintable, kPrintablePattern).fallback("acme");
  out.list("groups", &ApiKeyEntry::groups, "Groups that rules may name.").check(checkPrintable, kPrintablePattern);
  auto tools =
      out.list("allowed_tools", &ApiKeyEntry::allowedTools,
               "Only these tools, resources and prompts, whatever rules allow: service/name.");
  tools.check(checkPrintable, kPrintablePattern);
  out.text("expires", &ApiKeyEntry::expires, "From then on it is refused; without it never.")
      .check(checkInstant, kInstantPattern)
      .fallback("2027-01-31T00:00:00Z");
  out.text("created", &ApiKeyEntry::created, "When it was made; a revocation with issued_before compares it.")
      .check(checkInstant, kInstantPattern)
      .fallback("2026-11-23T00:00:00Z");
  // An empty list of tools is a limit too, so that it was said must be kept.
  for (config::Field& field : out.shape.fields) {
    if (field.key != "allowed_tools") continue;
    field.store = [](void* target, const config::Value& value) {
      auto* entry = static_cast<ApiKeyEntry*>(target);
      entry->limitsTools = true;
      entry->allowedTools = std::get<std::vector<std::string>>(value);
    };
  }
  out.shape.nameCheck = checkKeyName;
  out.shape.namePattern = "^[a-z][a-z0-9_-]{0,31}$";
  out.shape.sampleName = "ci-bot";
  return std::move(out.shape);
}

config::Shape makeShape() {
  static const config::Shape key = keyShape();
  config::ShapeOf<ApiKeyFile> out;
  out.named("keys", key, "API keys by name; the name stands in logs and can be revoked.",
            [](ApiKeyFile& f, const std::string& name) -> ApiKeyEntry& { return f.keys[name]; })
      .empty(config::Empty::Written);
  out.shape.neverBlank = true;
  return std::move(out.shape);
}

}  // namespace

const config::Shape& apiKeysShape() {
  static const config::Shape shape = makeShape();
  return shape;
}

std::string apiKeysSchema() { return config::jsonSchema(apiKeysShape(), "Certus Gateway API keys"); }

FileReading<ApiKeyFile> readApiKeys(std::string_view yaml, const std::string& file) {
  FileReading<ApiKeyFile> out;
  out.file = file;
  config::Problems problems;
  Places places;
  readShaped(yaml, apiKeysShape(), &out.value, places, problems);
  std::map<std::string, std::string> byDigest;
  for (const auto& [name, entry] : out.value.keys) {
    if (entry.sha256.empty()) continue;  // reported
    const auto [known, added] = byDigest.emplace(entry.sha256, name);
    if (!added) {
      const std::string path = "keys." + name + ".sha256";
      problems.add(placeOf(places, path), path, "the digest of " + known->second + " too; make a key of its own");
    }
  }
  out.problems = problems.take();
  out.value.file = file;
  out.value.places = std::move(places);
  return out;
}

}  // namespace certus::identity
