#include "services/trust/trust_service.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "services/trust/sign/evidence.h"
#include "services/trust/state/rotation.h"

namespace certus::trust_service {
namespace {

constexpr std::size_t kLeafHex = 64, kTreeHex = 16;
constexpr int kBusyMillisecondsInTurn = 200;  // LogWriter waits longer, but not with the turn in its hand

}  // namespace

std::int64_t unixMicroseconds(const Clock& clock) {
  return std::chrono::duration_cast<std::chrono::microseconds>(clock.wall().time_since_epoch()).count();
}

TrustService::TrustService(FileLock running, std::unique_ptr<Installation> installation, Database writing,
                           const Clock& clock, LogWriter::Patience patience)
    : running_(std::move(running)),
      installation_(std::move(installation)),
      clock_(clock),
      kept_(installation_->directory(), installation_->log()),
      writer_(std::move(writing), installation_->log(), kept_, clock, patience),
      reader_(installation_->directory().database(), installation_->log(), kept_),
      verifier_(reader_, installation_->authority()),
      signer_(installation_->authority(), writer_, clock),
      provenance_(verifier_),
      trustedRoot_(sigstore::parseTrustedRoot(trustedRootOf(*installation_).dump()).value_or(sigstore::TrustedRoot{})) {}

Result<std::unique_ptr<TrustService>> TrustService::open(const std::string& stateDirectory, const Clock& clock,
                                                         LogWriter::Patience patience) {
  auto directory = StateDirectory::open(stateDirectory);
  if (!directory) return tl::make_unexpected(directory.error());
  auto running = FileLock::share(directory->runningFile());
  if (!running) return tl::make_unexpected(running.error());
  auto installation = Installation::openOrCreate(std::move(*directory), unixMicroseconds(clock) / 1'000'000);
  if (!installation) return tl::make_unexpected(installation.error());
  (void)renewHead(**installation);  // if it fails, reading still works, and readiness tells why signing does not
  auto writing = Database::open((*installation)->directory().database(), Access::Write, kBusyMillisecondsInTurn);
  if (!writing) return tl::make_unexpected(writing.error());
  auto service = std::make_unique<TrustService>(std::move(*running), std::move(*installation), std::move(*writing), clock,
                                                patience);
  service->keepHead();
  // SQLite has the journal's name on the disk before the first commit only when the connection that commits has made it.
  auto named = syncFolderOf(service->installation().directory().database());
  if (!named) return tl::make_unexpected(named.error());
  return service;
}

// A process that ended between its commit and the kept checkpoint, or a power cut, left that one behind the database; and one
// that was killed left it unsynced.
void TrustService::keepHead() {
  auto snapshot = reader_.snapshot();
  if (snapshot && snapshot->consistency()) (void)kept_.advance(*snapshot->head());  // else readiness and signing say why
  (void)kept_.sync();
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
