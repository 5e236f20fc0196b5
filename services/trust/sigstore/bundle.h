// A Sigstore bundle as values: what it claims, in well-formed parts. Nothing in it is proven by having been read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/trust/sigstore/failure.h"

namespace certus::sigstore {

inline constexpr std::size_t kMaxBundleBytes = 4 * 1024 * 1024;
inline constexpr std::size_t kMaxLogEntries = 32, kMaxTimestamps = 32, kMaxProofHashes = 64, kMaxChain = 8;
inline constexpr const char* kBundleMediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";  // the one that is written

struct InclusionProof {
  std::uint64_t index = 0;  // in its shard
  std::uint64_t treeSize = 0;
  std::string rootHash;
  std::vector<std::string> hashes;
  std::string checkpoint;  // the signed note; empty when there is none
};

struct TransparencyEntry {
  std::uint64_t index = 0;  // over all shards: the one that the SET signs
  std::string logId;        // 32 bytes
  std::string kind, version;
  std::int64_t integratedTime = 0;  // Unix seconds; 0 when there is none
  std::string entryTimestamp;       // the SET; empty when there is none
  std::optional<InclusionProof> proof;
  std::string body;  // the leaf's bytes
};

struct MessageSignature {
  std::string digestAlgorithm;  // "SHA2_256"; empty when the bundle names no digest
  std::string digest;
  std::string signature;
};

struct DsseEnvelope {
  std::string payload, payloadType, signature;
};

struct Bundle {
  int minor = 3;                    // of the version 0.x
  std::optional<std::string> hint;  // of a managed key: unauthenticated
  std::string certificate;          // DER of the leaf; empty with a managed key
  std::vector<TransparencyEntry> entries;
  std::vector<std::string> timestamps;      // DER of RFC 3161 responses
  std::optional<MessageSignature> message;  // exactly one of the two
  std::optional<DsseEnvelope> envelope;
};

// Versions 0.1 to 0.3 in both spellings of the media type. The failure is MALFORMED or UNSUPPORTED_VERSION.
Outcome<Bundle> parseBundle(std::string_view text);

}  // namespace certus::sigstore
