// The ready-made results of one route in one revision: list pages with their cursors, discover, and the tail of initialize.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace certus::gateway {

constexpr std::size_t kRevisionCount = 5;

// One list as whole `result` objects. A cursor names the list's content and the page, so that it stays good across
// replicas and restarts and turns bad once the list differs.
class ListPages {
 public:
  ListPages() = default;
  // `items`: JSON objects in order; `key`: "tools"; `tail`: members that follow, with their leading comma, or "".
  ListPages(std::string_view key, const std::vector<std::string>& items, std::size_t pageSize, std::string_view tail);

  std::string_view first() const { return pages_.front(); }
  std::optional<std::string_view> at(std::string_view cursor) const;  // nullopt: not a cursor of this list
  const std::string& digest() const { return digest_; }               // of the whole content

  std::size_t size() const { return slices_.size(); }  // entries
  std::string_view entry(std::size_t index) const;     // as it stands in its page

 private:
  struct Slice {
    std::size_t page, begin, size;
  };
  std::string digest_;
  std::vector<std::string> pages_{"{}"};
  std::vector<Slice> slices_;
};

struct RevisionTexts {
  ListPages tools, prompts, resources, templates;
  std::string discover;            // result of server/discover; modern only
  std::string initializeLive;      // ,"capabilities":{...},"serverInfo":...} for a client that can be reached later
  std::string initializeDetached;  // the same for one that cannot
  std::string privateListTail;     // ends a list that depends on the caller, with its leading comma
  // The same three without the modules' instructions, for a caller who may not know all tools that they speak of.
  std::string discoverBare, initializeLiveBare, initializeDetachedBare;
  std::string resultTail;          // what ends every result: ,"resultType":"complete","_meta":{...} on modern, else ""
  std::string metaMembers;  // modern: "io.modelcontextprotocol/serverInfo":{...}, for results with a _meta of their own
};

}  // namespace certus::gateway
