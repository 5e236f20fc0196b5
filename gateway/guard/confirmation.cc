#include "gateway/guard/confirmation.h"

#include <initializer_list>

#include <simdjson.h>

#include "base/encoding.h"
#include "base/json_write.h"
#include "gateway/guard/readable.h"

namespace certus::gateway {
namespace {

constexpr std::string_view kKey = "confirmation";
constexpr std::size_t kNameBytes = 200, kAdviceBytes = 600;

void appendPart(std::string& out, std::string_view part) {
  out += std::to_string(part.size()) + ':';
  out += part;
}

std::string message(const Grant& grant, const Invocation& invocation) {
  std::string out = readable(grant.principal->subject, kNameBytes) + " asks to run \"" + readable(grant.tool, kNameBytes) +
                    "\". Rule \"" + readable(grant.confirm->name, kNameBytes) +
                    "\" of this gateway lets it run only if you approve this very call.";
  if (!grant.confirm->advice.empty()) out += ' ' + readable(grant.confirm->advice, kAdviceBytes);
  return out + "\n\n" + readableArguments(invocation.arguments);
}

std::string ruleName(const Grant& grant) {
  return grant.confirm ? " (rule \"" + grant.confirm->name + "\")" : std::string();
}

std::string happened(Unconfirmed why, const std::string& call, const Grant& grant) {
  switch (why) {
    case Unconfirmed::Declined: return "The user was asked to confirm " + call + ruleName(grant) + " and declined.";
    case Unconfirmed::Cancelled:
      return "The user was asked to confirm " + call + ruleName(grant) + " and dismissed the question without an answer.";
    case Unconfirmed::Missing: return "The confirmation of " + call + ruleName(grant) + " came back without an answer.";
    case Unconfirmed::Expired: return "The confirmation of " + call + " came too late: a question is open for 5 minutes.";
    case Unconfirmed::Used:
      return "This confirmation of " + call + " has been used: each is good for one call" + ruleName(grant) + ".";
    case Unconfirmed::Mismatch:
      return "This confirmation is not for " + call +
             " as it is now: the arguments, the caller or the rule that asks are others than the user was asked about.";
    case Unconfirmed::TooMany:
      return "Too many confirmations are in use at this gateway, so that of " + call + " does not count.";
    case Unconfirmed::Unreachable:
      return "Whether this confirmation of " + call + " has been used before cannot be found out just now.";
    case Unconfirmed::CannotAsk:
      return "Rule \"" + (grant.confirm ? grant.confirm->name : std::string()) + "\" lets " + call +
             " run only after the user has confirmed this very call, and this client did not declare that it can ask its "
             "user (the \"elicitation\" capability).";
    case Unconfirmed::Foreign:
      return "The requestState of " + call + " was not given out by this gateway under its present policy, or is too old.";
  }
  return {};
}

std::string_view nextStep(Unconfirmed why) {
  switch (why) {
    case Unconfirmed::Declined: return "Do not repeat it unless the user asks for it.";
    case Unconfirmed::Cancelled: return "Call it again when the user wants to decide.";
    case Unconfirmed::CannotAsk:
      return "Use a client that supports elicitation, or ask whoever keeps this gateway's policy.";
    case Unconfirmed::TooMany: return "Try again in a few minutes; if it lasts, tell the operator of the gateway.";
    default: return "Call it again from the start, without requestState and inputResponses, and the user is asked anew.";
  }
}

}  // namespace

ProofDigest proofOf(const Grant& grant, const Invocation& invocation, const StateFrame& frame, std::string_view home) {
  std::string text = "certus-confirmation\n";
  appendPart(text, grant.principal->key);
  appendPart(text, std::to_string(static_cast<int>(invocation.kind)));
  appendPart(text, grant.tool);
  appendPart(text, invocation.name);
  appendPart(text, grant.argumentsDigest);
  appendPart(text, grant.confirm->digest);
  appendPart(text, frame.kind == StateFrame::Kind::Question ? "asked" : "approved");
  appendPart(text, std::to_string(frame.issued));
  appendPart(text, std::to_string(frame.expires));
  appendPart(text, {frame.nonce.data(), frame.nonce.size()});
  appendPart(text, home);
  ProofDigest out;
  sha256(text, out.data());
  return out;
}

std::string confirmationQuestion(const Grant& grant, const Invocation& invocation) {
  std::string out = "{\"" + std::string(kKey) + R"(":{"method":"elicitation/create","params":{"mode":"form","message":)";
  appendJsonString(out, message(grant, invocation));
  return out +
         R"(,"requestedSchema":{"type":"object","properties":{"approve":{"type":"boolean","title":"Approve this call",)"
         R"("description":"Good for this one call with these arguments.","default":false}},"required":["approve"]}}}})";
}

Approval readApproval(std::string_view inputResponses) {
  simdjson::dom::parser parser;
  simdjson::dom::element root, answer, content;
  std::string_view action;
  bool approve = false;
  if (inputResponses.empty() || parser.parse(simdjson::padded_string(inputResponses)).get(root) ||
      root.at_key(kKey).get(answer) || answer.at_key("action").get(action))
    return Approval::Missing;
  if (action == "cancel") return Approval::Cancelled;
  if (action == "decline") return Approval::Declined;
  if (action != "accept" || answer.at_key("content").get(content) || content.at_key("approve").get(approve))
    return Approval::Missing;
  return approve ? Approval::Given : Approval::Declined;
}

std::string unconfirmedText(Unconfirmed why, const Grant& grant) {
  const std::string call = "\"" + std::string(grant.tool.substr(0, kNameBytes)) + "\"";
  return happened(why, call, grant) + " Nothing was done. " + std::string(nextStep(why));
}

}  // namespace certus::gateway
