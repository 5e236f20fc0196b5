#include "services/trust/bundle_command.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "base/nearest_word.h"
#include "services/trust/bundle_report.h"
#include "services/trust/crypto/pem.h"
#include "services/trust/sigstore/bundle.h"
#include "services/trust/sigstore/bundle_verifier.h"
#include "services/trust/trusted_root_command.h"

namespace certus::trust_service {
namespace {

constexpr const char* kHelp =
    R"(certus-trust verify-bundle: is this artifact what the bundle says, signed by whom you expect, and logged? Offline.

Usage: certus-trust verify-bundle --bundle FILE WHO [--trusted-root FILE | --state DIR] [--json] ARTIFACT

  ARTIFACT               the file, or its digest as sha256:HEX (sha384:, sha512: where the key signs those)
  --bundle FILE          a Sigstore bundle, version 0.1 to 0.3: what /v1/sign answers as "bundle", what cosign writes

WHO must have signed, one of:
  --certificate-identity ID --certificate-oidc-issuer URL
                         exactly these words of the certificate; no patterns. Our service's issuer is https://certus-trust
  --key FILE             the public key, PEM, for bundles without a certificate

  --trusted-root FILE    whose logs and authorities count; default the root of this machine's installation
  --state DIR            that installation's directory, when it is not the default one
  --predicate-type URI   an attestation must be of this type, such as https://slsa.dev/provenance/v1; default any
  --json                 the verdict and every check as one JSON object

Ends with 0 when all is proven, 1 when not, 2 when it could not try. Reads the files that are named, opens no socket.

  certus-trust verify-bundle --bundle app.sigstore.json --trusted-root root.json \
      --certificate-identity alice@example.com --certificate-oidc-issuer https://certus-trust app.tar.gz
)";

const std::array<std::string, 9> kOptions{"--bundle",
                                          "--certificate-identity",
                                          "--certificate-oidc-issuer",
                                          "--key",
                                          "--trusted-root",
                                          "--state",
                                          "--predicate-type",
                                          "--json",
                                          "--staging"};

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::InvalidArgument, std::move(message) + "\nSee certus-trust verify-bundle --help.");
}

// Where the value of an option goes; null for the two that take none.
std::optional<std::string>* placeOf(BundleCommand& command, const std::string& name) {
  if (name == "--bundle") return &command.bundle;
  if (name == "--certificate-identity") return &command.identity;
  if (name == "--certificate-oidc-issuer") return &command.issuer;
  if (name == "--key") return &command.key;
  if (name == "--trusted-root") return &command.trustedRoot;
  if (name == "--state") return &command.stateDirectory;
  return name == "--predicate-type" ? &command.predicateType : nullptr;
}

Result<void> checkWhole(const BundleCommand& command) {
  if (!command.bundle) return wrong("verify-bundle needs --bundle FILE.");
  if (command.artifact.empty()) return wrong("verify-bundle needs the artifact: its file, or sha256: and 64 hex digits.");
  if (command.key && (command.identity || command.issuer))
    return wrong("give either --key or --certificate-identity with --certificate-oidc-issuer, not both.");
  if (!command.key && (!command.identity || !command.issuer))
    return wrong("name who must have signed: --certificate-identity ID with --certificate-oidc-issuer URL, or --key FILE.");
  return {};
}

tl::unexpected<Error> unreadable(const char* what, const std::string& path) {
  const int why = errno;
  return fail(ErrorCode::NotFound,
              fmt::format("cannot read {} {}{}.", what, path, why ? std::string(": ") + std::strerror(why) : ""));
}

Result<std::string> readFile(const char* what, const std::string& path, std::size_t maxBytes) {
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::string text(maxBytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad() || (stream.fail() && !stream.eof())) return unreadable(what, path);
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() <= maxBytes) return text;
  return fail(ErrorCode::InvalidArgument,
              fmt::format("{} {} is longer than {} KiB, the most that is read.", what, path, maxBytes / 1024));
}

Result<sigstore::Artifact> readArtifact(const std::string& name) {
  if (name.starts_with("sha256:") || name.starts_with("sha384:") || name.starts_with("sha512:")) {
    auto digest = parseDigest(name);
    if (!digest) return tl::make_unexpected(digest.error());
    return sigstore::Artifact::ofDigest(*digest);
  }
  errno = 0;
  std::ifstream stream(name, std::ios::binary);
  if (!stream) return unreadable("the artifact", name);
  sigstore::ArtifactHasher hasher;
  std::string piece(1024 * 1024, '\0');
  while (stream) {
    stream.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    hasher.add(std::string_view(piece).substr(0, static_cast<std::size_t>(stream.gcount())));
  }
  if (stream.bad() || !stream.eof()) return unreadable("the artifact", name);
  return hasher.finish();
}

Result<sigstore::ManagedKey> readKey(const std::string& path) {
  auto text = readFile("the key", path, 64 * 1024);
  if (!text) return tl::make_unexpected(text.error());
  auto block = decodePem(*text);
  if (block && block->label.ends_with("PRIVATE KEY"))
    return fail(ErrorCode::InvalidArgument, path + " holds a private key; give its public half: openssl pkey -pubout.");
  if (!block || block->label != "PUBLIC KEY")
    return fail(ErrorCode::InvalidArgument, path + " is no PEM file with one PUBLIC KEY, such as cosign.pub.");
  auto key = sigstore::managedKey(block->der);
  if (!key) return fail(ErrorCode::InvalidArgument, path + ": " + key.error().reason + ".");
  return std::move(*key);
}

Result<std::string> readTrustedRoot(const BundleCommand& command) {
  if (command.trustedRoot) return readFile("the trusted root", *command.trustedRoot, sigstore::kMaxTrustedRootBytes);
  if (command.staging) return wrong("the staging instance's root is not built in: name it with --trusted-root FILE.");
  return trustedRootText(command.stateDirectory.value_or(""));
}

Result<sigstore::Verdict> verifyAsAsked(const BundleCommand& command) {
  auto root = readTrustedRoot(command);
  if (!root) return tl::make_unexpected(root.error());
  auto bundle = readFile("the bundle", *command.bundle, sigstore::kMaxBundleBytes);
  if (!bundle) return tl::make_unexpected(bundle.error());
  auto artifact = readArtifact(command.artifact);
  if (!artifact) return tl::make_unexpected(artifact.error());
  sigstore::Expectation expectation;
  if (command.key) {
    auto key = readKey(*command.key);
    if (!key) return tl::make_unexpected(key.error());
    expectation.key = std::move(*key);
  }
  expectation.identity = command.identity;
  expectation.issuer = command.issuer;
  expectation.predicateType = command.predicateType;
  expectation.now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  return sigstore::verifyBundle(*bundle, *root, *artifact, expectation);
}

}  // namespace

Result<BundleCommand> readBundleCommand(std::span<const std::string> words) {
  BundleCommand command;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!word.starts_with("--")) {
      if (!command.artifact.empty()) return wrong("verify-bundle takes one artifact; \"" + word + "\" is a second.");
      command.artifact = word;
      continue;
    }
    const auto equals = word.find('=');
    const std::string name = word.substr(0, equals);
    bool known = false;
    for (const std::string& option : kOptions) known = known || option == name;
    if (!known) {
      const auto near = nearestWord(name, kOptions);
      return wrong("unknown option \"" + name + "\"" + (near ? "; did you mean " + *near + "?" : "."));
    }
    if (name == "--json" || name == "--staging") {
      (name == "--json" ? command.json : command.staging) = true;
      continue;
    }
    std::string value;
    if (equals != std::string::npos) {
      value = word.substr(equals + 1);
    } else if (i + 1 < words.size() && !words[i + 1].starts_with("--")) {
      value = words[++i];
    }
    if (value.empty()) return wrong(name + " needs a value.");
    std::optional<std::string>& place = *placeOf(command, name);
    if (place) return wrong(name + " is given twice.");
    place = std::move(value);
  }
  auto whole = checkWhole(command);
  if (!whole) return tl::make_unexpected(whole.error());
  return command;
}

int runBundleCommand(std::span<const std::string> words) {
  for (const std::string& word : words) {
    if (word == "--help" || word == "-h") return fmt::print("{}", kHelp), 0;
  }
  const auto command = readBundleCommand(words);
  const auto verdict = command.and_then(verifyAsAsked);
  if (!verdict) {
    fmt::print(stderr, "certus-trust: {}\n", verdict.error().message);
    return 2;
  }
  (command->json ? printForMachines : printForPeople)(*verdict);
  return verdict->valid ? 0 : 1;
}

}  // namespace certus::trust_service
