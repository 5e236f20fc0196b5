// The files of a listener that speaks https. All PEM, each at most 1 MiB; read when the listener is made and by
// Server::reloadTls().
#pragma once

#include <string>

#include "base/clock.h"
#include "base/error.h"

namespace certus::http {

struct ServerTls {
  std::string certificateFile;  // the server's own certificate first, then those that lead to its root
  std::string keyFile;          // not encrypted; closed to others (a file of root may be open to its group)
  std::string clientCaFile;     // clients may show a certificate that leads to one of these; empty: they are not asked
};

// Whether a listener could use these files now, and when its certificate ends. Contacts nothing. An error begins with the
// path of the file it is about, as given, and a colon.
Result<WallTime> checkTls(const ServerTls& files);

}  // namespace certus::http
