# kobie_add_test(<module> [DEVICE] [SOURCES <files>] [LINK <more>]): one test program for a module, from tests/<module>/*_test.cpp,
# whose test cases ctest sees one by one as "<module>: <statement>". DEVICE: they run on Kokkos' default backend, so that in a
# CUDA build they need a GPU and bear the label `device`.
include(Catch)

function(kobie_add_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "DEVICE" "" "SOURCES;LINK")
  set(target kobie_test_${name})
  set(labels "")
  if(arg_DEVICE)
    set(labels PROPERTIES LABELS device)
  endif()
  add_executable(${target})
  kobie_target_sources(${target} SOURCES ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE kobie_warnings ${arg_LINK})
  catch_discover_tests(${target} TEST_PREFIX "${name}: " DISCOVERY_MODE PRE_TEST ${labels})
endfunction()

# kobie_add_wrong(<file> <statement> <message> LINK <modules>): wrong/<file>.cpp of this folder must not compile, and must say so
# in few words. Built by ctest, one at a time: ninja may not run twice in a tree.
function(kobie_add_wrong file statement message)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "" "LINK")
  get_filename_component(module "${CMAKE_CURRENT_SOURCE_DIR}" NAME)
  set(target kobie_wrong_${module}_${file})
  add_library(${target} OBJECT EXCLUDE_FROM_ALL)
  kobie_target_sources(${target} SOURCES wrong/${file}.cpp)
  target_link_libraries(${target} PRIVATE ${arg_LINK})
  add_test(NAME "${module}: ${statement}"
           COMMAND ${CMAKE_COMMAND} -DBUILD=${CMAKE_BINARY_DIR} -DTARGET=${target} "-DMESSAGE=${message}" -P
                   "${PROJECT_SOURCE_DIR}/tests/expect_error.cmake")
  set_tests_properties("${module}: ${statement}" PROPERTIES RESOURCE_LOCK build_tree)
endfunction()
