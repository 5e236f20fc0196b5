#include "http/buffer_pool.h"

#include <cstring>

namespace certus::http {

std::unique_ptr<char[]> Buffer::grow(std::size_t newCapacity) {
  auto larger = std::make_unique_for_overwrite<char[]>(newCapacity);
  if (size != 0) std::memcpy(larger.get(), bytes.get(), size);
  bytes.swap(larger);
  capacity = newCapacity;
  return larger;
}

void ReturnBuffer::operator()(Buffer* buffer) const { buffer->pool->take(buffer); }

BufferPool::Owner BufferPool::create() { return Owner(new BufferPool); }

void BufferPool::Retire::operator()(BufferPool* pool) const {
  pool->retired_ = true;
  pool->free_.clear();
  if (pool->out_ == 0) delete pool;
}

BufferLease BufferPool::lease() {
  ++out_;
  if (!free_.empty()) {
    Buffer* buffer = free_.back().release();
    free_.pop_back();
    buffer->size = 0;
    return BufferLease(buffer);
  }
  auto fresh = std::make_unique<Buffer>();
  fresh->pool = this;
  fresh->bytes = std::make_unique_for_overwrite<char[]>(kBytes);
  fresh->capacity = kBytes;
  return BufferLease(fresh.release());
}

void BufferPool::take(Buffer* buffer) {
  std::unique_ptr<Buffer> owned(buffer);
  --out_;
  if (retired_) {
    owned.reset();
    if (out_ == 0) delete this;
    return;
  }
  // A grown buffer is not kept: one large request must not stay in memory for good.
  if (free_.size() < kKept && owned->capacity == kBytes) free_.push_back(std::move(owned));
}

}  // namespace certus::http
