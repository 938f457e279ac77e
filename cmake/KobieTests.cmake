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
