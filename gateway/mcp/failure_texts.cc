#include "gateway/mcp/failure_texts.h"

#include "gateway/tools/route.h"

namespace certus::gateway {
namespace {

std::string subject(const Invoke& invoke) {
  return (invoke.tool ? "Tool \"" : "\"") + std::string(invoke.name.substr(0, 200)) + '"';
}

std::string repeatAdvice(const Invoke& invoke) {
  if (!invoke.tool || invoke.tool->readOnly) return " It changes nothing, so it is safe to call it again.";
  return " It may or may not have taken effect: find out before you call it again.";
}

std::string seconds(Milliseconds time) {
  const auto count = time.count();
  std::string text = std::to_string(count / 1000);
  if (count % 1000 != 0) text += '.' + std::to_string(count % 1000 / 100);
  return text;
}

std::string ended(const Invoke& invoke, std::string text) { return text + requestIdEnding(invoke.invocation.requestId, text); }

}  // namespace

std::string requestIdEnding(std::string_view requestId, std::string_view text) {
  if (requestId.empty() || text.find(requestId) != std::string_view::npos) return {};
  return "\n\nRequest id: " + std::string(requestId);
}

std::string timedOutText(const Invoke& invoke) {
  std::string text = subject(invoke) + " did not finish in time";
  if (invoke.tool) text += " (" + seconds(invoke.tool->timeout) + " seconds)";
  return ended(invoke, text + " and was stopped." + repeatAdvice(invoke));
}

std::string cancelledText(const Invoke& invoke) {
  return ended(invoke, subject(invoke) + " was cancelled before it finished." + repeatAdvice(invoke));
}

std::string failedText(const Invoke& invoke) {
  return ended(invoke, subject(invoke) +
                           " failed inside the gateway; the request is not at fault. Try once more; if it fails again, "
                           "report the request id to the operator.");
}

std::string brokenPromiseText(const Invoke& invoke, std::string_view what) {
  return ended(invoke, subject(invoke) +
                           " gave an answer that breaks its own outputSchema, so it is withheld. The arguments are not at "
                           "fault and calling again "
                           "will hardly help; report this to the operator.\n" +
                           std::string(what));
}

std::string cannotAskText(const Invoke& invoke) {
  return ended(invoke, subject(invoke) +
                           " needs to ask the user something, and this client or connection cannot be asked. Use a client "
                           "that supports elicitation.");
}

}  // namespace certus::gateway
