#define NAME "somebody_else"
#include "minimal.h"
