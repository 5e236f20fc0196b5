// What a module may import, by category. Generous with computation, empty of anything that reaches the outside world:
// files, sockets, processes, the environment, standard output, signals. A name not here is refused.
#include "gateway/modules/import_rules.h"

namespace certus::gateway {
namespace {

constexpr std::string_view kLibraries[] = {"libstdc++.so.6", "libgcc_s.so.1", "libc.so.6", "libm.so.6", "libpthread.so.0",
                                           "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"};

#if defined(CERTUS_SANITIZED)  // builds with -fsanitize: the run-time is the program's or a library's
constexpr std::string_view kSanitizerLibraries[] = {"libasan.so.8", "libubsan.so.1", "libtsan.so.2"};
constexpr std::string_view kSanitizerPrefixes[] = {"__asan_", "__ubsan_", "__tsan_", "__sanitizer_", "__sancov_", "__lsan_", "__interceptor_"};
#endif

constexpr std::string_view kSymbols[] = {
    // memory
    "malloc", "calloc", "realloc", "free", "aligned_alloc", "posix_memalign", "memalign", "malloc_usable_size", "reallocarray",
    // bytes and strings
    "memchr", "memrchr", "rawmemchr", "memcmp", "bcmp", "memcpy", "mempcpy", "memmove", "memset", "memmem", "memccpy", "explicit_bzero",
    "strlen", "strnlen", "strcmp", "strncmp", "strcasecmp", "strncasecmp", "strcpy", "strncpy", "stpcpy", "stpncpy", "strcat", "strncat",
    "strchr", "strrchr", "strchrnul", "strstr", "strcasestr", "strspn", "strcspn", "strpbrk", "strtok_r", "strsep", "strdup", "strndup",
    "strcoll", "strxfrm", "strerror_r", "__xpg_strerror_r", "strlcpy", "strlcat",
    // the same, checked (-D_FORTIFY_SOURCE)
    "__memcpy_chk", "__mempcpy_chk", "__memmove_chk", "__memset_chk", "__strcpy_chk", "__strncpy_chk", "__stpcpy_chk", "__strcat_chk",
    "__strncat_chk", "__snprintf_chk", "__vsnprintf_chk", "__sprintf_chk", "__vsprintf_chk", "__fdelt_chk", "__explicit_bzero_chk",
    // wide characters (libstdc++ locales)
    "wmemchr", "wmemcmp", "wmemcpy", "wmemmove", "wmemset", "wcslen", "wcscmp", "wcsncmp", "mbrtowc", "wcrtomb", "mbsrtowcs", "wcsrtombs",
    "mbrlen", "mbtowc", "wctomb", "btowc", "wctob", "mbsnrtowcs", "wcsnrtombs", "mbstowcs", "wcstombs",
    // characters
    "isalnum", "isalpha", "isblank", "iscntrl", "isdigit", "isgraph", "islower", "isprint", "ispunct", "isspace", "isupper", "isxdigit",
    "tolower", "toupper", "isascii", "toascii", "iswalpha", "iswspace", "iswdigit", "iswupper", "iswlower", "towlower", "towupper",
    "__ctype_b_loc", "__ctype_tolower_loc", "__ctype_toupper_loc", "__ctype_get_mb_cur_max",
    // numbers to text and back
    "snprintf", "vsnprintf", "sprintf", "vsprintf", "sscanf", "vsscanf", "__isoc99_sscanf", "__isoc99_vsscanf", "__isoc23_sscanf", "asprintf",
    "vasprintf", "atoi", "atol", "atoll", "atof", "strtol", "strtoul", "strtoll", "strtoull", "strtoimax", "strtoumax", "strtod", "strtof",
    "strtold", "__isoc23_strtol", "__isoc23_strtoul", "__isoc23_strtoll", "__isoc23_strtoull", "strtod_l", "strtof_l", "strtold_l",
    "localeconv", "newlocale", "uselocale", "freelocale", "duplocale", "nl_langinfo",
    // sorting, arithmetic, chance
    "qsort", "qsort_r", "bsearch", "abs", "labs", "llabs", "div", "ldiv", "lldiv", "rand_r", "drand48_r", "getrandom", "getentropy",
    "arc4random", "arc4random_buf", "arc4random_uniform",
    // mathematics
    "acos", "acosf", "acosh", "asin", "asinf", "asinh", "atan", "atanf", "atan2", "atan2f", "atanh", "cbrt", "cbrtf", "ceil", "ceilf",
    "ceill", "copysign", "copysignf", "cos", "cosf", "cosh", "erf", "erfc", "exp", "expf", "exp2", "exp2f", "expm1", "fabs", "fabsf", "fdim",
    "floor", "floorf", "floorl", "fma", "fmaf", "fmax", "fmaxf", "fmin", "fminf", "fmod", "fmodf", "fmodl", "frexp", "frexpf", "frexpl",
    "hypot", "hypotf", "ilogb", "ldexp", "ldexpf", "ldexpl", "lgamma", "lgamma_r", "llrint", "llround", "llroundf", "log", "logf", "logl",
    "log10", "log10f", "log1p", "log2", "log2f", "logb", "lrint", "lround", "lroundf", "modf", "modff", "modfl", "nan", "nanf", "nearbyint",
    "nextafter", "nexttoward", "pow", "powf", "powl", "remainder", "remquo", "rint", "rintf", "round", "roundf", "roundl", "scalbln",
    "scalbn", "sin", "sinf", "sinh", "sincos", "sincosf", "sqrt", "sqrtf", "sqrtl", "tan", "tanf", "tanh", "tgamma", "trunc", "truncf",
    "truncl", "__finite", "__isnan", "__isinf", "__signbit", "__fpclassify", "fegetround", "fesetround", "feclearexcept", "fetestexcept",
    // time: reading it, not waiting (Call::after waits)
    "clock_gettime", "clock_getres", "gettimeofday", "time", "clock", "difftime", "gmtime", "gmtime_r", "timegm", "mktime", "strftime",
    "strftime_l", "strptime", "localtime_r",
    // threads of the module's own (they come back by wake) and what libstdc++ builds locks from
    "pthread_create", "pthread_join", "pthread_detach", "pthread_self", "pthread_equal", "pthread_once", "pthread_key_create",
    "pthread_key_delete", "pthread_getspecific", "pthread_setspecific", "__pthread_key_create", "pthread_mutex_init", "pthread_mutex_destroy",
    "pthread_mutex_lock", "pthread_mutex_trylock", "pthread_mutex_timedlock", "pthread_mutex_clocklock", "pthread_mutex_unlock",
    "pthread_mutexattr_init", "pthread_mutexattr_destroy", "pthread_mutexattr_settype", "pthread_cond_init", "pthread_cond_destroy",
    "pthread_cond_wait", "pthread_cond_timedwait", "pthread_cond_clockwait", "pthread_cond_signal", "pthread_cond_broadcast",
    "pthread_condattr_init", "pthread_condattr_destroy", "pthread_condattr_setclock", "pthread_rwlock_init", "pthread_rwlock_destroy",
    "pthread_rwlock_rdlock", "pthread_rwlock_tryrdlock", "pthread_rwlock_wrlock", "pthread_rwlock_trywrlock", "pthread_rwlock_unlock",
    "pthread_rwlock_timedrdlock", "pthread_rwlock_timedwrlock", "pthread_rwlock_clockrdlock", "pthread_rwlock_clockwrlock", "sched_yield",
    // the C++ and C run-time's own
    "__cxa_allocate_exception", "__cxa_atexit", "__cxa_bad_cast", "__cxa_bad_typeid", "__cxa_begin_catch", "__cxa_call_unexpected",
    "__cxa_call_terminate", "__cxa_current_exception_type", "__cxa_demangle", "__cxa_deleted_virtual", "__cxa_end_catch", "__cxa_finalize",
    "__cxa_free_exception", "__cxa_get_exception_ptr", "__cxa_get_globals", "__cxa_guard_abort", "__cxa_guard_acquire", "__cxa_guard_release",
    "__cxa_init_primary_exception", "__cxa_pure_virtual", "__cxa_rethrow", "__cxa_thread_atexit", "__cxa_thread_atexit_impl", "__cxa_throw",
    "__cxa_throw_bad_array_new_length", "__cxa_uncaught_exceptions", "__cxa_vec_ctor", "__cxa_vec_dtor", "__cxa_vec_new", "__cxa_vec_delete",
    "__dynamic_cast", "__gxx_personality_v0", "__gcc_personality_v0", "_Unwind_Resume", "_Unwind_Resume_or_Rethrow", "_Unwind_RaiseException",
    "_Unwind_DeleteException", "_Unwind_GetIP", "_Unwind_GetIPInfo", "_Unwind_Backtrace", "_Unwind_GetLanguageSpecificData",
    "_Unwind_GetRegionStart", "_Unwind_SetGR", "_Unwind_SetIP", "_ITM_deregisterTMCloneTable", "_ITM_registerTMCloneTable",
    "__gmon_start__", "__stack_chk_fail", "__stack_chk_guard", "__chk_fail", "__tls_get_addr", "__errno_location", "__libc_single_threaded",
    "__assert_fail", "__assert_perror_fail", "abort", "__libc_start_main", "__once_proxy", "__dso_handle", "__aarch64_ldadd4_acq_rel",
    "__aarch64_ldadd4_relax", "__aarch64_ldadd8_acq_rel", "__aarch64_swp1_acq", "__aarch64_cas8_acq_rel", "__aarch64_cas4_acq_rel"};

// C++ names of libstdc++ that open files, touch the file system or write to the process's own streams.
constexpr std::string_view kDeniedParts[] = {"basic_filebuf", "basic_fstream", "basic_ifstream", "basic_ofstream", "stdio_filebuf",
                                             "stdio_sync_filebuf", "10filesystem"};
constexpr std::string_view kDeniedNames[] = {"_ZSt4cout", "_ZSt4cerr", "_ZSt4clog", "_ZSt3cin", "_ZSt5wcout", "_ZSt5wcerr", "_ZSt5wclog", "_ZSt4wcin"};

}  // namespace

AllowedImports allowedImports() {
  AllowedImports allowed{kLibraries, kSymbols, kDeniedNames, kDeniedParts, {}, {}};
#if defined(CERTUS_SANITIZED)
  allowed.moreLibraries = kSanitizerLibraries;
  allowed.morePrefixes = kSanitizerPrefixes;
#endif
  return allowed;
}

}  // namespace certus::gateway
