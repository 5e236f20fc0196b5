// Why a bundle is not proven, as one stable word for machines and one sentence for people.
#pragma once

#include <cstdint>
#include <string>

#include <tl/expected.hpp>

namespace certus::sigstore {

enum class FailureClass : std::uint8_t {
  None,  // of a verdict that is valid
  Malformed,
  UnsupportedVersion,
  UnsupportedEntryKind,  // intoto, and Rekor v2's hashedrekord 0.0.2
  UnsupportedKey,
  UnsupportedPayload,
  UnsupportedTimestampAuthority,  // RFC 3161 is the only time there is, or it would have to agree
  UnsupportedTransparency,        // the trusted root demands an SCT
  ArtifactMismatch,
  UnknownLog,
  LogKeyNotValidAtTime,
  EntryMismatchKind,
  EntryMismatchSignature,
  EntryMismatchDigest,
  EntryMismatchKey,
  SetInvalid,
  SetMissing,
  CheckpointMalformed,
  CheckpointSignature,
  CheckpointOrigin,
  CheckpointRootMismatch,
  InclusionProof,
  TimestampMissing,
  TimestampInvalid,
  CertChain,
  CertTime,
  KeyNotTrusted,
  KeyExpired,
  Signature,
  Identity,
  Issuer,
  PredicateType,
  SubjectMismatch,
  Threshold,
  Internal,  // our own defect: never a statement about the bundle
};

const char* toString(FailureClass failure);  // "ENTRY_MISMATCH{digest}"

struct Failure {
  FailureClass failure;
  std::string reason;
};

template <class T>
using Outcome = tl::expected<T, Failure>;

inline tl::unexpected<Failure> refuse(FailureClass failure, std::string reason) {
  return tl::make_unexpected(Failure{failure, std::move(reason)});
}

}  // namespace certus::sigstore
