// `confirm` rules: what a person is asked before a call runs, what the answer is bound to, and how it is read. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/call/grant.h"
#include "gateway/call/invocation.h"
#include "gateway/guard/state_frame.h"

namespace certus::gateway {

inline constexpr Milliseconds kConfirmationLifetime = kQuestionLifetime;
inline constexpr Milliseconds kRoundLifetime{10 * 60'000};        // to carry a module's state back

// Who, what, with which arguments, by which rule, asked when and until when. `grant.confirm` is set.
// `home`: where a used one is remembered, a secret of this process; empty where all replicas remember together.
ProofDigest proofOf(const Grant& grant, const Invocation& invocation, const StateFrame& frame, std::string_view home);

// The one question as a module would ask it: {"confirmation":{"method":"elicitation/create","params":{...}}}.
std::string confirmationQuestion(const Grant& grant, const Invocation& invocation);

enum class Approval : std::uint8_t { Given, Declined, Cancelled, Missing };
Approval readApproval(std::string_view inputResponses);

// Why a call that a person had to confirm did not run; whole sentences with what to do next.
enum class Unconfirmed : std::uint8_t {
  Declined,
  Cancelled,
  Missing,  // the round came back without an answer
  Expired,
  Used,         // each is good for one call
  Mismatch,     // other arguments, another caller or rule
  TooMany,      // the table of used ones is full
  Unreachable,  // it cannot be known whether another replica has used it
  CannotAsk,    // no elicitation here
  Foreign       // a state that was not given out under this policy; also of calls without confirmation
};
std::string unconfirmedText(Unconfirmed why, const Grant& grant);

}  // namespace certus::gateway
