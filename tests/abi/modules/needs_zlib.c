#include <zlib.h>

#define NAME "needs_zlib"
#define HOOK() zlibVersion()
#include "minimal.h"
