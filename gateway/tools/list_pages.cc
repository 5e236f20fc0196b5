#include "gateway/tools/list_pages.h"

#include <charconv>

#include "base/encoding.h"
#include "base/json_write.h"

namespace certus::gateway {
namespace {

constexpr std::size_t kDigestSize = 9;  // with the page number a multiple of three: no padding questions

std::string cursorOf(const std::string& digest, std::size_t page) {
  std::string bytes = digest;
  for (int shift = 16; shift >= 0; shift -= 8) bytes += static_cast<char>(page >> shift & 0xff);
  return toBase64Url(bytes);
}

}  // namespace

ListPages::ListPages(std::string_view key, const std::vector<std::string>& items, std::size_t pageSize,
                     std::string_view tail) {
  std::string all;
  for (const std::string& item : items) all += item + '\n';
  digest_ = sha256(all).substr(0, kDigestSize);
  pages_.clear();
  const std::size_t size = pageSize == 0 ? items.size() : pageSize;
  std::size_t at = 0;
  do {
    std::string page = "{";
    appendJsonString(page, key);
    page += ":[";
    const std::size_t end = std::min(items.size(), at + size);
    for (std::size_t i = at; i < end; ++i) {
      if (i != at) page += ',';
      slices_.push_back({pages_.size(), page.size(), items[i].size()});
      page += items[i];
    }
    page += ']';
    at = end;
    if (at < items.size()) {
      page += ",\"nextCursor\":";
      appendJsonString(page, cursorOf(digest_, pages_.size() + 1));
    }
    page += tail;
    page += '}';
    pages_.push_back(std::move(page));
  } while (at < items.size());
}

std::string_view ListPages::entry(std::size_t index) const {
  const Slice& slice = slices_[index];
  return std::string_view(pages_[slice.page]).substr(slice.begin, slice.size);
}

std::optional<std::string_view> ListPages::at(std::string_view cursor) const {
  if (cursor.empty()) return first();
  const auto bytes = fromBase64Url(cursor);
  if (!bytes || bytes->size() != kDigestSize + 3 || bytes->compare(0, kDigestSize, digest_) != 0) return std::nullopt;
  std::size_t page = 0;
  for (std::size_t i = kDigestSize; i < bytes->size(); ++i) page = page << 8 | static_cast<unsigned char>((*bytes)[i]);
  if (page == 0 || page >= pages_.size()) return std::nullopt;
  return pages_[page];
}

}  // namespace certus::gateway
