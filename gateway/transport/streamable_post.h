// POST of Streamable HTTP: one message (or legacy batch) in, one answer out, for every revision.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/transport/transport_parts.h"
#include "http/server.h"

namespace certus::gateway {

boost::asio::awaitable<void> servePost(TransportParts& parts, Worker& worker, http::Exchange& exchange, const Admission& who);

}  // namespace certus::gateway
