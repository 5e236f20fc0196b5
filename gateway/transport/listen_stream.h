// subscriptions/listen over HTTP: an event stream that lives until the client closes it or the gateway drains.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "gateway/transport/post_request.h"
#include "gateway/transport/transport_parts.h"

namespace certus::gateway {

boost::asio::awaitable<void> serveListen(TransportParts& parts, Worker& worker, PostRequest& request, const Listen& listen,
                                         http::Exchange& exchange);

}  // namespace certus::gateway
