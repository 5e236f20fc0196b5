#include "http/pem_files.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "base/files.h"

namespace certus::http {
namespace {

constexpr std::size_t kMaxBytes = 1 << 20;

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};

// Wiped when it goes: it may hold a key.
struct Content {
  Content() = default;
  Content(Content&&) = default;
  Content& operator=(Content&&) = delete;
  ~Content() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
  std::string bytes;
  struct stat status {};
};

tl::unexpected<Error> refuse(const std::string& path, const std::string& problem) {
  return fail(ErrorCode::InvalidArgument, path + ": " + problem);
}

Result<Content> readWhole(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  Content out;
  if (file.get() < 0 || ::fstat(file.get(), &out.status) != 0)
    return refuse(path, std::string("cannot be read: ") + std::strerror(errno));
  if (!S_ISREG(out.status.st_mode)) return refuse(path, "is not a regular file");
  out.bytes.resize(kMaxBytes + 1);
  std::size_t size = 0;
  for (ssize_t got = 1; got > 0 && size < out.bytes.size(); size += static_cast<std::size_t>(got)) {
    got = ::read(file.get(), out.bytes.data() + size, out.bytes.size() - size);
    if (got < 0) return refuse(path, std::string("cannot be read: ") + std::strerror(errno));
  }
  if (size > kMaxBytes) return refuse(path, "is larger than 1 MiB, which no PEM file of certificates is");
  out.bytes.resize(size);
  return out;
}

std::unique_ptr<BIO, FreeBio> readerOf(const Content& content) {
  return std::unique_ptr<BIO, FreeBio>(BIO_new_mem_buf(content.bytes.data(), static_cast<int>(content.bytes.size())));
}

int noPassphrase(char*, int, int, void*) { return 0; }  // OpenSSL would ask on the terminal

bool readToTheEnd() {
  const unsigned long error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

// What PostgreSQL asks of its key: a file of one's own is closed to all others; root's may be shared through a group.
bool openToOthers(const struct stat& status) {
  const mode_t forbidden = status.st_uid == 0 ? 0037 : 0077;
  return (status.st_mode & forbidden) != 0;
}

}  // namespace

std::string lastTlsReason() {
  const char* const reason = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return reason ? reason : "no reason given";
}

Result<std::vector<Certificate>> readCertificates(const std::string& path) {
  const auto content = readWhole(path);
  if (!content) return tl::make_unexpected(content.error());
  const auto reader = readerOf(*content);
  std::vector<Certificate> out;
  ERR_clear_error();
  while (Certificate next{PEM_read_bio_X509(reader.get(), nullptr, noPassphrase, nullptr)}) out.push_back(std::move(next));
  const bool whole = readToTheEnd();
  const std::string reason = lastTlsReason();
  if (!whole) return refuse(path, "certificate number " + std::to_string(out.size() + 1) + " in it is damaged: " + reason);
  if (out.empty()) {
    return refuse(path,
                  "holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----; a DER file becomes PEM with "
                  "`openssl x509 -inform der -in FILE`");
  }
  return out;
}

Result<PrivateKey> readPrivateKey(const std::string& path) {
  const auto content = readWhole(path);
  if (!content) return tl::make_unexpected(content.error());
  if (openToOthers(content->status)) {
    return fail(ErrorCode::PermissionDenied,
                path + ": the key can be read by others; `chmod 600` it, and replace it if others were ever able to");
  }
  const auto reader = readerOf(*content);
  ERR_clear_error();
  PrivateKey key(PEM_read_bio_PrivateKey(reader.get(), nullptr, noPassphrase, nullptr));
  const std::string reason = lastTlsReason();
  if (key) return key;
  if (content->bytes.find("ENCRYPTED") != std::string::npos) {
    return refuse(path,
                  "the key is encrypted, and nobody is there to ask for its passphrase; write it without one: "
                  "`openssl pkey -in FILE -out NEW`, with mode 600");
  }
  if (content->bytes.find("PRIVATE KEY-----") != std::string::npos) return refuse(path, "the key is damaged: " + reason);
  return refuse(path, "holds no private key in PEM, which begins with -----BEGIN PRIVATE KEY-----");
}

WallTime wallTime(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return {};
  const std::int64_t seconds = ::timegm(&parts);
  constexpr std::int64_t kLast = 9'200'000'000;  // the clock counts nanoseconds in 64 bits: up to 2262
  return WallTime(std::chrono::seconds(std::min(seconds, kLast)));
}

std::string dayOf(WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  char text[32] = "";
  if (::gmtime_r(&seconds, &parts) != nullptr) std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &parts);
  return text;
}

}  // namespace certus::http
