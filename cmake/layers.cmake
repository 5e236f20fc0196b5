# The build vocabulary: certus_library, certus_program, certus_module, certus_test.
# A library names the project libraries it uses; one that is not declared yet stands in a higher layer and is refused.

function(certus_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES;LINK" ${ARGN})
  if(arg_SOURCES)
    add_library(${name} STATIC ${arg_SOURCES})
    set(scope PUBLIC)
  else()
    add_library(${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  foreach(used IN LISTS arg_USES)
    if(NOT TARGET ${used})
      message(FATAL_ERROR "${name} uses ${used}, which stands in a higher layer (see the order in CMakeLists.txt)")
    endif()
  endforeach()
  target_include_directories(${name} ${scope} ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} ${scope} certus_flags ${arg_USES} ${arg_LINK})
endfunction()

function(certus_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;USES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE certus_flags ${arg_USES} ${arg_LINK})
endfunction()

# A module sees the public ABI and SDK only, exports one symbol and keeps the rest to itself.
function(certus_module name)
  cmake_parse_arguments(arg "" "DIRECTORY" "SOURCES;LINK" ${ARGN})
  if(NOT arg_DIRECTORY)
    set(arg_DIRECTORY ${CERTUS_MODULE_DIR})
  endif()
  add_library(module_${name} MODULE ${arg_SOURCES})
  set_target_properties(module_${name} PROPERTIES PREFIX "" OUTPUT_NAME ${name}
    LIBRARY_OUTPUT_DIRECTORY ${arg_DIRECTORY} CXX_VISIBILITY_PRESET hidden C_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON LINK_DEPENDS ${PROJECT_SOURCE_DIR}/modules/abi/module.map)
  target_compile_options(module_${name} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  target_link_options(module_${name} PRIVATE -Wl,--version-script=${PROJECT_SOURCE_DIR}/modules/abi/module.map)
  target_link_libraries(module_${name} PRIVATE certus_flags certus_sdk ${arg_LINK})
endfunction()

function(certus_test name)
  cmake_parse_arguments(arg "" "LABEL" "SOURCES;USES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE certus_flags ${arg_USES} ${arg_LINK} GTest::gtest_main GTest::gmock)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  if(NOT arg_LABEL)
    set(arg_LABEL unit)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS ${arg_LABEL} TIMEOUT 1200)  # a sanitizer on a busy machine, many times over
endfunction()
