#include "services/trust/command_line.h"

#include <array>
#include <charconv>
#include <string_view>

#include "base/nearest_word.h"

namespace certus::trust_service {
namespace {

constexpr const char* kHelp =
    R"(certus-trust: signs artifacts by digest, verifies signatures, keeps a transparency log. Needs nothing else.

Usage: certus-trust serve [--listen ADDRESS:PORT] [--state DIR] [--identity ID]
                    [--no-submissions | --submissions-per-minute N]
       certus-trust verify-bundle --bundle FILE (--certificate-identity ID --certificate-oidc-issuer URL | --key FILE)
                    [--trusted-root FILE] [--state DIR] [--predicate-type URI] [--json] ARTIFACT
       certus-trust trusted-root [--state DIR]
       certus-trust rotate-log-key [--state DIR]
       certus-trust rotate-ca [--state DIR]
       certus-trust --version | --help

  --listen ADDRESS:PORT  where the API is served; default 127.0.0.1:8057, port 0 takes a free one.
                         Beyond loopback, anyone who reaches it can sign as the local identity: put a gateway in front
  --state DIR            keys, log and credential; default $XDG_STATE_HOME/certus, else ~/.local/state/certus.
                         Any number of processes may share it, the gateway's own service among them
  --identity ID          who signs when no user is named with the service credential; default user@host
  --no-submissions       strangers read the log, and POST /api/v1/log/entries takes entries only with the service credential
  --submissions-per-minute N
                         so many entries of one address (of IPv6: one /64) without that credential; default no limit.
                         Neither bounds /v1/sign, which whoever reaches the port may call

verify-bundle checks a Sigstore bundle (0.1 to 0.3) offline: verify-bundle --help. Ends with 0 when all is proven, 1 when
not, 2 when it could not try.
trusted-root prints that root, as cosign and other Sigstore clients take it.
rotate-log-key and rotate-ca add a new key, for the log or the certificate authority, while no service runs over DIR. What was
signed before stays valid, under old and new trusted roots alike; what is signed from then on needs a root printed after it.

First steps:
  certus-trust serve &
  digest=$(sha256sum README.md | cut -d' ' -f1)
  curl -s 127.0.0.1:8057/v1/sign -H 'Content-Type: application/json' \
       -d '{"artifact":"sha256:'$digest'","artifact_type":"document","subject":"README.md"}'
  curl -s 127.0.0.1:8057/v1/verify -H 'Content-Type: application/json' -d '{"artifact":"sha256:'$digest'"}'

Its paths are listed at /docs. A gateway names its user in X-User-ID; that counts only with the header
"Authorization: Bearer " and what stands in DIR/service-credential.
CERTUS_TRUST_MOCK_SIGSTORE=true switches made-up scenarios on; every answer then says "mock": true.
SIGTERM or Ctrl-C: answers what it has begun, then ends.
)";

const std::array<std::string, 5> kOptions{"--listen", "--state", "--identity", "--no-submissions",
                                          "--submissions-per-minute"};
const std::array<std::string, 7> kCommands{"serve",     "verify-bundle", "trusted-root", "rotate-log-key",
                                           "rotate-ca", "--version",     "--help"};

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::InvalidArgument, std::move(message) + "\nSee certus-trust --help.");
}

tl::unexpected<Error> unknown(const char* kind, const std::string& word, std::span<const std::string> known) {
  const auto near = nearestWord(word, known);
  return wrong(std::string("unknown ") + kind + " \"" + word + "\"" + (near ? "; did you mean " + *near + "?" : "."));
}

Result<void> readListen(std::string_view value, CommandLine& line) {
  const auto colon = value.rfind(':');
  const auto port = colon == std::string_view::npos ? value : value.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), line.port);
  if (colon == std::string_view::npos || error != std::errc{} || end != port.data() + port.size()) {
    return wrong("--listen takes an address and a port, such as 127.0.0.1:8057 or [::1]:8057; \"" + std::string(value) +
                 "\" is none.");
  }
  auto address = value.substr(0, colon);
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  line.address = address;
  return {};
}

Result<void> readSubmissions(std::string_view value, CommandLine& line) {
  constexpr std::uint64_t kMost = 1'000'000;
  std::uint64_t& number = line.submissions.perMinute;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error == std::errc{} && end == value.data() + value.size() && number >= 1 && number <= kMost) return {};
  return wrong("--submissions-per-minute takes a number from 1 to 1000000; \"" + std::string(value) +
               "\" is none. To take nothing say --no-submissions.");
}

Result<void> readOption(const std::string& name, const std::string& value, CommandLine& line) {
  if (value.empty()) return wrong(name + " needs a value.");
  if (name == "--listen") return readListen(value, line);
  if (name == "--submissions-per-minute") return readSubmissions(value, line);
  (name == "--state" ? line.stateDirectory : line.identity) = value;
  return {};
}

}  // namespace

const char* helpText() { return kHelp; }

Result<CommandLine> readCommandLine(std::span<const std::string> words) {
  CommandLine line;
  if (words.empty()) return line;
  for (const std::string& word : words) {
    if (words[0] != "verify-bundle" && (word == "--help" || word == "-h")) return line;  // that has a help of its own
  }
  if (words[0] == "--version") {
    line.command = Command::Version;
    return line;
  }
  for (const auto& [name, command] : {std::pair{"verify-bundle", Command::VerifyBundle},
                                      {"trusted-root", Command::TrustedRoot},
                                      {"rotate-log-key", Command::RotateLogKey},
                                      {"rotate-ca", Command::RotateCa}}) {
    if (words[0] != name) continue;
    line.command = command;
    return line;
  }
  if (words[0] != "serve") return unknown("command", words[0], kCommands);
  line.command = Command::Serve;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto equals = words[i].find('=');
    const std::string name = words[i].substr(0, equals);
    bool known = false;
    for (const std::string& option : kOptions) known = known || option == name;
    if (!known) return unknown("option", name, kOptions);
    if (name == "--no-submissions") {
      if (equals != std::string::npos) return wrong("--no-submissions takes no value.");
      line.submissions.closed = true;
      continue;
    }
    std::string value;
    if (equals != std::string::npos) {
      value = words[i].substr(equals + 1);
    } else if (i + 1 < words.size()) {
      value = words[++i];
    }
    auto read = readOption(name, value, line);
    if (!read) return tl::make_unexpected(read.error());
  }
  return line;
}

}  // namespace certus::trust_service
