// The transport of 2024-11-05: GET /sse opens a stream that names where to POST, and every answer comes on that stream.
#pragma once

#include <string_view>

#include <boost/asio/awaitable.hpp>

#include "gateway/transport/transport_parts.h"
#include "http/server.h"

namespace certus::gateway {

boost::asio::awaitable<void> serveLegacySse(TransportParts& parts, Worker& worker, http::Exchange& exchange, const Admission& who);
boost::asio::awaitable<void> serveLegacyMessage(TransportParts& parts, http::Exchange& exchange, const Admission& who);

constexpr std::string_view kLegacyMessagesPath = "/messages";

}  // namespace certus::gateway
