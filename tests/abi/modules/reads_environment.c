#include <stdlib.h>

#define NAME "reads_environment"
static const char* hook(void) { return getenv("HOME") ? getenv("HOME") : ""; }
#define HOOK() hook()
#include "minimal.h"
