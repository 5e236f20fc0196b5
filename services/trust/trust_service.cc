#include "services/trust/trust_service.h"

#include <charconv>

#include "base/encoding.h"

namespace certus::trust_service {
namespace {

constexpr std::size_t kLeafHex = 64, kTreeHex = 16;

}  // namespace

std::int64_t unixMicroseconds(const Clock& clock) {
  return std::chrono::duration_cast<std::chrono::microseconds>(clock.wall().time_since_epoch()).count();
}

TrustService::TrustService(std::unique_ptr<Installation> installation, Database writing, const Clock& clock)
    : installation_(std::move(installation)),
      clock_(clock),
      kept_(installation_->directory(), installation_->log()),
      reader_(installation_->directory().database(), installation_->log(), kept_),
      writer_(std::move(writing), installation_->log(), kept_, clock),
      verifier_(reader_, installation_->authority()),
      signer_(installation_->authority(), writer_, verifier_, clock),
      provenance_(verifier_) {}

Result<std::unique_ptr<TrustService>> TrustService::open(const std::string& stateDirectory, const Clock& clock) {
  auto directory = StateDirectory::open(stateDirectory);
  if (!directory) return tl::make_unexpected(directory.error());
  auto installation = Installation::openOrCreate(std::move(*directory), unixMicroseconds(clock) / 1'000'000);
  if (!installation) return tl::make_unexpected(installation.error());
  auto writing = Database::open((*installation)->directory().database(), Access::Write);
  if (!writing) return tl::make_unexpected(writing.error());
  return std::make_unique<TrustService>(std::move(*installation), std::move(*writing), clock);
}

std::string TrustService::entryId(const LogEntry& entry) const {
  return installation_->log().treeIdHex() + toHex(entry.leafHash);
}

Result<std::optional<LogEntry>> TrustService::findEntry(Database& database, std::string_view id) const {
  if (id.size() == kTreeHex + kLeafHex) {
    if (id.substr(0, kTreeHex) != installation_->log().treeIdHex()) return std::optional<LogEntry>();
    id.remove_prefix(kTreeHex);
  }
  if (id.size() == kLeafHex) {
    const auto leaf = fromHex(id);
    return leaf ? entryByLeafHash(database, *leaf) : std::optional<LogEntry>();
  }
  std::uint64_t index = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), index);
  if (error != std::errc{} || end != id.data() + id.size() || index >> 63) return std::optional<LogEntry>();
  return entryByIndex(database, index);
}

}  // namespace certus::trust_service
