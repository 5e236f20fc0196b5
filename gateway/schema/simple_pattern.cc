#include "gateway/schema/simple_pattern.h"

namespace certus::gateway::schema {
namespace {

constexpr std::size_t kUnbounded = SIZE_MAX;
constexpr std::size_t kMaxCount = 1'000'000;

bool isAscii(char c) { return static_cast<unsigned char>(c) < 128; }
std::size_t codeOf(char c) { return static_cast<unsigned char>(c); }

template <class Set>
bool overlap(const Set& left, const Set& right) {
  for (std::size_t i = 0; i < left.size(); ++i) {
    if ((left[i] & right[i]) != 0) return true;
  }
  return false;
}

}  // namespace

class SimplePatternParser {
 public:
  explicit SimplePatternParser(std::string_view text) : rest_(text) {}

  std::optional<SimplePattern> parse() {
    pattern_.fromStart_ = takeIf('^');
    while (!rest_.empty()) {
      if (rest_ == "$") {
        pattern_.toEnd_ = true;
        rest_ = {};
      } else if (!piece() || !count()) {
        return std::nullopt;
      }
    }
    return std::move(pattern_);
  }

 private:
  bool takeIf(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool piece() {
    current_ = {};
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '[') return charClass();
    if (c == '\\') return escape();
    if (!isAscii(c) || std::string_view("^$.*+?()|{}]").find(c) != std::string_view::npos) return false;
    current_.allow(c);
    return true;
  }

  bool escape() {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == 'd') return allowRange('0', '9');
    if (c == 'w') return allowRange('0', '9') && allowRange('a', 'z') && allowRange('A', 'Z') && allowRange('_', '_');
    if (std::string_view("^$\\.*+?()[]{}|/-").find(c) == std::string_view::npos) return false;
    return allowRange(c, c);
  }

  bool allowRange(char first, char last) {
    for (std::size_t code = codeOf(first); code <= codeOf(last); ++code) current_.allow(static_cast<char>(code));
    return first <= last;
  }

  bool charClass() {
    if (rest_.starts_with('^') || rest_.starts_with(']')) return false;
    while (!takeIf(']')) {
      if (rest_.empty()) return false;
      const char first = rest_.front();
      rest_.remove_prefix(1);
      if (first == '\\') {
        if (!escape() || (rest_.starts_with('-') && !rest_.starts_with("-]"))) return false;
        continue;
      }
      if (!isAscii(first)) return false;
      char last = first;
      if (rest_.size() >= 2 && rest_[0] == '-' && rest_[1] != ']') {
        last = rest_[1];
        rest_.remove_prefix(2);
        if (!isAscii(last) || last == '\\') return false;
      }
      if (!allowRange(first, last)) return false;
    }
    return true;
  }

  bool number(std::size_t& value) {
    const std::size_t before = rest_.size();
    value = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9' && value <= kMaxCount) {
      value = value * 10 + codeOf(rest_.front()) - codeOf('0');
      rest_.remove_prefix(1);
    }
    return rest_.size() != before && value <= kMaxCount;
  }

  bool count() {
    if (takeIf('*')) {
      current_.least = 0;
      current_.most = kUnbounded;
    } else if (takeIf('+')) {
      current_.most = kUnbounded;
    } else if (takeIf('?')) {
      current_.least = 0;
    } else if (takeIf('{')) {
      if (!number(current_.least)) return false;
      current_.most = current_.least;
      if (takeIf(',') && !(rest_.starts_with('}') ? (current_.most = kUnbounded, true) : number(current_.most)))
        return false;
      if (!takeIf('}') || current_.most < current_.least) return false;
    }
    if (!rest_.empty() && std::string_view("*+?{").find(rest_.front()) != std::string_view::npos) return false;
    pattern_.pieces_.push_back(current_);
    return true;
  }

  std::string_view rest_;
  SimplePattern pattern_;
  SimplePattern::Piece current_;
};

std::optional<SimplePattern> SimplePattern::parse(std::string_view ecma) {
  auto pattern = SimplePatternParser(ecma).parse();
  if (!pattern || !pattern->isUnambiguous()) return std::nullopt;
  // Unanchored at the start, only a single run or a literal could be searched; one piece without a count needs no state.
  const bool searchable = pattern->pieces_.size() == 1 && !pattern->toEnd_;
  return pattern->fromStart_ || searchable ? pattern : std::nullopt;
}

// Taking as many characters as a piece allows is right only if what follows could not have begun with them.
bool SimplePattern::isUnambiguous() const {
  for (std::size_t i = 0; i < pieces_.size(); ++i) {
    if (pieces_[i].least == pieces_[i].most) continue;
    for (std::size_t next = i + 1; next < pieces_.size(); ++next) {
      if (overlap(pieces_[i].allowed, pieces_[next].allowed)) return false;
      if (pieces_[next].least > 0) break;
    }
  }
  return true;
}

bool SimplePattern::matchesFrom(std::string_view text) const {
  std::size_t at = 0;
  for (const Piece& piece : pieces_) {
    const std::size_t start = at;
    const std::size_t end = text.size() - start < piece.most ? text.size() : start + piece.most;
    while (at < end && piece.allows(text[at])) ++at;
    if (at - start < piece.least) return false;
  }
  return !toEnd_ || at == text.size();
}

bool SimplePattern::matches(std::string_view text) const {
  if (fromStart_) return matchesFrom(text);
  const Piece& only = pieces_.front();
  std::size_t run = 0;
  if (only.least == 0) return true;
  for (const char c : text) {
    run = only.allows(c) ? run + 1 : 0;
    if (run >= only.least) return true;
  }
  return false;
}

}  // namespace certus::gateway::schema
