// Who calls. For now always the local identity; a session, a handle and a sealed state are bound to `key`.
#pragma once

#include <string>

namespace certus::gateway {

struct Principal {
  std::string subject;  // what services and logs see, e.g. "alice@host"
  std::string key;      // stable, unguessable-collision-free binding: issuer + '\n' + subject
};

}  // namespace certus::gateway
