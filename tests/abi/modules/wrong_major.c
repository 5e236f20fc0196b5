#define NAME "wrong_major"
#define MAJOR 2
#include "minimal.h"
