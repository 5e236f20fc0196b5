// `certus-gateway token new`: an API key, shown once, and the entry that makes it count.
#include <charconv>
#include <iostream>

#include <nlohmann/json.hpp>

#include "base/encoding.h"
#include "gateway/app/commands.h"
#include "gateway/app/key_file.h"
#include "gateway/app/offline.h"
#include "policy/identity/instant.h"

namespace certus::app {
namespace {

using Json = nlohmann::ordered_json;

// "90d", "12h" from now, or an instant; nullopt: neither, or not ahead.
std::optional<std::string> expiryOf(const std::string& text, WallTime now) {
  std::uint32_t count = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  std::optional<WallTime> at;
  if (wrong == std::errc() && (unit == "d" || unit == "h") && count > 0 && count <= 36'500) {
    at = now + std::chrono::hours(unit == "d" ? count * 24 : count);
  } else {
    at = identity::parseInstant(text);
  }
  if (!at || *at <= now) return std::nullopt;
  return identity::showInstant(*at);
}

void print(const CommandLine& line, const std::string& key, const std::string& entry) {
  std::cout << key << '\n';
  std::cerr << "\nThis is the key of " << line.caller.subject << ". It is shown this once and kept nowhere.\n";
  if (line.write.empty()) {
    std::cerr << "It counts once this stands in the file that identity.api_keys names:\n\nkeys:\n" << entry;
  } else {
    std::cerr << line.write << " has its digest now. It counts once the gateway has read that file.\n";
  }
  std::cerr << "\nClients send it as  Authorization: Bearer <key>\n";
}

void printJson(const CommandLine& line, const identity::NewApiKey& made, const identity::ApiKeyEntry& entry,
               const std::string& text) {
  Json out = {{"key", made.key},
              {"name", line.name},
              {"sha256", made.sha256},
              {"subject", entry.subject},
              {"expires", entry.expires.empty() ? Json() : Json(entry.expires)},
              {"entry", "keys:\n" + text},
              {"written_to", line.write.empty() ? Json() : Json(line.write)}};
  std::cout << out.dump(2) << '\n';
}

}  // namespace

int newToken(const CommandLine& line) {
  const WallTime now = SystemClock().wall();
  identity::ApiKeyEntry entry;
  entry.subject = line.caller.subject;
  entry.tenant = line.caller.tenant;
  entry.groups = line.caller.groups;
  entry.limitsTools = line.caller.allowedTools.has_value();
  entry.allowedTools = line.caller.allowedTools.value_or(std::vector<std::string>());
  entry.created = identity::showInstant(now);
  if (!line.expires.empty()) {
    const auto expires = expiryOf(line.expires, now);
    if (!expires) {
      std::cerr << "--expires: not a time ahead; write 90d, 12h, or an instant such as 2027-01-31T00:00:00Z\n";
      return kCannotSay;
    }
    entry.expires = *expires;
  }
  const identity::NewApiKey made = identity::makeApiKey(randomBytes(32));
  entry.sha256 = made.sha256;
  if (const std::string problems = problemsOfEntry(line.name, entry); !problems.empty()) {
    std::cerr << problems;
    return kCannotSay;
  }
  if (!line.write.empty()) {
    if (const auto done = addToKeyFile(line.write, line.name, entry); !done) {
      std::cerr << line.write << ": " << done.error().message << "\nNo key was made.\n";
      return kCannotSay;
    }
  }
  const std::string text = entryText(line.name, entry);
  line.form == Form::Json ? printJson(line, made, entry, text) : print(line, made.key, text);
  return kYes;
}

}  // namespace certus::app
