// Files as this program reads and writes them: whole, bounded, and never waiting for one that is no file.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace certus {

// An open descriptor, closed when it goes. -1: none.
class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  ~FileDescriptor();
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }  // the caller closes it

 private:
  int number_;
};

// A regular file, whole; opening a FIFO or a device does not block, and is an error. Error::message continues the file's
// name: "cannot be read: No such file or directory", "is larger than 4096 bytes".
Result<std::string> readFile(const std::string& path, std::size_t most);
Result<std::string> readAll(int file, std::size_t most);  // to its end, under the same words

// False: errno says why. Does not sync.
bool writeAll(int file, std::string_view text);

}  // namespace certus
