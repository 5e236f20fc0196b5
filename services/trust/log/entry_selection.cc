#include "services/trust/log/entry_selection.h"

#include <array>
#include <limits>

namespace certus::trust_service {
namespace {

struct Word {  // a filter by one text
  const char* column;
  const char* index;  // (column, leaf_index)
  const std::optional<std::string>* value;
};

// Builds one statement over `entries AS e`. The first word, the rarest by nature, says which entries are walked; of those
// the other words' indexes are asked for each.
class Builder {
 public:
  explicit Builder(const EntryFilter& filter) : filter_(filter) {
    const bool ours = filter.whose == Whose::Ours;
    const std::array all{
        Word{"artifact", ours ? "own_entries_by_artifact" : "entries_by_artifact", &filter.artifact},
        Word{"scan_id", "entries_by_scan", &filter.scanId}, Word{"subject", "entries_by_subject", &filter.subject},
        Word{"signer", "entries_by_signer", &filter.signer}, Word{"artifact_type", "entries_by_type", &filter.artifactType}};
    for (const Word& word : all) {
      if (*word.value) words_.push_back(word);
    }
    timed_ = filter.from || filter.until;
    newest_ = filter.order == Order::NewestFirst;
  }

  Selection page() {
    std::string sql = "SELECT e.leaf_index" + body(filter_.after);
    const std::string direction = newest_ ? " DESC" : "";
    sql += timed_ ? " ORDER BY b.block" + direction + ", e.leaf_index" + direction : " ORDER BY e.leaf_index" + direction;
    const std::string limit = number(filter_.limit);
    selection_.sql = sql + " LIMIT " + limit + " OFFSET " + number(filter_.offset);
    return std::move(selection_);
  }

  Selection count(std::uint64_t cap) {
    const bool all = words_.empty() && filter_.whose != Whose::Ours;
    const std::string sql = "SELECT count(*) FROM (SELECT 1" + (all ? byTimeAlone() : body(std::nullopt));
    selection_.sql = sql + " LIMIT " + number(cap) + ")";
    return std::move(selection_);
  }

 private:
  std::string place(std::variant<std::int64_t, std::string_view> value) {
    selection_.values.push_back(value);
    return "?" + std::to_string(selection_.values.size());
  }
  std::string number(std::uint64_t value) { return place(static_cast<std::int64_t>(value)); }
  std::string from() { return place(filter_.from.value_or(std::numeric_limits<std::int64_t>::min())); }
  std::string until() { return place(filter_.until.value_or(std::numeric_limits<std::int64_t>::max())); }

  std::string byTimeAlone() {
    if (!timed_) return " FROM entries";
    const std::string first = from(), last = until();
    return " FROM entries INDEXED BY entries_by_time WHERE integrated_time BETWEEN " + first + " AND " + last;
  }

  std::string body(const std::optional<std::uint64_t>& after) {
    const std::string cursor = after ? number(*after) : "";
    std::string sql = timed_ ? " FROM time_blocks AS b CROSS JOIN entries AS e" : " FROM entries AS e";
    if (!words_.empty()) sql += std::string(" INDEXED BY ") + walkedIndex();
    std::string where = timed_           ? inTime(cursor)
                        : cursor.empty() ? ""
                        : newest_        ? "e.leaf_index < " + cursor
                                         : "e.leaf_index > " + cursor;
    for (const std::string& condition : wordConditions()) where += (where.empty() ? "" : " AND ") + condition;
    if (filter_.whose == Whose::Ours) where += std::string(where.empty() ? "" : " AND ") + "e.record_signature IS NOT NULL";
    return where.empty() ? sql : sql + " WHERE " + where;
  }

  // Two frequent words have an index of their own.
  bool walksPair() const {
    return words_.size() == 2 && words_[0].value == &filter_.signer && words_[1].value == &filter_.artifactType;
  }
  const char* walkedIndex() const { return walksPair() ? "entries_by_signer_and_type" : words_[0].index; }

  std::vector<std::string> wordConditions() {
    std::vector<std::string> conditions;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      const std::string value = place(std::string_view(**words_[i].value)), column = words_[i].column;
      conditions.push_back(i == 0 || walksPair()
                               ? "e." + column + " = " + value
                               : "EXISTS(SELECT 1 FROM entries AS o INDEXED BY " + otherIndex(words_[i]) + " WHERE o." +
                                     column + " = " + value + " AND o.leaf_index = e.leaf_index)");
    }
    return conditions;
  }
  static std::string otherIndex(const Word& word) { return word.index; }

  // Within the blocks that meet the time; a row is read for its time only in a block that lies partly outside.
  std::string inTime(const std::string& cursor) {
    const std::string first = from(), last = until(), size = std::to_string(1 << kTimeBlockBits);
    std::string low = "b.block * " + size, high = low + " + " + size, block;
    if (!cursor.empty()) {
      (newest_ ? high : low) = newest_ ? "min(" + high + ", " + cursor + ")" : "max(" + low + ", " + cursor + " + 1)";
      block = std::string(" AND b.block ") + (newest_ ? "<= " : ">= ") + cursor + " / " + size;
    }
    return "b.latest >= " + first + " AND b.earliest <= " + last + block + " AND e.leaf_index >= " + low +
           " AND e.leaf_index < " + high + " AND (b.earliest >= " + first + " AND b.latest <= " + last +
           " OR e.integrated_time >= " + first + " AND e.integrated_time <= " + last + ")";
  }

  const EntryFilter& filter_;
  std::vector<Word> words_;
  bool timed_ = false, newest_ = false;
  Selection selection_;
};

}  // namespace

Selection selectionOf(const EntryFilter& filter) { return Builder(filter).page(); }

Selection countOf(const EntryFilter& filter, std::uint64_t cap) { return Builder(filter).count(cap); }

}  // namespace certus::trust_service
