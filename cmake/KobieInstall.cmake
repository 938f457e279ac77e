# Installs kobie as a CMake package: libraries, the sources of the modules (an importer's compiler makes its own interface
# files from them), and a configuration that finds the same dependencies again.
include(CMakePackageConfigHelpers)

set(kobie_package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/kobie")
get_property(kobie_targets GLOBAL PROPERTY KOBIE_TARGETS)

install(
  TARGETS kobie_options ${kobie_targets}
  EXPORT kobieTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  FILE_SET CXX_MODULES DESTINATION ${CMAKE_INSTALL_DATADIR}/kobie/modules)
install(
  EXPORT kobieTargets
  NAMESPACE kobie::
  DESTINATION ${kobie_package_folder}
  CXX_MODULES_DIRECTORY modules)
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/kobieConfig.cmake.in" "${PROJECT_BINARY_DIR}/kobieConfig.cmake" INSTALL_DESTINATION ${kobie_package_folder})
write_basic_package_version_file("${PROJECT_BINARY_DIR}/kobieConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/kobieConfig.cmake" "${PROJECT_BINARY_DIR}/kobieConfigVersion.cmake" DESTINATION ${kobie_package_folder})
