#include "minimal.h"
