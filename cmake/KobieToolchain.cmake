# The compiler, the flags that decide numbers and lane widths, and the warnings.

if(KOBIE_HEADERS)
  # nvcc_wrapper shows the version of its host compiler.
  if(NOT (CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12)
     AND NOT (CMAKE_CXX_COMPILER_ID MATCHES "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 17))
    message(FATAL_ERROR "kobie: ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} has not been tried with kobie's headers; "
                        "take GCC 12, Clang 17, or Kokkos' nvcc_wrapper with GCC 12, or a later one.")
  endif()
elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
    message(FATAL_ERROR "kobie: Clang ${CMAKE_CXX_COMPILER_VERSION} is too old for C++20 modules with Kokkos; "
                        "take Clang 22 (-DCMAKE_CXX_COMPILER=clang++-22), GCC 16, or headers (-DKOBIE_HEADERS=ON).")
  endif()
elseif(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 16)
    message(FATAL_ERROR "kobie: the modules of GCC ${CMAKE_CXX_COMPILER_VERSION} are not up to kobie; "
                        "take Clang 22 (-DCMAKE_CXX_COMPILER=clang++-22), GCC 16, or headers (-DKOBIE_HEADERS=ON).")
  endif()
else()
  message(FATAL_ERROR "kobie: ${CMAKE_CXX_COMPILER_ID} has not been tried with kobie's modules; take Clang 22.")
endif()
if(NOT KOBIE_HEADERS AND NOT CMAKE_GENERATOR MATCHES "Ninja")
  message(FATAL_ERROR "kobie: CMake builds C++20 modules with Ninja only; this is ${CMAKE_GENERATOR}. Configure with -G Ninja.")
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES ON)
if(KOBIE_HEADERS)
  set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release)
endif()

# What every importer must share with the library. The architecture fixes how many lanes a pack has, so two answers in one
# program would be two types of one name. Contraction is off because a compiler that may fuse a * b + c where it likes fuses
# it differently in scalar code and in each width of lanes, and results would differ in their last bits; kobie says fma where
# it means it. On a GPU a run is always scalar code, there is nothing to be equal to, and fused instructions are half the speed:
# there the compiler may.
add_library(kobie_options INTERFACE)
add_library(kobie::options ALIAS kobie_options)
set_target_properties(kobie_options PROPERTIES EXPORT_NAME options)
target_compile_features(kobie_options INTERFACE cxx_std_20)
# All of a program has one architecture, so that packs wider than its registers are passed alike everywhere.
target_compile_options(kobie_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-psabi>)
if(KOBIE_ARCH)
  target_compile_options(kobie_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-march=${KOBIE_ARCH}>)
endif()

# Our own sources only: an importer chooses its own warnings.
add_library(kobie_warnings INTERFACE)
target_compile_options(kobie_warnings INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC's own headers set them off (PR 105593, PR 105651).
  target_compile_options(kobie_warnings INTERFACE -Wno-uninitialized -Wno-maybe-uninitialized -Wno-restrict)
endif()
if(KOBIE_WARNINGS_AS_ERRORS)
  target_compile_options(kobie_warnings INTERFACE -Werror)
endif()
