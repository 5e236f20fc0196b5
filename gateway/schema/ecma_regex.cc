// re2FromEcma: one pass over the pattern, rewriting what the two dialects spell or mean differently.
#include <array>
#include <cstdint>
#include <utility>

#include "gateway/schema/pattern.h"

namespace certus::gateway::schema {
namespace {

constexpr std::string_view kSpaces =
    "\\t\\n\\v\\f\\r \\x{00a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";
constexpr std::string_view kNotSpaces =  // the complement, for use inside a class
    "\\x{00}-\\x{08}\\x{0e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}"
    "\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}";

using Name = std::pair<std::string_view, std::string_view>;
constexpr std::array<Name, 38> kCategories = {Name{"Letter", "L"},
                                              Name{"Cased_Letter", "L"},
                                              Name{"Uppercase_Letter", "Lu"},
                                              Name{"Lowercase_Letter", "Ll"},
                                              Name{"Titlecase_Letter", "Lt"},
                                              Name{"Modifier_Letter", "Lm"},
                                              Name{"Other_Letter", "Lo"},
                                              Name{"Mark", "M"},
                                              Name{"Combining_Mark", "M"},
                                              Name{"Nonspacing_Mark", "Mn"},
                                              Name{"Spacing_Mark", "Mc"},
                                              Name{"Enclosing_Mark", "Me"},
                                              Name{"Number", "N"},
                                              Name{"Decimal_Number", "Nd"},
                                              Name{"digit", "Nd"},
                                              Name{"Letter_Number", "Nl"},
                                              Name{"Other_Number", "No"},
                                              Name{"Punctuation", "P"},
                                              Name{"punct", "P"},
                                              Name{"Connector_Punctuation", "Pc"},
                                              Name{"Dash_Punctuation", "Pd"},
                                              Name{"Open_Punctuation", "Ps"},
                                              Name{"Close_Punctuation", "Pe"},
                                              Name{"Initial_Punctuation", "Pi"},
                                              Name{"Final_Punctuation", "Pf"},
                                              Name{"Other_Punctuation", "Po"},
                                              Name{"Symbol", "S"},
                                              Name{"Math_Symbol", "Sm"},
                                              Name{"Currency_Symbol", "Sc"},
                                              Name{"Modifier_Symbol", "Sk"},
                                              Name{"Other_Symbol", "So"},
                                              Name{"Separator", "Z"},
                                              Name{"Space_Separator", "Zs"},
                                              Name{"Line_Separator", "Zl"},
                                              Name{"Paragraph_Separator", "Zp"},
                                              Name{"Control", "Cc"},
                                              Name{"cntrl", "Cc"},
                                              Name{"Format", "Cf"}};

tl::unexpected<Error> unusable(std::string_view part, const std::string& why) {
  return fail(ErrorCode::InvalidArgument, "`" + std::string(part.substr(0, 40)) + "` " + why);
}

class Translator {
 public:
  explicit Translator(std::string_view ecma) : rest_(ecma) {}

  Result<std::string> run() {
    while (!rest_.empty()) {
      if (auto done = inClass_ ? classMember() : outside(); !done) return tl::make_unexpected(done.error());
    }
    if (inClass_) return unusable("[", "is not closed");
    return std::move(out_);
  }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  bool takeIf(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  Result<void> outside() {
    if (rest_.front() == '\\') return escape();
    if (takeIf("[^]")) return append("[\\x{00}-\\x{10ffff}]");
    if (takeIf("[]")) return append("[^\\x{00}-\\x{10ffff}]");
    if (rest_.front() == '[') {
      inClass_ = true;
      take();
      return append(takeIf("^") ? "[^" : "[");
    }
    if (rest_.front() == '.') {
      take();
      return append("[^\\n\\r\\x{2028}\\x{2029}]");
    }
    if (rest_.starts_with("(?")) return group();
    if (takeIf("$")) return append("\\z");
    out_ += take();
    return {};
  }

  Result<void> group() {
    if (takeIf("(?:")) return append("(?:");
    for (const std::string_view look : {"(?=", "(?!", "(?<=", "(?<!"}) {
      if (rest_.starts_with(look))
        return unusable(look, "(lookaround) cannot be matched in linear time; write the rule without it");
    }
    if (takeIf("(?<")) return append("(?P<");
    return unusable(rest_.substr(0, 3), "is not a group of ECMA-262");
  }

  Result<void> classMember() {
    if (rest_.front() == '\\') return escape();
    if (rest_.front() == ']') inClass_ = false;
    if (rest_.front() == '[') out_ += '\\';  // RE2 would read [:alpha:]
    out_ += take();
    return {};
  }

  Result<void> escape() {
    const std::string_view whole = rest_;
    take();
    if (rest_.empty()) return unusable("\\", "stands at the end");
    const char c = take();
    if (std::string_view("dDwWtnvfr").find(c) != std::string_view::npos) return append({whole.data(), 2});
    if (std::string_view("^$\\.*+?()[]{}|/-").find(c) != std::string_view::npos) {
      if (c != '/') out_ += '\\';
      out_ += c;
      return {};
    }
    if (c == 's') return append(inClass_ ? std::string(kSpaces) : "[" + std::string(kSpaces) + "]");
    if (c == 'S') return append(inClass_ ? std::string(kNotSpaces) : "[^" + std::string(kSpaces) + "]");
    if (c == 'b' || c == 'B') return append(inClass_ ? "\\x{08}" : std::string{'\\', c});
    if (c == '0' && (rest_.empty() || rest_.front() < '0' || rest_.front() > '9')) return append("\\x{00}");
    if (c >= '0' && c <= '9') return unusable(whole.substr(0, 2), "(a back reference) cannot be matched in linear time");
    if (c == 'c') return control(whole);
    if (c == 'x') return codePoint(whole, 2);
    if (c == 'u') return unicode(whole);
    if (c == 'p' || c == 'P') return property(whole, c);
    return unusable(whole.substr(0, 2),
                    "is not an escape of ECMA-262; a character of no special meaning is written plainly");
  }

  Result<void> control(std::string_view whole) {
    const bool letter = !rest_.empty() && ((rest_[0] >= 'a' && rest_[0] <= 'z') || (rest_[0] >= 'A' && rest_[0] <= 'Z'));
    if (!letter) return unusable(whole.substr(0, 3), "is not a control letter");
    return appendCodePoint(static_cast<std::uint32_t>(take()) & 31U);
  }

  bool hexDigits(std::size_t count, std::uint32_t& value) {
    value = 0;
    if (count == 0 || rest_.size() < count) return false;
    for (std::size_t i = 0; i < count; ++i) {
      const auto digit = std::string_view("0123456789abcdef").find(static_cast<char>(rest_[i] | 0x20));
      if (digit == std::string_view::npos || value > 0x10ffff) return false;
      value = value * 16 + static_cast<std::uint32_t>(digit);
    }
    rest_.remove_prefix(count);
    return true;
  }

  Result<void> codePoint(std::string_view whole, std::size_t digits) {
    std::uint32_t value = 0;
    if (!hexDigits(digits, value)) return unusable(whole.substr(0, digits + 2), "is not a character's number");
    return appendCodePoint(value);
  }

  Result<void> unicode(std::string_view whole) {
    if (takeIf("{")) {
      if (auto done = codePoint(whole, rest_.find('}') == rest_.npos ? 0 : rest_.find('}')); !done) return done;
      take();
      return {};
    }
    std::uint32_t high = 0, low = 0;
    if (!hexDigits(4, high)) return unusable(whole.substr(0, 6), "is not a character's number");
    if (high < 0xd800 || high > 0xdfff) return appendCodePoint(high);
    const bool paired = high < 0xdc00 && takeIf("\\u") && hexDigits(4, low) && low >= 0xdc00 && low <= 0xdfff;
    if (!paired) return unusable(whole.substr(0, 6), "is half of a surrogate pair");
    return appendCodePoint(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
  }

  Result<void> property(std::string_view whole, char sign) {
    const auto end = rest_.find('}');
    if (!rest_.starts_with("{") || end == rest_.npos)
      return unusable(whole.substr(0, 10), "needs a property name in braces");
    std::string_view name = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    for (const std::string_view prefix : {"General_Category=", "gc=", "Script=", "sc="}) {
      if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
    }
    for (const auto& [longName, shortName] : kCategories) {
      if (name == longName) name = shortName;
    }
    return append(std::string{'\\', sign} + "{" + std::string(name) + "}");
  }

  Result<void> append(std::string_view text) {
    out_ += text;
    return {};
  }

  Result<void> appendCodePoint(std::uint32_t value) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string digits;
    do {
      digits.insert(digits.begin(), kHex[value % 16]);
      value /= 16;
    } while (value != 0);
    return append("\\x{" + digits + "}");
  }

  std::string_view rest_;
  std::string out_;
  bool inClass_ = false;
};

}  // namespace

Result<std::string> re2FromEcma(std::string_view ecma) { return Translator(ecma).run(); }

}  // namespace certus::gateway::schema
