// Fills a log quickly: real leaves, real hashes, every index, one checkpoint at the end. The signatures are made up, so its
// entries can be listed and proven, never verified. For measuring and for tests of reading.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "services/trust/log/entry.h"
#include "services/trust/state/installation.h"

namespace certus::trust_service {

inline constexpr std::int64_t kFillStart = 1'700'000'000, kFillStep = 10;  // Unix seconds; seconds between two entries

// Entry `index`: its artifact is of its own, but every 50th's is the popular one; signer-0 to signer-9 by the index's last
// digit, type-0 to type-3, 500 subjects, 100 entries to a scan.
NewEntry fillEntry(std::uint64_t index, const std::string& certificatePem);
std::string popularArtifact();
std::int64_t fillTime(std::uint64_t index);

// Appends until the log has `size` entries. Nobody else may write meanwhile. `progress` after each batch; may be empty.
Result<void> fillLog(const Installation& installation, std::uint64_t size,
                     const std::function<void(std::uint64_t)>& progress = {});

}  // namespace certus::trust_service
