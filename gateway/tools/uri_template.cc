#include "gateway/tools/uri_template.h"

#include <re2/re2.h>

namespace certus::gateway {
namespace {

constexpr std::size_t kMaxTemplate = 1024;

// `{x}` stands for one path segment's worth; an operator or a modifier may bring slashes, queries and lists.
std::string expressionPattern(std::string_view expression) {
  const bool simple = expression.find_first_of("+#./;?&*:,") == std::string_view::npos;
  return simple ? "[^/?#]+" : ".*";
}

}  // namespace

struct UriTemplate::Matcher {
  explicit Matcher(const std::string& pattern) : expression(pattern, options()) {}
  static re2::RE2::Options options() {
    re2::RE2::Options chosen;
    chosen.set_log_errors(false);
    chosen.set_dot_nl(true);
    chosen.set_never_capture(true);
    return chosen;
  }
  re2::RE2 expression;
};

Result<UriTemplate> UriTemplate::parse(std::string_view text) {
  if (text.size() > kMaxTemplate) return fail(ErrorCode::InvalidArgument, "the URI template is longer than 1024 bytes");
  std::string pattern;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find_first_of("{}", at);
    pattern += re2::RE2::QuoteMeta(std::string(text.substr(at, open - at)));
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find_first_of("{}", open + 1);
    if (text[open] == '}' || close == std::string_view::npos || text[close] == '{' || close == open + 1) {
      return fail(ErrorCode::InvalidArgument,
                  "the URI template has an unmatched or empty brace; variables look like \"{name}\" (RFC 6570)");
    }
    pattern += expressionPattern(text.substr(open + 1, close - open - 1));
    at = close + 1;
  }
  auto matcher = std::make_shared<const Matcher>(pattern);
  if (!matcher->expression.ok())
    return fail(ErrorCode::InvalidArgument, "the URI template cannot be matched", matcher->expression.error());
  UriTemplate result;
  result.matcher_ = std::move(matcher);
  return result;
}

bool UriTemplate::matches(std::string_view uri) const {
  return re2::RE2::FullMatch(re2::StringPiece(uri.data(), uri.size()), matcher_->expression);
}

}  // namespace certus::gateway
