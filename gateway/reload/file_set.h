// The files that one generation was made from, as one value: what they hold, or what can be told without opening them.
#pragma once

#include <string>
#include <vector>

namespace certus::reload {

struct WatchList {                   // absolute paths
  std::vector<std::string> files;    // whether they exist or not
  std::vector<std::string> folders;  // of each, *.yaml and *.yml in any case; hidden names and sub-folders do not count
  bool empty() const { return files.empty() && folders.empty(); }
  bool operator==(const WatchList&) const = default;
};

// SHA-256 in hex over names and bytes: equal digests are equal sets. That a file is missing, unreadable, no file or too
// large (4 MiB, or 16 MiB in all) is part of it. Reads them all.
std::string digestOf(const WatchList& list);

// What stat says of each, links followed: another text after every write, replacement or swapped link. Opens no file.
std::string traceOf(const WatchList& list);

}  // namespace certus::reload
