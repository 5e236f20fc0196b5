// An entry that somebody proposes, judged as Rekor judges it: kind and version are known, the signatures verify under the
// keys that come with it. Who signed is nobody's claim: a certificate's chain is not looked at. Pure.
#pragma once

#include "services/trust/log/entry.h"
#include "services/trust/rekor/rekor_answer.h"

namespace certus::trust_service::rekor {

// hashedrekord 0.0.1 and dsse 0.0.1. Unknown members are ignored, as Rekor does.
tl::expected<NewEntry, Answer> readProposal(const Input& proposal);

// A kind's own part, `spec`. The error's message has the form's rule; readProposal() puts Rekor's prefix before it.
Result<NewEntry> readHashedRekord(const Input& spec);
Result<NewEntry> readDsse(const Input& spec);

// The member at a path of names below `object`; InvalidArgument names the path when it is absent or of another type.
Result<std::string> textIn(const Input& object, std::initializer_list<const char*> path);
Result<std::string> base64In(const Input& object, std::initializer_list<const char*> path);

}  // namespace certus::trust_service::rekor
