// GET and DELETE of Streamable HTTP: the legacy session's own event stream, and its end.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/transport/transport_parts.h"
#include "http/server.h"

namespace certus::gateway {

boost::asio::awaitable<void> serveSessionStream(TransportParts& parts, Worker& worker, http::Exchange& exchange, const Admission& who);
boost::asio::awaitable<void> serveSessionEnd(TransportParts& parts, Worker& worker, http::Exchange& exchange, const Admission& who);

}  // namespace certus::gateway
