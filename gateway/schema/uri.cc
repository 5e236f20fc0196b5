#include "gateway/schema/uri.h"

#include <cctype>

#include "base/encoding.h"

namespace certus::gateway::schema {
namespace {

struct Parts {
  std::string_view scheme, authority, path, query, fragment;
  bool hasScheme = false, hasAuthority = false, hasQuery = false, hasFragment = false;
};

bool isScheme(std::string_view text) {
  if (text.empty() || std::isalpha(static_cast<unsigned char>(text[0])) == 0) return false;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '+' && c != '-' && c != '.') return false;
  }
  return true;
}

Parts partsOf(std::string_view uri) {
  Parts parts;
  if (const auto hash = uri.find('#'); hash != uri.npos) {
    parts.hasFragment = true;
    parts.fragment = uri.substr(hash + 1);
    uri = uri.substr(0, hash);
  }
  if (const auto mark = uri.find('?'); mark != uri.npos) {
    parts.hasQuery = true;
    parts.query = uri.substr(mark + 1);
    uri = uri.substr(0, mark);
  }
  if (const auto colon = uri.find(':'); colon != uri.npos && isScheme(uri.substr(0, colon))) {
    parts.hasScheme = true;
    parts.scheme = uri.substr(0, colon);
    uri = uri.substr(colon + 1);
  }
  if (uri.starts_with("//")) {
    parts.hasAuthority = true;
    const auto slash = uri.find('/', 2);
    parts.authority = uri.substr(2, slash == uri.npos ? uri.npos : slash - 2);
    uri = slash == uri.npos ? std::string_view{} : uri.substr(slash);
  }
  parts.path = uri;
  return parts;
}

// RFC 3986 5.2.4.
std::string withoutDots(std::string_view path) {
  std::string out;
  while (path.starts_with("./") || path.starts_with("../")) path.remove_prefix(path.find('/') + 1);
  while (!path.empty()) {
    const auto end = path.find('/', 1);
    const std::string_view segment = path.substr(0, end);
    const bool last = end == path.npos;
    if (segment == "/." || segment == "/..") {
      if (segment == "/..") out.erase(out.rfind('/') == out.npos ? 0 : out.rfind('/'));
      if (last) out += '/';
    } else if (segment != "." && segment != "..") {
      out += segment;
    }
    path = last ? std::string_view{} : path.substr(end);
  }
  return out;
}

std::string mergedPath(const Parts& base, std::string_view reference) {
  if (base.hasAuthority && base.path.empty()) return "/" + std::string(reference);
  const auto slash = base.path.rfind('/');
  if (slash == base.path.npos) return std::string(reference);
  return std::string(base.path.substr(0, slash + 1)) + std::string(reference);
}

std::string joined(const Parts& parts, std::string_view path) {
  std::string uri;
  if (parts.hasScheme) uri.append(parts.scheme).append(":");
  if (parts.hasAuthority) uri.append("//").append(parts.authority);
  uri.append(path);
  if (parts.hasQuery) uri.append("?").append(parts.query);
  if (parts.hasFragment) uri.append("#").append(parts.fragment);
  return uri;
}

}  // namespace

// RFC 3986 5.2.2.
std::string resolveUri(std::string_view base, std::string_view reference) {
  Parts target = partsOf(reference);
  if (target.hasScheme) return joined(target, withoutDots(target.path));
  const Parts root = partsOf(base);
  target.hasScheme = root.hasScheme;
  target.scheme = root.scheme;
  if (target.hasAuthority) return joined(target, withoutDots(target.path));
  target.hasAuthority = root.hasAuthority;
  target.authority = root.authority;
  if (target.path.empty()) {
    if (!target.hasQuery) {
      target.hasQuery = root.hasQuery;
      target.query = root.query;
    }
    return joined(target, root.path);
  }
  if (target.path.starts_with('/')) return joined(target, withoutDots(target.path));
  return joined(target, withoutDots(mergedPath(root, target.path)));
}

SplitUri splitFragment(std::string_view uri) {
  const auto hash = uri.find('#');
  if (hash == uri.npos) return {std::string(uri), {}};
  return {std::string(uri.substr(0, hash)), percentDecoded(uri.substr(hash + 1))};
}

std::optional<std::vector<std::string>> pointerTokens(std::string_view pointer) {
  std::vector<std::string> tokens;
  if (pointer.empty()) return tokens;
  if (pointer.front() != '/') return std::nullopt;
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      tokens.emplace_back();
    } else if (pointer[i] != '~') {
      tokens.back() += pointer[i];
    } else {
      if (++i == pointer.size() || (pointer[i] != '0' && pointer[i] != '1')) return std::nullopt;
      tokens.back() += pointer[i] == '0' ? '~' : '/';
    }
  }
  return tokens;
}

std::string escapedToken(std::string_view token) {
  std::string out;
  for (const char c : token) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace certus::gateway::schema
