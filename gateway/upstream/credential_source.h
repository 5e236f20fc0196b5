// The secret that a service demands, read from the environment or a file, as one ready header line. Never logged.
// One per thread and service; a file that was replaced is read again.
#pragma once

#include <string>
#include <string_view>

#include <sys/stat.h>

#include "base/clock.h"
#include "base/error.h"
#include "config/gateway/gateway_config.h"

namespace certus::gateway {

class CredentialSource {
 public:
  static constexpr Milliseconds kRecheck{1'000};

  explicit CredentialSource(config::Credential credential);

  // "Authorization: Bearer ...\r\n", valid until the next call. The error names the source, never the value.
  Result<std::string_view> headerLine(SteadyTime now);

 private:
  void read();
  void readFile();
  void accept(std::string value, const std::string& source);

  config::Credential credential_;
  std::string line_, problem_;
  SteadyTime checkAgainAt_{};
  bool wasRead_ = false;
  struct ::timespec modified_ {};
  ::ino_t inode_ = 0;
};

}  // namespace certus::gateway
