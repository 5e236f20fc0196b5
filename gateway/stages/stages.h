// The stages, all of them, in the order in which a request passes them. One line a stage, one reason a line.
#pragma once

#include <optional>

#include "gateway/stages/arguments.h"
#include "gateway/stages/capability.h"
#include "gateway/stages/enabled.h"
#include "gateway/stages/header_match.h"
#include "gateway/stages/forwarded.h"
#include "gateway/stages/host.h"
#include "gateway/stages/origin.h"
#include "gateway/stages/parameter_match.h"
#include "gateway/stages/policy.h"
#include "gateway/stages/stage.h"

namespace certus::gateway {

// On the request's head, for every HTTP request of every revision, before anything at all is answered. What is public is
// answered next: OAuth metadata, which pages of any site may read (transport/oauth_faces.h).
inline constexpr HeadStage kFirstStages[] = {
    {"host", admitHost},  // a name that an attacker's DNS points at us must not reach a local gateway
};

// On every other head. Then the caller is authenticated (transport/admission.h), which may have to wait for an issuer's keys
// and so is no stage.
inline constexpr HeadStage kHeadStages[] = {
    {"origin", admitOrigin},  // a web page of another site must not drive a local gateway through its visitor's browser
    {"forwarded", refuseForwarded},  // open local mode is for this machine; a proxy would lend it to others
};

// On every request of the newest revision, once its envelope is whole and its version served.
inline constexpr MessageStage kRequestStages[] = {
    {"header-match", matchHeaders},  // a balancer may have routed by headers: they must say what the body says
};

// On every tools/call that names a tool of the route and that the caller may know of, before its module is asked. Limits and
// confirmations come last, in gateway/guard: they count and wait.
inline constexpr MessageStage kToolStages[] = {
    {"enabled", admitEnabled},             // the operator's word comes before anything about the arguments is said
    {"capability", admitCapability},       // a tool that must ask the user is of no use to a client that cannot
    {"parameter-match", matchParameters},  // as header-match, for Mcp-Param-*; needs the tool's schema, so it stands here
    {"arguments", admitArguments},         // rules and modules may then rely on names and types
    {"policy", admitByPolicy},             // with arguments that are what they seem
};

template <std::size_t N>
std::optional<Refusal> passStages(const HeadStage (&stages)[N], HeadCall& call) {
  for (const HeadStage& stage : stages) {
    if (auto refusal = stage.admit(call)) return refusal;
  }
  return std::nullopt;
}

template <std::size_t N>
std::optional<Refusal> passStages(const MessageStage (&stages)[N], const MessageCall& call) {
  for (const MessageStage& stage : stages) {
    if (auto refusal = stage.admit(call)) return refusal;
  }
  return std::nullopt;
}

}  // namespace certus::gateway
