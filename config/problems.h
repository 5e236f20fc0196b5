// Everything that is wrong with a configuration, collected, so that one reading tells it all.
#pragma once

#include <string>
#include <vector>

#include "config/node.h"

namespace certus::config {

struct Problem {
  Place place;
  std::string path;     // "modules.trust.sha256"; empty: the file itself
  std::string message;  // what is wrong and the right form; never a secret
};

class Problems {
 public:
  void add(const Place& place, std::string path, std::string message);
  bool empty() const { return list_.empty(); }
  std::vector<Problem> take();  // in file order

 private:
  std::vector<Problem> list_;
  bool full_ = false;
};

// "gateway.yaml:12:5: listeners.mcp.prot: unknown key; ..."
std::string describe(const Problem& problem, const std::string& file);

}  // namespace certus::config
