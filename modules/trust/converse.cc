#include "converse.h"

#include <string>
#include <utility>

#include "trust_module.h"

namespace certus::trust {
namespace {

// Some clients show a model only the text, others only structuredContent: each holds everything.
std::string textOf(const Json& structured) {
  std::string out = structured.value("summary", std::string());
  return out.append("\n").append(structured.dump());
}

void carry(Call call, const std::shared_ptr<Conversation>& conversation, Step step) {
  if (auto* request = std::get_if<HttpRequest>(&step)) {
    request->service = call.module<TrustModule>().service();
    call.http(*request,
              [call, conversation](const Reply& reply) { carry(call, conversation, conversation->received(reply)); });
  } else if (const auto* answer = std::get_if<Answer>(&step)) {
    call.result(answer->structured, textOf(answer->structured));
  } else {
    call.error(std::get<Failure>(step).text + "\nRequest id: " + std::string(call.requestId()));
  }
}

}  // namespace

void converse(const Call& call, std::unique_ptr<Conversation> conversation) {
  const std::shared_ptr<Conversation> shared = std::move(conversation);
  carry(call, shared, shared->begin());
}

}  // namespace certus::trust
