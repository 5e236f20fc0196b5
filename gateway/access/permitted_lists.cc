#include "gateway/access/permitted_lists.h"

#include <algorithm>

#include "base/encoding.h"
#include "gateway/access/permitted_resource.h"

namespace certus::gateway {
namespace {

struct Whole {
  const ListPages& pages;
  const std::vector<std::uint32_t>& items;
  const char* opening;
};

Whole wholeOf(const Route& route, Revision revision, ListName name) {
  const RevisionTexts& texts = route.texts(revision);
  const ListedItems& items = route.listed();
  switch (name) {
    case ListName::Prompts: return {texts.prompts, items.prompts, "{\"prompts\":["};
    case ListName::Resources: return {texts.resources, items.resources, "{\"resources\":["};
    case ListName::Templates: return {texts.templates, items.templates, "{\"resourceTemplates\":["};
    case ListName::Tools: break;
  }
  return {texts.tools, items.tools, "{\"tools\":["};
}

PermittedList assemble(const Whole& whole, const rules::Standing& standing, const std::vector<std::uint32_t>& but,
                       std::size_t pageSize) {
  PermittedList list;
  std::string all;
  std::size_t onPage = 0;
  list.pages.emplace_back(whole.opening);
  for (std::size_t i = 0; i < whole.pages.size(); ++i) {
    if (!standing.shows(whole.items[i]) || std::binary_search(but.begin(), but.end(), whole.items[i])) continue;
    if (pageSize != 0 && onPage == pageSize) {
      list.pages.back() += ']';
      list.pages.emplace_back(whole.opening);
      onPage = 0;
    }
    if (onPage++ != 0) list.pages.back() += ',';
    list.pages.back() += whole.pages.entry(i);
    all.append(whole.pages.entry(i)).push_back('\n');
  }
  list.pages.back() += ']';
  list.digest = sha256(all);
  return list;
}

}  // namespace

std::shared_ptr<const PermittedList> PermittedLists::of(const Route& route, Revision revision, ListName name,
                                                        const rules::Standing& standing, std::size_t pageSize) {
  const auto assembled = [&] {
    std::vector<std::uint32_t> but;
    if (name == ListName::Resources) but = coveredByDenied(route, standing);
    std::sort(but.begin(), but.end());
    return std::make_shared<const PermittedList>(assemble(wholeOf(route, revision, name), standing, but, pageSize));
  };
  // Credentials are narrowed in many ways, and few of them list these often.
  if (standing.scope && name != ListName::Tools) return assembled();
  const Key key(&route, revision, name, standing.row.get());
  if (const auto known = entries_.find(key); known != entries_.end()) return known->second.list;
  auto list = assembled();
  std::size_t size = sizeof(Entry) + 256;
  for (const std::string& page : list->pages) size += page.capacity() + sizeof(page);
  if (bytes_ + size > maxBytes_) {
    entries_.clear();
    bytes_ = 0;
  }
  if (size <= maxBytes_) {
    entries_.emplace(key, Entry{standing.row, list});
    bytes_ += size;
  }
  return list;
}

}  // namespace certus::gateway
