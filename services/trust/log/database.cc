#include "services/trust/log/database.h"

#include <cerrno>
#include <filesystem>
#include <utility>

#include <sqlite3.h>

namespace certus::trust_service {
namespace {

// Full durability: a commit has reached the disk before it is answered. The cache is small because tables are read by key.
constexpr const char* kSettings =
    "PRAGMA synchronous=FULL; PRAGMA cache_size=-512; PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;"
    "PRAGMA journal_size_limit=16777216;";

// The one that writes meets the leaves of a dozen indexes again and again, and folds the journal when it is nearly as long
// as it may grow: a page that many commits changed is then copied once. Nothing of a transaction is in the journal before it
// commits.
constexpr const char* kWriterSettings =
    "PRAGMA cache_size=-8192; PRAGMA wal_autocheckpoint=4000; PRAGMA cache_spill=OFF;";

constexpr std::uintmax_t kJournalStep = 64 * 1024 * 1024;

const char* const kFull = "The disk that holds the transparency log is full. Free space, then try again.";

bool noSpace(int systemError) { return systemError == ENOSPC || systemError == EDQUOT; }

// `systemError` is the errno of input and output that failed.
Error errorOf(int code, int systemError, std::string detail) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::Unavailable,
              "The transparency log is busy: another process is writing to it. Try again in a few seconds.",
              std::move(detail)};
    case SQLITE_FULL: return {ErrorCode::ResourceExhausted, kFull, std::move(detail)};
    case SQLITE_IOERR:  // of a commit's sync SQLite keeps no errno
      if (noSpace(systemError)) return {ErrorCode::ResourceExhausted, kFull, std::move(detail)};
      return {ErrorCode::Unavailable,
              "The disk that holds the transparency log failed, or is full. See the system's log and the free space, then "
              "try again.",
              std::move(detail)};
    case SQLITE_CANTOPEN:
      if (noSpace(systemError)) return {ErrorCode::ResourceExhausted, kFull, std::move(detail)};
      [[fallthrough]];
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return {ErrorCode::PermissionDenied,
              "The transparency log cannot be written: check the state directory's owner and permissions.",
              std::move(detail)};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {ErrorCode::DataCorrupt,
              "The transparency log's database is damaged. Restore the whole state directory from a backup.",
              std::move(detail)};
    default:
      return {ErrorCode::Internal, "The transparency log's database failed; the service's log says how.", std::move(detail)};
  }
}

}  // namespace

void Database::Closes::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
void Database::Finalizes::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Database::Database(sqlite3* connection, int busyMilliseconds)
    : connection_(connection), busyMilliseconds_(busyMilliseconds) {}
Database::Database(Database&&) noexcept = default;
Database::~Database() = default;

Database& Database::operator=(Database&& other) noexcept {
  statements_ = std::move(other.statements_);  // statements end before their connection
  connection_ = std::move(other.connection_);
  busyMilliseconds_ = other.busyMilliseconds_;
  journal_ = std::move(other.journal_);
  journalLimit_ = other.journalLimit_;
  return *this;
}

Result<Database> Database::open(const std::string& path, Access access, int busyMilliseconds) {
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE, nullptr);
  Database database(raw, busyMilliseconds);
  if (code != SQLITE_OK) {
    return tl::make_unexpected(
        errorOf(code, raw ? sqlite3_system_errno(raw) : 0, path + ": " + (raw ? sqlite3_errmsg(raw) : "no memory")));
  }
  database.journal_ = path + "-wal";
  database.journalLimit_ = kJournalStep;
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, busyMilliseconds);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  auto set = database.run(kSettings);
  if (set) set = database.run(access == Access::Read ? "PRAGMA query_only=1" : kWriterSettings);
  if (!set) return tl::make_unexpected(set.error());
  return database;
}

Result<void> Database::run(const char* script) {
  if (sqlite3_exec(connection_.get(), script, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return tl::make_unexpected(lastError(script));
}

void Database::limitJournal() {
  std::error_code none;
  const auto size = std::filesystem::file_size(journal_, none);
  if (none || size <= journalLimit_) {
    if (!none && size < kJournalStep) journalLimit_ = kJournalStep;
    return;
  }
  sqlite3_busy_timeout(connection_.get(), 1000);
  sqlite3_wal_checkpoint_v2(connection_.get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(connection_.get(), busyMilliseconds_);
  const auto left = std::filesystem::file_size(journal_, none);
  journalLimit_ = (none ? 0 : left) + kJournalStep;
}

void Database::foldOnClose() { sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr); }

bool Database::isBusy() const { return (sqlite3_errcode(connection_.get()) & 0xff) == SQLITE_BUSY; }

bool Database::fileIsGone() const {
  int moved = 0;
  sqlite3_file_control(connection_.get(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return moved != 0;
}

Error Database::lastError(std::string_view doing) const {
  return errorOf(sqlite3_extended_errcode(connection_.get()), sqlite3_system_errno(connection_.get()),
                 std::string(sqlite3_errmsg(connection_.get())) + " in: " + std::string(doing));
}

sqlite3_stmt* Database::prepared(std::string_view sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) return known->second.get();
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
                         nullptr) != SQLITE_OK) {
    return nullptr;
  }
  statements_.emplace(std::string(sql), statement);
  return statement;
}

Query::Query(Database& database, std::string_view sql) : database_(database), statement_(database.prepared(sql)) {
  if (statement_) return;
  failure_ = sqlite3_extended_errcode(database_.connection_.get());
  systemError_ = sqlite3_system_errno(database_.connection_.get());
}

Query::~Query() {
  if (!statement_) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Query& Query::bind(std::int64_t value) {
  if (statement_) sqlite3_bind_int64(statement_, ++bound_, value);
  return *this;
}

Query& Query::bind(std::string_view text) {
  if (statement_)
    sqlite3_bind_text64(statement_, ++bound_, text.data() ? text.data() : "", text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Query& Query::bind(const std::optional<std::string>& text) {
  if (text) return bind(std::string_view(*text));
  if (statement_) sqlite3_bind_null(statement_, ++bound_);
  return *this;
}

Query& Query::bindBlob(std::string_view bytes) {
  if (statement_) sqlite3_bind_blob64(statement_, ++bound_, bytes.data() ? bytes.data() : "", bytes.size(), SQLITE_STATIC);
  return *this;
}

Result<bool> Query::next() {
  if (!statement_) return tl::make_unexpected(errorOf(failure_, systemError_, sqlite3_errmsg(database_.connection_.get())));
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return tl::make_unexpected(database_.lastError(sqlite3_sql(statement_)));
}

Result<void> Query::finish() {
  auto row = next();
  if (!row) return tl::make_unexpected(row.error());
  return {};
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Query::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const int size = sqlite3_column_bytes(statement_, column);
  return data ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

std::optional<std::string> Query::optionalBytes(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return bytes(column);
}

Result<Transaction> Transaction::begin(Database& database, Access access) {
  auto begun = database.run(access == Access::Write ? "BEGIN IMMEDIATE" : "BEGIN");
  if (!begun) return tl::make_unexpected(begun.error());
  return Transaction(database);
}

Transaction::~Transaction() {
  if (database_) (void)database_->run("ROLLBACK");
}

Result<void> Transaction::commit() {
  auto committed = database_->run("COMMIT");
  if (committed) database_ = nullptr;  // else the destructor rolls back
  return committed;
}

}  // namespace certus::trust_service
