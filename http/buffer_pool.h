// Byte buffers leased per io thread, so that an idle connection holds none. Not thread-safe: a lease goes back on its
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace certus::http {

class BufferPool;

struct Buffer {
  std::unique_ptr<char[]> bytes;
  std::size_t capacity = 0;
  std::size_t size = 0;  // bytes filled
  BufferPool* pool = nullptr;

  char* free() { return bytes.get() + size; }
  std::size_t room() const { return capacity - size; }
  // Moves the content to a larger block and hands out the old one, so that views can be rebased before it goes.
  [[nodiscard]] std::unique_ptr<char[]> grow(std::size_t newCapacity);
};

struct ReturnBuffer {
  void operator()(Buffer* buffer) const;
};
using BufferLease = std::unique_ptr<Buffer, ReturnBuffer>;

class BufferPool {
 public:
  static constexpr std::size_t kBytes = 8 * 1024;  // of a fresh lease
  static constexpr std::size_t kKept = 256;        // buffers held back for reuse, at most

  struct Retire {
    void operator()(BufferPool* pool) const;
  };
  using Owner = std::unique_ptr<BufferPool, Retire>;  // leases may outlive it
  static Owner create();

  BufferLease lease();

 private:
  friend struct ReturnBuffer;
  BufferPool() = default;
  ~BufferPool() = default;
  void take(Buffer* buffer);

  std::vector<std::unique_ptr<Buffer>> free_;  // last in, first out: the warm one
  std::size_t out_ = 0;
  bool retired_ = false;
};

}  // namespace certus::http
