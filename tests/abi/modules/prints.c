/* A constructor that runs at load and writes to the protocol's own stream. */
#include <stdio.h>

#define NAME "prints"
#include "minimal.h"

__attribute__((constructor)) static void greet(void) { puts("hello from a constructor"); }
