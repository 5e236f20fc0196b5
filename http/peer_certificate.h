// What a client's certificate says, out of a session whose handshake verified it. Internal to http/.
#pragma once

#include <openssl/ssl.h>

#include <memory>

#include "http/server.h"

namespace certus::http {

std::unique_ptr<const PeerCertificate> peerCertificate(const SSL* session);  // null: the client showed none

}  // namespace certus::http
