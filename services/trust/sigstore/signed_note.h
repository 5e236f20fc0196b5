// A checkpoint as a signed note (C2SP signed-note, tlog-checkpoint): taken apart, not verified.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/trust/sigstore/failure.h"

namespace certus::sigstore {

inline constexpr std::size_t kMaxNoteBytes = 4096, kMaxNoteSignatures = 32;

struct NoteSignature {
  std::string name;
  std::string keyHint;  // 4 bytes
  std::string signature;
};

struct SignedNote {
  std::string text;  // what is signed: up to and with the newline before the blank line
  std::string origin;
  std::uint64_t size = 0;
  std::string root;  // 32 bytes
  std::vector<NoteSignature> signatures;
};

Outcome<SignedNote> parseSignedNote(std::string_view note);  // the failure is CHECKPOINT_MALFORMED

}  // namespace certus::sigstore
