// The C functions that a module is given: find the runner of a ticket, check the thread, hand on. Internal to gateway/modules.
#pragma once

#include <memory>
#include <vector>

#include "certus/abi.h"
#include "gateway/modules/module_instance.h"
#include "gateway/modules/thread_runner.h"

namespace certus::gateway {

class CallRouter {
 public:
  // By thread index; filled before the io threads start, fixed afterwards.
  std::vector<std::unique_ptr<ThreadRunner>> runners;
};

certus_host makeHostTable(ModuleInstance& instance);  // `instance` is the context and outlives the table

}  // namespace certus::gateway
