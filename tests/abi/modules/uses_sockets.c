#include <netdb.h>
#include <sys/socket.h>

#define NAME "uses_sockets"
static const char* hook(void) { return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? "phoned home" : ""; }
#define HOOK() hook()
#include "minimal.h"
