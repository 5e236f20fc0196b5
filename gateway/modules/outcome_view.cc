#include "gateway/modules/outcome_view.h"

#include <initializer_list>

#include "gateway/modules/abi_view.h"

namespace certus::gateway {
namespace {

constexpr std::uint32_t kMaxBlocks = 4096;

bool isUtf8(std::string_view text) { return text.empty() || simdjson::validate_utf8(text.data(), text.size()); }

ContentView viewOf(const certus_content& raw) {
  ContentView block;
  block.kind = static_cast<ContentView::Kind>(raw.kind);
  block.assistant = raw.role == CERTUS_ASSISTANT;
  block.hasData = raw.data.data != nullptr;
  block.text = view(raw.text);
  block.data = view(raw.data);
  block.mimeType = view(raw.mime_type);
  block.uri = view(raw.uri);
  block.name = view(raw.name);
  block.annotations = view(raw.annotations);
  return block;
}

}  // namespace

OutcomeView failedOutcome(std::string_view why, ContentView& block) {
  block = ContentView{};
  block.text = why;
  OutcomeView outcome;
  outcome.kind = OutcomeView::Kind::Failed;
  outcome.content = {&block, 1};
  return outcome;
}

OutcomeView OutcomeReader::read(const certus_outcome& foreign) {
  const auto raw = readSized<certus_outcome>(&foreign);
  OutcomeView outcome;
  const char* wrong = nullptr;
  if (raw.kind < CERTUS_RESULT || raw.kind > CERTUS_FAILED) {
    wrong = "the module's outcome has an unknown kind";
  } else {
    wrong = takeBlocks(raw);
  }
  if (wrong == nullptr) {
    outcome.kind = static_cast<OutcomeView::Kind>(raw.kind);
    outcome.content = blocks_;
    outcome.structured = view(raw.structured);
    outcome.state = view(raw.state);
    outcome.description = view(raw.description);
    wrong = checkTexts(outcome);
  }
  if (wrong == nullptr) return outcome;
  blocks_.resize(1);
  return failedOutcome(wrong, blocks_.front());
}

const char* OutcomeReader::takeBlocks(const certus_outcome& raw) {
  blocks_.clear();
  if (raw.content_count == 0) return nullptr;
  if (raw.content == nullptr || raw.content_count > kMaxBlocks) return "the module's outcome has a content count without content, or over 4096";
  if (raw.content->size < offsetof(certus_content, text) || raw.content->size % alignof(certus_content) != 0) {
    return "the module's outcome has a content block whose `size` is not set";
  }
  for (std::uint32_t i = 0; i < raw.content_count; ++i) {
    const auto block = readElement(raw.content, i);
    if (block.kind < CERTUS_TEXT || block.kind > CERTUS_EMBEDDED) return "the module's outcome has a content block of unknown kind";
    blocks_.push_back(viewOf(block));
  }
  return nullptr;
}

const char* OutcomeReader::checkTexts(const OutcomeView& outcome) {
  for (const ContentView& block : outcome.content) {
    for (const std::string_view text : {block.text, block.mimeType, block.uri, block.name}) {
      if (!isUtf8(text)) return "the module's outcome has a text that is not UTF-8";
    }
    const bool annotated = !block.annotations.empty();
    if (annotated && parser_.parse(block.annotations.data(), block.annotations.size()).error() != simdjson::SUCCESS) return "the module's outcome has annotations that are not JSON";
  }
  return isUtf8(outcome.description) ? nullptr : "the module's outcome has a description that is not UTF-8";
}

}  // namespace certus::gateway
