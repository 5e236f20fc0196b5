#define NAME "second_export"
#include "minimal.h"

CERTUS_EXPORT int helper_that_should_be_hidden(void);
int helper_that_should_be_hidden(void) { return 1; }
