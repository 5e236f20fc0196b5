/* The same module rebuilt: another digest under the same name. */
#define VERSION "2.0.0"
#define HOOK() "done by the second"
#include "minimal.h"
