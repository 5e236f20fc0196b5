#include "gateway/upstream/credential_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace certus::gateway {
namespace {

constexpr std::size_t kMaxBytes = 16 * 1024;

bool isHeaderSafe(std::string_view value) {
  return !value.empty() && std::all_of(value.begin(), value.end(), [](unsigned char each) { return each >= 0x20 && each < 0x7f; });
}

std::string trimmed(std::string value) {
  const auto isSpace = [](char each) { return each == '\n' || each == '\r' || each == ' ' || each == '\t'; };
  while (!value.empty() && isSpace(value.back())) value.pop_back();
  while (!value.empty() && isSpace(value.front())) value.erase(0, 1);
  return value;
}

}  // namespace

CredentialSource::CredentialSource(config::Credential credential) : credential_(std::move(credential)) {}

Result<std::string_view> CredentialSource::headerLine(SteadyTime now) {
  if (!wasRead_ || (!credential_.file.empty() && now >= checkAgainAt_)) {
    read();
    checkAgainAt_ = now + kRecheck;
  }
  if (!problem_.empty()) return fail(ErrorCode::Unavailable, problem_);
  return std::string_view(line_);
}

void CredentialSource::read() {
  if (!credential_.file.empty()) {
    readFile();
  } else {
    const char* value = std::getenv(credential_.env.c_str());  // NOLINT(concurrency-mt-unsafe): nobody here calls setenv
    accept(value ? value : "", "the environment variable " + credential_.env);
  }
  wasRead_ = true;
}

void CredentialSource::readFile() {
  const int file = ::open(credential_.file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct ::stat status {};
  if (file < 0 || ::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    if (file >= 0) ::close(file);
    problem_ = "its credential file cannot be read";
    inode_ = 0;
    return;
  }
  const bool same = wasRead_ && status.st_ino == inode_ && status.st_mtim.tv_sec == modified_.tv_sec &&
                    status.st_mtim.tv_nsec == modified_.tv_nsec;
  if (!same) {
    std::string value(kMaxBytes, '\0');
    const ssize_t got = ::read(file, value.data(), value.size());
    value.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    inode_ = status.st_ino;
    modified_ = status.st_mtim;
    accept(std::move(value), "its credential file");
  }
  ::close(file);
}

void CredentialSource::accept(std::string value, const std::string& source) {
  value = trimmed(std::move(value));
  problem_.clear();
  line_.clear();
  if (!isHeaderSafe(value)) {
    problem_ = source + (value.empty() ? " is empty" : " holds characters that no header may carry");
    return;
  }
  line_ = credential_.header + ": " + (credential_.scheme.empty() ? "" : credential_.scheme + " ") + value + "\r\n";
}

}  // namespace certus::gateway
