#define _GNU_SOURCE
#include <sys/syscall.h>
#include <unistd.h>

#define NAME "uses_syscall"
static const char* hook(void) { return syscall(SYS_getpid) > 0 ? "asked the kernel" : ""; }
#define HOOK() hook()
#include "minimal.h"
