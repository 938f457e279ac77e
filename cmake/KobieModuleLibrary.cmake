# kobie_add_module_library(<name>
#   MODULES <interface units, under modules/<name>>
#   [CUDA_HEADERS]  its interface units need CUDA's headers: CUDA's functions, or headers that use them
#   [SOURCES <implementation units, under src/<name>>]
#   [LINK <what importers need too>] [PRIVATE_LINK <what only the sources need>])
#
# One component, one target: kobie::<name>, which provides module kobie.<name>; with KOBIE_HEADERS the headers kobie/<name>/*.hpp.
include(KobieHeaders)

function(kobie_add_module_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "CUDA_HEADERS" "" "MODULES;SOURCES;LINK;PRIVATE_LINK")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "kobie_add_module_library(${name}): unknown arguments ${arg_UNPARSED_ARGUMENTS}")
  endif()
  list(TRANSFORM arg_MODULES PREPEND "${PROJECT_SOURCE_DIR}/modules/${name}/")
  list(TRANSFORM arg_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/src/${name}/")

  set(target kobie_${name})
  if(KOBIE_HEADERS AND NOT arg_SOURCES)
    add_library(${target} INTERFACE)
    set(reach INTERFACE)
  else()
    add_library(${target} STATIC)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:kobie_warnings> ${arg_PRIVATE_LINK})
    set(reach PUBLIC)
  endif()
  add_library(kobie::${name} ALIAS ${target})
  if(KOBIE_HEADERS)
    set(folder "${PROJECT_BINARY_DIR}/include")
    kobie_project_modules(${target} "${folder}" headers ${arg_MODULES})
    target_include_directories(${target} ${reach} "$<BUILD_INTERFACE:${folder}>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
    set_property(GLOBAL APPEND PROPERTY KOBIE_HEADER_FILES ${headers})
    if(arg_SOURCES)
      kobie_project_sources(${target} ${arg_SOURCES})
      # Most of a source's time goes to the headers that it is projected to include, which several together parse once. Files that
      # instantiate the same class, such as result.cpp and result_file.cpp, must not be among seven in a row: nvcc takes the class
      # for all of its members.
      set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 7)
    endif()
  else()
    target_sources(${target} PUBLIC FILE_SET CXX_MODULES BASE_DIRS "${PROJECT_SOURCE_DIR}/modules" FILES ${arg_MODULES})
    target_sources(${target} PRIVATE ${arg_SOURCES})
    if(kobie_cuda_modules)
      # CUDA's headers are most of a small unit's time, and constexpr means both sides without them.
      if(NOT arg_CUDA_HEADERS)
        set_property(SOURCE ${arg_MODULES} APPEND PROPERTY COMPILE_OPTIONS -nogpuinc)
      endif()
      foreach(source IN LISTS arg_SOURCES)
        file(STRINGS "${source}" includes REGEX "^#include <(Kokkos|cuda)")
        if(NOT includes)
          set_property(SOURCE "${source}" APPEND PROPERTY COMPILE_OPTIONS -nogpuinc)
        endif()
      endforeach()
      set_property(SOURCE ${arg_SOURCES} APPEND PROPERTY COMPILE_OPTIONS --cuda-host-only)  # no kernels there
    endif()
  endif()
  target_link_libraries(${target} ${reach} kobie::options ${arg_LINK})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  set_property(GLOBAL APPEND PROPERTY KOBIE_TARGETS ${target})
endfunction()
