// A verdict on a bundle as people and as machines read it. Writes to standard output.
#pragma once

#include "services/trust/sigstore/bundle_verifier.h"

namespace certus::trust_service {

// The verdict in one line, what to do next when it is not valid, and every check that was made.
void printForPeople(const sigstore::Verdict& verdict);
// One JSON object; its members are listed in docs/guides/verify.md.
void printForMachines(const sigstore::Verdict& verdict);

// What somebody who meets this failure can do about it; one sentence without a full stop.
const char* adviceFor(sigstore::FailureClass failure);

}  // namespace certus::trust_service
