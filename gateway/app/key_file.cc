#include "gateway/app/key_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <sstream>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "config/yaml_document.h"

namespace certus::app {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> refuse(const std::string& message) { return fail(ErrorCode::InvalidArgument, message); }
tl::unexpected<Error> failed(const std::string& what) {
  return fail(ErrorCode::Unavailable, what + ": " + std::strerror(errno));
}

// JSON in double quotes is YAML in double quotes.
std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + quoted(word);
  return "[" + out + "]";
}

// The new file beside the old one; removed again unless it took its place.
Result<void> replace(const fs::path& target, const std::string& text, const struct stat* old, int folder) {
  std::string name = target.string() + ".XXXXXX";
  const FileDescriptor file(::mkostemp(name.data(), O_CLOEXEC));
  if (file.get() < 0) return failed("a file beside it cannot be made");
  const auto fill = [&]() -> Result<void> {
    if (old != nullptr && ::fchown(file.get(), old->st_uid, old->st_gid) != 0)
      return failed("its owner cannot be kept; run this as the owner of the file");
    if (::fchmod(file.get(), old != nullptr ? old->st_mode & 0777 : 0600) != 0) return failed("its mode cannot be set");
    if (!writeAll(file.get(), text) || ::fsync(file.get()) != 0) return failed("it cannot be written");
    if (::rename(name.c_str(), target.c_str()) != 0) return failed("it cannot be replaced");
    return {};
  };
  const Result<void> done = fill();
  if (!done) ::unlink(name.c_str());
  if (done && ::fsync(folder) != 0) return failed("it was written, but may not survive a power cut");
  return done;
}

// Nothing but comments, or `keys:` with nothing below: to whoever reads it a mistake, here a beginning.
bool isBeginning(const std::string& text) {
  std::istringstream in(text);
  std::string said;
  for (std::string line; std::getline(in, line);) {
    const std::size_t from = line.find_first_not_of(" \t\r");
    if (from != std::string::npos && line[from] != '#') said += line.substr(from, line.find_last_not_of(" \t\r") + 1 - from);
  }
  return said.empty() || said == "keys:";
}

// What the file becomes, if that reads as the old entries and the new one.
Result<std::string> extended(const std::string& text, const fs::path& path, const std::string& name,
                             const identity::ApiKeyEntry& entry) {
  const auto before = identity::readApiKeys(isBeginning(text) ? "{}" : text, path.string());
  if (!before.ok()) return refuse("has problems of its own, which come first:\n" + before.text());
  if (before.value.keys.contains(name))
    return refuse("has a key " + name + " already; take another --name, or remove that one first");
  std::string out = text;
  if (!out.empty() && !out.ends_with('\n')) out += '\n';
  if (before.value.keys.empty() && text.find("keys:") == std::string::npos) out += "keys:\n";
  out += entryText(name, entry);
  const auto after = identity::readApiKeys(out, path.string());
  if (!after.ok() || after.value.keys.size() != before.value.keys.size() + 1 || !after.value.keys.contains(name))
    return refuse("is not laid out as `keys:` with entries indented by two spaces; add this by hand:\n" +
                  entryText(name, entry));
  return out;
}

}  // namespace

std::string entryText(const std::string& name, const identity::ApiKeyEntry& entry) {
  std::string out = "  " + name + ":\n    sha256: \"" + entry.sha256 + "\"\n    subject: " + quoted(entry.subject) + "\n";
  if (!entry.tenant.empty()) out += "    tenant: " + quoted(entry.tenant) + "\n";
  if (!entry.groups.empty()) out += "    groups: " + listed(entry.groups) + "\n";
  if (entry.limitsTools) out += "    allowed_tools: " + listed(entry.allowedTools) + "\n";
  if (!entry.expires.empty()) out += "    expires: " + quoted(entry.expires) + "\n";
  if (!entry.created.empty()) out += "    created: " + quoted(entry.created) + "\n";
  return out;
}

std::string problemsOfEntry(const std::string& name, const identity::ApiKeyEntry& entry) {
  const auto reading = identity::readApiKeys("keys:\n" + entryText(name, entry), "");
  std::string out;
  for (const config::Problem& problem : reading.problems) out += problem.path + ": " + problem.message + "\n";
  return out;
}

Result<void> addToKeyFile(const std::string& path, const std::string& name, const identity::ApiKeyEntry& entry) {
  std::error_code unknown;
  fs::path target = fs::weakly_canonical(path, unknown);  // through links, so that the link stays
  if (unknown) target = fs::path(path);
  const fs::path parent = target.has_parent_path() ? target.parent_path() : fs::path(".");
  const FileDescriptor folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) return failed("its folder cannot be opened");
  if (::flock(folder.get(), LOCK_EX) != 0) return failed("its folder cannot be locked");
  struct stat status {};
  const bool there = ::stat(target.c_str(), &status) == 0;
  if (!there && errno != ENOENT) return failed("it cannot be read");
  std::string text;
  if (there) {
    auto read = readFile(target.string(), config::kMaxFileBytes);
    if (!read) return tl::make_unexpected(read.error());
    text = std::move(*read);
  }
  const auto next = extended(text, target, name, entry);
  if (!next) return tl::make_unexpected(next.error());
  return replace(target, *next, there ? &status : nullptr, folder.get());
}

}  // namespace certus::app
