// SQLite with owners: a connection with its prepared statements, one query's run, a transaction. Knows no tables.
// A Database is used by one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace certus::trust_service {

enum class Access : std::uint8_t { Read, Write };

class Database {
 public:
  // The file must exist (its mode is what the journal files take over). `busyMilliseconds`: how long a lock is waited for.
  // SQLite before 3.51.3 may lose a commit that starts the journal anew while another connection folds it: so whoever
  // commits, or folds, holds KeptCheckpoint::Turn; and no connection folds when it closes, unless it is told to.
  static constexpr int kBusyMilliseconds = 10'000;
  static Result<Database> open(const std::string& path, Access access, int busyMilliseconds = kBusyMilliseconds);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  Result<void> run(const char* script);  // statements without parameters or rows of interest
  // Folds a journal that overlapping readers have let grow past 64 MiB. It waits for them a second, and again only when it
  // has grown as much once more.
  void limitJournal();
  void foldOnClose();  // the last connection to close then folds the journal and removes it
  bool isBusy() const;  // the last call failed because another connection has the lock
  bool fileIsGone() const;  // moved or deleted while we hold it: what we write now is lost
  Error lastError(std::string_view doing) const;

 private:
  friend class Query;
  struct Closes {
    void operator()(sqlite3* connection) const;
  };
  struct Finalizes {
    void operator()(sqlite3_stmt* statement) const;
  };
  Database(sqlite3* connection, int busyMilliseconds);
  sqlite3_stmt* prepared(std::string_view sql);

  std::unique_ptr<sqlite3, Closes> connection_;
  int busyMilliseconds_;
  std::string journal_;  // path
  std::uintmax_t journalLimit_ = 0;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalizes>, std::less<>> statements_;
};

// One run of a statement that the connection keeps prepared. Bound text and blobs are borrowed until the Query dies.
class Query {
 public:
  Query(Database& database, std::string_view sql);
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  Query& bind(std::int64_t value);
  Query& bind(std::uint64_t value) { return bind(static_cast<std::int64_t>(value)); }
  Query& bind(std::string_view text);
  Query& bind(const std::optional<std::string>& text);
  Query& bindBlob(std::string_view bytes);

  Result<bool> next();    // whether there is a row
  Result<void> finish();  // for statements that return none
  std::int64_t integer(int column) const;
  std::string bytes(int column) const;  // text or blob
  std::optional<std::string> optionalBytes(int column) const;

 private:
  Database& database_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
  int failure_ = 0, systemError_ = 0;  // of the preparation
};

class Transaction {
 public:
  // Write takes the one write lock at once, so that what is read inside is what is extended.
  static Result<Transaction> begin(Database& database, Access access);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();  // rolls back unless committed
  Result<void> commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;
};

}  // namespace certus::trust_service
