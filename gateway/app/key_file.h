// Adding one entry to a file of API keys, whole or not at all.
#pragma once

#include <string>

#include "base/error.h"
#include "policy/identity/api_keys.h"

namespace certus::app {

// "  ci-bot:\n    sha256: ..." below "keys:", indented by two.
std::string entryText(const std::string& name, const identity::ApiKeyEntry& entry);

// Every way in which the entry breaks the rules of the file, one a line; empty: none.
std::string problemsOfEntry(const std::string& name, const identity::ApiKeyEntry& entry);

// Appends to `path`, which is made with mode 0600 if it is not there and otherwise keeps its owner and mode, its comments
// and its other entries. Replaces it by rename, so that a reader sees the old file or the new one; two at once wait for each
// other. Error::message says what is in the way and what to do.
Result<void> addToKeyFile(const std::string& path, const std::string& name, const identity::ApiKeyEntry& entry);

}  // namespace certus::app
