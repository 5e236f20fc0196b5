#include "gateway/transport/signal.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace certus::gateway {

boost::asio::awaitable<std::tuple<boost::system::error_code>> Signal::wait(SteadyTime until) {
  timer_.expires_at(until);
  return timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

}  // namespace certus::gateway
