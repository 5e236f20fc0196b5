# Every outside library, once. All come from the system's packages; docs/adr says why each is here.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(prometheus-cpp REQUIRED CONFIG)
find_package(SQLite3 REQUIRED)
find_package(simdjson REQUIRED)
find_package(tl-expected REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
if(CERTUS_TESTS)
  find_package(GTest REQUIRED)
endif()

# Asio and Beast are compiled once, in http/; everybody else sees declarations only.
add_library(certus_asio INTERFACE)
target_include_directories(certus_asio SYSTEM INTERFACE ${Boost_INCLUDE_DIRS})
target_compile_definitions(certus_asio INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ASIO_NO_DEPRECATED BOOST_ERROR_CODE_HEADER_ONLY)
# Coroutine frames: a call has seven, Asio keeps two by default and takes the others from aligned_alloc, which passes by malloc's
# own cache. Nothing here is aligned beyond what operator new gives.
target_compile_definitions(certus_asio INTERFACE BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=8
  BOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC BOOST_ASIO_DISABLE_BOOST_ALIGN)
target_link_libraries(certus_asio INTERFACE Threads::Threads OpenSSL::SSL OpenSSL::Crypto)
