// The stages, all of them, in the order in which a request passes them. One line a stage, one reason a line.
#pragma once

#include <optional>

#include "gateway/stages/arguments.h"
#include "gateway/stages/capability.h"
#include "gateway/stages/enabled.h"
#include "gateway/stages/header_match.h"
#include "gateway/stages/host.h"
#include "gateway/stages/local_identity.h"
#include "gateway/stages/origin.h"
#include "gateway/stages/parameter_match.h"
#include "gateway/stages/stage.h"

namespace certus::gateway {

// On the request's head, for every HTTP request of every revision.
inline constexpr HeadStage kHeadStages[] = {
    {"host", admitHost},      // a name that an attacker's DNS points at us must not reach a local gateway
    {"origin", admitOrigin},  // a web page of another site must not drive a local gateway through its visitor's browser
    {"local-identity", assignLocalIdentity},  // everything after this knows who calls
};

// On every request of the newest revision, once its envelope is whole and its version served.
inline constexpr MessageStage kRequestStages[] = {
    {"header-match", matchHeaders},  // a balancer may have routed by headers: they must say what the body says
};

// On every tools/call that names a tool of the route, before its module is asked.
inline constexpr MessageStage kToolStages[] = {
    {"enabled", admitEnabled},             // the operator's word comes before anything about the arguments is said
    {"capability", admitCapability},       // a tool that must ask the user is of no use to a client that cannot
    {"parameter-match", matchParameters},  // as header-match, for Mcp-Param-*; needs the tool's schema, so it stands here
    {"arguments", admitArguments},         // rules and modules may then rely on names and types
};

inline std::optional<Refusal> passHeadStages(HeadCall& call) {
  for (const HeadStage& stage : kHeadStages) {
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
