# What every target is compiled with, and where programs and modules land.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)  # and what is hidden need not be called through a table
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CERTUS_MODULE_DIR ${PROJECT_BINARY_DIR}/modules)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_EXE_LINKER_FLAGS_RELEASE "-s")  # a third of the size; RelWithDebInfo keeps symbols

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths relative to the checkout, so that clones and build folders share what they compile.
  set(launcher env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=true ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

add_library(certus_flags INTERFACE)
target_compile_options(certus_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -fno-omit-frame-pointer
  $<$<BOOL:${CERTUS_WERROR}>:-Werror>)
target_compile_definitions(certus_flags INTERFACE CERTUS_VERSION="${PROJECT_VERSION}")
if(CERTUS_SANITIZE)
  add_compile_options(-fsanitize=${CERTUS_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${CERTUS_SANITIZE})
endif()
if(CERTUS_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
