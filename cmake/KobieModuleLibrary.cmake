# kobie_add_module_library(<name>
#   MODULES <interface units, under modules/<name>>
#   [SOURCES <implementation units, under src/<name>>]
#   [LINK <what importers need too>] [PRIVATE_LINK <what only the sources need>])
#
# One component, one target: kobie::<name>, which provides module kobie.<name>.
function(kobie_add_module_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "MODULES;SOURCES;LINK;PRIVATE_LINK")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "kobie_add_module_library(${name}): unknown arguments ${arg_UNPARSED_ARGUMENTS}")
  endif()
  list(TRANSFORM arg_MODULES PREPEND "${PROJECT_SOURCE_DIR}/modules/${name}/")
  list(TRANSFORM arg_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/src/${name}/")

  set(target kobie_${name})
  add_library(${target} STATIC)
  add_library(kobie::${name} ALIAS ${target})
  target_sources(${target} PUBLIC FILE_SET CXX_MODULES BASE_DIRS "${PROJECT_SOURCE_DIR}/modules" FILES ${arg_MODULES})
  target_sources(${target} PRIVATE ${arg_SOURCES})
  target_link_libraries(
    ${target}
    PUBLIC kobie::options ${arg_LINK}
    PRIVATE $<BUILD_INTERFACE:kobie_warnings> ${arg_PRIVATE_LINK})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON)
  set_property(GLOBAL APPEND PROPERTY KOBIE_TARGETS ${target})
endfunction()
