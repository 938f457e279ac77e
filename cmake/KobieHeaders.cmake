# kobie_target_sources(<target>
#   [MODULES <interface units and partitions>]
#   [SOURCES <sources, and headers that import modules>])
#
# Gives a target sources that say `import kobie;`, or modules of its own. Where kobie was built as modules they are compiled as
# they are; where it was built as headers (KOBIE_HEADERS), headers and sources are projected from them (docs/headers.md): module
# units to headers that whoever links the target includes or imports, and sources to the same with #include for import. A header
# that imports modules and is included in quotes must be named among the SOURCES; others are found where they are.
include_guard(GLOBAL)

set_property(GLOBAL PROPERTY KOBIE_HEADERS "${KOBIE_HEADERS}")
if(KOBIE_HEADERS)
  find_package(Python3 3.9 COMPONENTS Interpreter)
  if(NOT Python3_Interpreter_FOUND)
    message(FATAL_ERROR "kobie: KOBIE_HEADERS=${KOBIE_HEADERS} needs Python 3.9 or later, to project headers from modules.")
  endif()
  # The interpreter itself, not a shim that finds it anew for every file.
  execute_process(
    COMMAND "${Python3_EXECUTABLE}" -c "import sys; print(sys.executable)"
    OUTPUT_VARIABLE kobie_python
    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set_property(GLOBAL PROPERTY KOBIE_PROJECT "${kobie_python}" -I -S "${CMAKE_CURRENT_LIST_DIR}/headers/project.py")

  # All modules that this build knows, with their headers.
  set(kobie_module_map "${CMAKE_BINARY_DIR}/kobie_modules.txt")
  set_property(GLOBAL PROPERTY KOBIE_MODULE_MAP "${kobie_module_map}")
  add_custom_target(kobie_modules)
  file(GENERATE OUTPUT "${kobie_module_map}" CONTENT "$<JOIN:$<TARGET_PROPERTY:kobie_modules,KNOWN>,\n>\n")
endif()

function(kobie_target_sources target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "MODULES;SOURCES")
  if(NOT TARGET ${target} OR arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "kobie_target_sources(${target}): needs a target, and MODULES or SOURCES; "
                        "unknown: '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  get_property(as_headers GLOBAL PROPERTY KOBIE_HEADERS)
  if(as_headers)
    if(arg_MODULES)
      set(folder "${CMAKE_CURRENT_BINARY_DIR}/projected/${target}/include")
      kobie_project_modules(${target} "${folder}" headers ${arg_MODULES})
      get_target_property(type ${target} TYPE)
      if(type STREQUAL "INTERFACE_LIBRARY")
        target_include_directories(${target} INTERFACE "$<BUILD_INTERFACE:${folder}>")
      else()
        target_include_directories(${target} PUBLIC "$<BUILD_INTERFACE:${folder}>")
      endif()
    endif()
    kobie_project_sources(${target} ${arg_SOURCES})
  else()
    target_sources(${target} PRIVATE ${arg_SOURCES})
    if(arg_MODULES)
      target_sources(${target} PUBLIC FILE_SET CXX_MODULES FILES ${arg_MODULES})
    endif()
  endif()
endfunction()

# kobie_project_modules(<target> <folder> <variable> <module units>): a rule for the header of each, under the folder, which
# those who link the target wait for; the variable gets the headers, relative to the folder. Beside each folder lies one with
# `-plain` at its end, whose headers have no #line: they are for installing.
function(kobie_project_modules target folder variable)
  get_property(project GLOBAL PROPERTY KOBIE_PROJECT)
  get_property(map GLOBAL PROPERTY KOBIE_MODULE_MAP)
  list(TRANSFORM ARGN REPLACE "^([^/].*)$" "${CMAKE_CURRENT_SOURCE_DIR}/\\1" OUTPUT_VARIABLE units)
  execute_process(COMMAND ${project} scan ${units} RESULT_VARIABLE status OUTPUT_VARIABLE lines ERROR_VARIABLE why)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "kobie: the modules of ${target} cannot be projected to headers.\n${why}")
  endif()
  set(outputs "")
  set(headers "")
  string(REGEX MATCHALL "[^\n]+" lines "${lines}")
  foreach(line IN LISTS lines)
    string(REPLACE "\t" ";" fields "${line}")
    list(GET fields 0 module)
    list(GET fields 1 header)
    list(GET fields 2 unit)
    set_property(TARGET kobie_modules APPEND PROPERTY KNOWN "${module}\t${header}")
    cmake_path(RELATIVE_PATH unit BASE_DIRECTORY "${PROJECT_SOURCE_DIR}" OUTPUT_VARIABLE shown)
    add_custom_command(
      OUTPUT "${folder}/${header}" "${folder}-plain/${header}"
      COMMAND ${project} write "${unit}" "${folder}/${header}" --map "${map}" --plain "${folder}-plain/${header}"
      DEPENDS "${unit}" "${map}" "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/headers/project.py"
      COMMENT "Projecting ${shown} to a header"
      VERBATIM)
    list(APPEND outputs "${folder}/${header}")
    list(APPEND headers "${header}")
  endforeach()
  add_custom_target(${target}_headers ALL DEPENDS ${outputs})
  add_dependencies(${target} ${target}_headers)
  set(${variable} "${headers}" PARENT_SCOPE)
endfunction()

# kobie_project_sources(<target> <sources>): the target compiles what is projected from them.
function(kobie_project_sources target)
  get_property(project GLOBAL PROPERTY KOBIE_PROJECT)
  get_property(map GLOBAL PROPERTY KOBIE_MODULE_MAP)
  set(own "")
  foreach(source IN LISTS ARGN)
    if(source MATCHES "\\.(h|hh|hpp|hxx)$")
      cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
      list(APPEND own "${source}")
    endif()
  endforeach()
  set(before "")
  set(folders "")
  foreach(source IN LISTS ARGN)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
    if(NOT source MATCHES "\\.(h|hh|hpp|hxx|cc|cpp|cxx)$")
      target_sources(${target} PRIVATE "${source}")
      continue()
    endif()
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY "${PROJECT_SOURCE_DIR}" OUTPUT_VARIABLE shown)
    string(REPLACE "../" "up/" place "${shown}")
    set(output "${CMAKE_CURRENT_BINARY_DIR}/projected/${target}/${place}")
    add_custom_command(
      OUTPUT "${output}"
      COMMAND ${project} write "${source}" "${output}" --map "${map}" --own ${own}
      DEPENDS "${source}" "${map}" "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/headers/project.py"
      COMMENT "Projecting ${shown}"
      VERBATIM)
    target_sources(${target} PRIVATE "${output}")
    # What is projected comes before what it is projected from.
    cmake_path(GET output PARENT_PATH projected)
    cmake_path(GET source PARENT_PATH folder)
    list(APPEND before "${projected}")
    list(APPEND folders "${folder}")
  endforeach()
  list(APPEND before ${folders})
  list(REMOVE_DUPLICATES before)
  target_include_directories(${target} PRIVATE ${before})
  set_target_properties(${target} PROPERTIES CXX_SCAN_FOR_MODULES OFF)
endfunction()
