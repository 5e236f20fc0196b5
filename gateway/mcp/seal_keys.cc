#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/encoding.h"
#include "base/files.h"
#include "gateway/mcp/sealer.h"

namespace certus::gateway {
namespace {

constexpr const char* kFile = "seal.keys";
constexpr std::size_t kMaxFile = 64 * 1024;

tl::unexpected<Error> cannot(const char* what) {
  return fail(ErrorCode::Internal,
              std::string("cannot ") + what + " the key file seal.keys in the state directory: " + std::strerror(errno));
}

Result<std::vector<SealKey>> parseKeys(std::string_view text) {
  std::vector<SealKey> keys;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.empty() || line.front() == '#') continue;
    const auto bytes = fromHex(line);
    if (!bytes || bytes->size() != sizeof(SealKey)) {
      return fail(ErrorCode::DataCorrupt, "seal.keys line " + std::to_string(number) +
                                              " is not a key: 64 hex digits a line, as `openssl rand -hex 32` prints");
    }
    std::memcpy(keys.emplace_back().data(), bytes->data(), sizeof(SealKey));
  }
  if (keys.empty())
    return fail(ErrorCode::DataCorrupt,
                "seal.keys holds no key; delete the file and one is made, or write 64 hex digits into it");
  return keys;
}

Result<std::vector<SealKey>> load(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.get() < 0 && errno == ENOENT) return fail(ErrorCode::NotFound, "no key file yet");
  if (file.get() < 0) return cannot("open");
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return cannot("examine");
  if ((status.st_mode & 077) != 0) {
    return fail(ErrorCode::PermissionDenied,
                "seal.keys can be read by others; `chmod 600` it, and replace its keys if others were ever able to");
  }
  const auto text = readAll(file.get(), kMaxFile);
  if (!text) return fail(text.error().code, "the key file seal.keys in the state directory " + text.error().message);
  return parseKeys(*text);
}

// As `mkdir -p -m 700`, for a state directory that no other part has made yet.
bool makeFolders(const std::string& directory) {
  for (std::size_t end = 0; end != std::string::npos;) {
    end = directory.find('/', end + 1);
    if (::mkdir(directory.substr(0, end).c_str(), 0700) != 0 && errno != EEXIST) return false;
  }
  return true;
}

// Written under a name of its own and then linked: whoever sees the file sees all of it, and the first one wins.
Result<void> create(const std::string& directory, const std::string& path) {
  const std::string draft = path + '.' + toHex(randomBytes(8));
  {
    const FileDescriptor file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file.get() < 0) return cannot("create");
    if (!writeAll(file.get(), toHex(randomBytes(sizeof(SealKey))) + '\n') || ::fsync(file.get()) != 0) {
      const auto failure = cannot("write");
      ::unlink(draft.c_str());
      return failure;
    }
  }
  const bool linked = ::link(draft.c_str(), path.c_str()) == 0 || errno == EEXIST;
  const auto failure = cannot("create");
  ::unlink(draft.c_str());
  if (!linked) return failure;
  const FileDescriptor folder(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() >= 0) ::fsync(folder.get());
  return {};
}

}  // namespace

Result<std::vector<SealKey>> loadOrCreateSealKeys(const std::string& stateDirectory) {
  const std::string path = stateDirectory + '/' + kFile;
  auto keys = load(path);
  if (keys || keys.error().code != ErrorCode::NotFound) return keys;
  if (!makeFolders(stateDirectory)) return cannot("make the folder of");
  if (auto created = create(stateDirectory, path); !created) return tl::make_unexpected(created.error());
  return load(path);
}

}  // namespace certus::gateway
