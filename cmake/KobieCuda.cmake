# C++20 modules in CUDA code, compiled by Clang 22 or later: include this (kobie's package does) before the targets that use
# modules. CMake's own support for modules then works unchanged, FILE_SET CXX_MODULES, scanning, importing installed modules
# and all; compile_both_sides.py, run before the compiler, makes a BMI for the host and one for the device from each
# interface unit. docs/cuda.md explains how, and names the compiler issue that part of it works around.
include_guard(DIRECTORY)

if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 22)
  message(FATAL_ERROR "kobie: modules in CUDA code need Clang 22 or later; this is ${CMAKE_CXX_COMPILER_ID} "
                      "${CMAKE_CXX_COMPILER_VERSION} (${CMAKE_CXX_COMPILER}). Older ones and nvcc take -DKOBIE_HEADERS=ON, see docs/cuda.md.")
endif()
find_package(Python3 3.9 COMPONENTS Interpreter REQUIRED)
find_package(CUDAToolkit REQUIRED)

# The interpreter itself, not a shim that finds it anew for every file.
execute_process(
  COMMAND "${Python3_EXECUTABLE}" -c "import sys; print(sys.executable)"
  OUTPUT_VARIABLE kobie_python
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
# In the rule itself, since CMake leaves compiler launchers out where it makes the BMIs of installed modules.
if(NOT CMAKE_CXX_COMPILE_OBJECT MATCHES "compile_both_sides")
  string(PREPEND CMAKE_CXX_COMPILE_OBJECT "\"${kobie_python}\" \"${CMAKE_CURRENT_LIST_DIR}/cuda/compile_both_sides.py\" ")
endif()
# CMake scans sources as plain C++; Kokkos' own options say that they are CUDA.
string(REPLACE " -x c++ <SOURCE>" " <SOURCE>" CMAKE_CXX_SCANDEP_SOURCE "${CMAKE_CXX_SCANDEP_SOURCE}")
if(NOT CMAKE_CXX_SCANDEP_SOURCE MATCHES "scan_quietly")
  string(PREPEND CMAKE_CXX_SCANDEP_SOURCE "\"${kobie_python}\" \"${CMAKE_CURRENT_LIST_DIR}/cuda/scan_quietly.py\" ")
endif()

get_filename_component(kobie_cuda_root "${CUDAToolkit_BIN_DIR}" DIRECTORY)
# The threshold: a function that is called has its caller's numbers in memory, so a kernel is one function, however large.
set(kobie_cuda_options "--cuda-path=${kobie_cuda_root}" -Wno-unknown-cuda-version "SHELL:-Xarch_device -mllvm=-inline-threshold=20000")
