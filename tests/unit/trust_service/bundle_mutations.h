// Bundles altered in one place. The 29 that were held before cosign, sigstore-go and sigstore-js, and further ones.
#pragma once

#include <functional>
#include <span>

#include "evidence_bench.h"

namespace certus::sigstore {

inline constexpr const char* kContent = "content";

struct Bundles {
  Json good, sameArtifact, otherArtifact;
};

struct Mutation {
  const char* name;
  const char* failure;  // the class it must be refused with
  std::function<void(Json& bundle, const Bundles& all)> apply;
};

// What all three refuse.
std::span<const Mutation> refusedByAll();
// What some of them take: not copied here.
std::span<const Mutation> takenBySome();
// The same bundle under an older version's name, which promises less.
std::span<const Mutation> downgrades();
// What our own reading of the format adds.
std::span<const Mutation> furtherMutations();

}  // namespace certus::sigstore
