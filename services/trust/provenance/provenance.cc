#include "services/trust/provenance/provenance.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace certus::trust_service {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxEntries = 500;
constexpr std::uint64_t kMaxTrail = 200;

std::string textIn(const json& object, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const auto found = object.find(name);
    if (found != object.end() && found->is_string()) return found->get<std::string>();
  }
  return {};
}

// What the signer stated is in `metadata`, else in `predicates`.
json statedIn(const LogEntry& entry, const char* name) {
  const json details = json::parse(entry.details.value_or("{}"), nullptr, false);
  for (const char* part : {"metadata", "predicates"}) {
    if (!details.is_object() || !details.contains(part) || !details[part].is_object()) continue;
    const auto found = details[part].find(name);
    if (found != details[part].end()) return *found;
  }
  return {};
}

ProvenanceItem itemOf(const LogEntry& entry, Verdict verdict) {
  ProvenanceItem item{entry, std::move(verdict), {}, {}, std::nullopt};
  const json tool = statedIn(entry, "tool");
  if (tool.is_string()) item.tool = tool.get<std::string>();
  if (tool.is_object()) {
    item.tool = textIn(tool, {"name"});
    item.version = textIn(tool, {"version"});
  }
  if (item.tool.empty()) item.tool = entry.artifactType.value_or("unknown");
  for (const char* name : {"tool_version", "version"}) {
    const json stated = statedIn(entry, name);
    if (item.version.empty() && stated.is_string()) item.version = stated.get<std::string>();
  }
  return item;
}

void takeStorage(ProvenanceStory& story, const LogEntry& entry) {
  const json places = statedIn(entry, "storage_locations");
  if (!places.is_object()) return;
  if (auto s3 = textIn(places, {"s3"}); !s3.empty()) story.s3 = s3;
  if (auto oci = textIn(places, {"oci"}); !oci.empty()) story.oci = oci;
}

bool isManifest(const LogEntry& entry) { return entry.artifactType.value_or("").ends_with("manifest"); }

void findVerifier(ProvenanceItem& item, const std::vector<VerificationRecord>& newestFirst) {
  const auto found = std::ranges::find_if(
      newestFirst, [&](const VerificationRecord& record) { return record.valid && record.index == item.entry.index; });
  if (item.verdict.valid && found != newestFirst.end()) item.verifiedBy = found->verifier;
}

void judge(ProvenanceStory& story) {
  std::string broken;
  const auto look = [&broken](const ProvenanceItem& item) {
    if (item.verdict.valid) return;
    broken.append(broken.empty() ? "" : "; ")
        .append(fmt::format("entry {} fails {}", item.entry.index, item.verdict.checks.failedNames()));
  };
  if (story.manifest) look(*story.manifest);
  std::ranges::for_each(story.scans, look);
  if (!broken.empty()) {
    story.explanation = "Do not rely on it: " + broken + ".";
    return;
  }
  const std::size_t count = story.scans.size();
  story.status = ChainStatus::Partial;
  if (story.manifest && count > 0 && story.complete) {
    story.status = ChainStatus::Complete;
    story.level = TrustLevel::High;
    story.explanation = fmt::format("The manifest and {} signed results verify.", count);
  } else if (story.manifest && count == 0) {
    story.level = TrustLevel::Low;
    story.explanation = "The manifest verifies, but no result of the scan is signed.";
  } else if (!story.complete) {
    story.level = TrustLevel::Medium;
    story.explanation = fmt::format("The newest {} entries verify; there are more that were not looked at.", kMaxEntries);
  } else {
    story.level = TrustLevel::Medium;
    story.explanation =
        fmt::format("{} signed entries verify, but no signed manifest says that they are all there is.", count);
  }
}

}  // namespace

const char* toString(ChainStatus status) {
  switch (status) {
    case ChainStatus::Complete: return "complete";
    case ChainStatus::Partial: return "partial";
    default: return "broken";
  }
}

const char* toString(TrustLevel level) {
  switch (level) {
    case TrustLevel::High: return "high";
    case TrustLevel::Medium: return "medium";
    case TrustLevel::Low: return "low";
    default: return "untrusted";
  }
}

Result<std::optional<ProvenanceStory>> Provenance::ofScan(const std::string& scanId) const {
  EntryFilter filter;
  filter.scanId = scanId;
  return tell(filter);
}

Result<std::optional<ProvenanceStory>> Provenance::ofArtifact(const ArtifactDigest& artifact) const {
  EntryFilter filter;
  filter.artifact = artifact.text();
  filter.whose = Whose::Ours;
  return tell(filter);
}

Result<std::optional<ProvenanceStory>> Provenance::tell(const EntryFilter& wanted) const {
  auto snapshot = verifier_.reader().snapshot();
  if (!snapshot) return tl::make_unexpected(snapshot.error());
  EntryFilter filter = wanted;
  filter.order = Order::NewestFirst;
  filter.limit = kMaxEntries + 1;
  auto entries = findEntries(snapshot->database(), filter);
  if (!entries) return tl::make_unexpected(entries.error());
  if (entries->empty()) return std::optional<ProvenanceStory>();
  ProvenanceStory story;
  story.complete = entries->size() <= kMaxEntries;
  if (!story.complete) entries->pop_back();
  std::ranges::reverse(*entries);
  std::set<std::string> artifacts;
  for (const LogEntry& entry : *entries) artifacts.insert(entry.artifact);
  for (const std::string& artifact : artifacts) {
    auto records = verificationsOf(snapshot->database(), artifact, kMaxTrail);
    if (!records) return tl::make_unexpected(records.error());
    story.trail.insert(story.trail.end(), records->begin(), records->end());
  }
  std::ranges::stable_sort(story.trail, std::ranges::greater{}, &VerificationRecord::verifiedAt);
  if (story.trail.size() > kMaxTrail) story.trail.resize(kMaxTrail);
  for (const LogEntry& entry : *entries) {
    ProvenanceItem item = itemOf(entry, verifier_.verifyEntry(*snapshot, entry));
    findVerifier(item, story.trail);
    takeStorage(story, entry);
    if (!isManifest(entry)) {
      story.scans.push_back(std::move(item));
      continue;
    }
    if (story.manifest) story.scans.push_back(std::move(*story.manifest));  // an older manifest is part of the chain
    story.manifest = std::move(item);
  }
  std::ranges::reverse(story.trail);
  judge(story);
  return std::optional(std::move(story));
}

}  // namespace certus::trust_service
