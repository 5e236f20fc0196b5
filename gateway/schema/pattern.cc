#include "gateway/schema/pattern.h"

#include <re2/re2.h>

namespace certus::gateway::schema {

Pattern::Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::compile(std::string_view ecma) {
  constexpr std::int64_t kMaxAutomatonBytes = 2 << 20;  // per pattern; RE2 falls back to a slower linear search beyond it
  Pattern pattern;
  pattern.source_ = std::string(ecma);
  pattern.simple_ = SimplePattern::parse(ecma);
  if (pattern.simple_) return pattern;
  auto translated = re2FromEcma(ecma);
  if (!translated) return tl::make_unexpected(translated.error());
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxAutomatonBytes);
  pattern.general_ = std::make_unique<RE2>(*translated, options);
  if (!pattern.general_->ok()) return fail(ErrorCode::InvalidArgument, pattern.general_->error());
  return pattern;
}

bool Pattern::matches(std::string_view text) const {
  if (simple_) return simple_->matches(text);
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *general_);
}

}  // namespace certus::gateway::schema
