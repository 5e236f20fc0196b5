#include "services/trust/sigstore/failure.h"

namespace certus::sigstore {

const char* toString(FailureClass failure) {
  switch (failure) {
    case FailureClass::None: return "NONE";
    case FailureClass::Malformed: return "MALFORMED";
    case FailureClass::UnsupportedVersion: return "UNSUPPORTED_VERSION";
    case FailureClass::UnsupportedEntryKind: return "UNSUPPORTED_ENTRY_KIND";
    case FailureClass::UnsupportedKey: return "UNSUPPORTED_KEY";
    case FailureClass::UnsupportedPayload: return "UNSUPPORTED_PAYLOAD";
    case FailureClass::UnsupportedTimestampAuthority: return "UNSUPPORTED_TIMESTAMP_AUTHORITY";
    case FailureClass::UnsupportedTransparency: return "UNSUPPORTED_SCT";
    case FailureClass::ArtifactMismatch: return "ARTIFACT_MISMATCH";
    case FailureClass::UnknownLog: return "UNKNOWN_LOG";
    case FailureClass::LogKeyNotValidAtTime: return "LOG_KEY_NOT_VALID_AT_TIME";
    case FailureClass::EntryMismatchKind: return "ENTRY_MISMATCH{kind}";
    case FailureClass::EntryMismatchSignature: return "ENTRY_MISMATCH{signature}";
    case FailureClass::EntryMismatchDigest: return "ENTRY_MISMATCH{digest}";
    case FailureClass::EntryMismatchKey: return "ENTRY_MISMATCH{key}";
    case FailureClass::SetInvalid: return "SET_INVALID";
    case FailureClass::SetMissing: return "SET_MISSING";
    case FailureClass::CheckpointMalformed: return "CHECKPOINT_MALFORMED";
    case FailureClass::CheckpointSignature: return "CHECKPOINT_SIGNATURE";
    case FailureClass::CheckpointOrigin: return "CHECKPOINT_ORIGIN";
    case FailureClass::CheckpointRootMismatch: return "CHECKPOINT_ROOT_MISMATCH";
    case FailureClass::InclusionProof: return "INCLUSION_PROOF";
    case FailureClass::TimestampMissing: return "TIMESTAMP_MISSING";
    case FailureClass::TimestampInvalid: return "TIMESTAMP_INVALID";
    case FailureClass::CertChain: return "CERT_CHAIN";
    case FailureClass::CertTime: return "CERT_TIME";
    case FailureClass::KeyNotTrusted: return "KEY_NOT_TRUSTED";
    case FailureClass::KeyExpired: return "KEY_EXPIRED";
    case FailureClass::Signature: return "SIGNATURE";
    case FailureClass::Identity: return "IDENTITY";
    case FailureClass::Issuer: return "ISSUER";
    case FailureClass::PredicateType: return "PREDICATE_TYPE";
    case FailureClass::SubjectMismatch: return "SUBJECT_MISMATCH";
    case FailureClass::Threshold: return "THRESHOLD";
    case FailureClass::Internal: return "INTERNAL";
  }
  return "INTERNAL";
}

}  // namespace certus::sigstore
