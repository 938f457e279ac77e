# Installs kobie as a CMake package: libraries, the sources of the modules (an importer's compiler makes its own interface
# files from them) or the headers that are projected from them, and a configuration that finds the same dependencies again.
include(CMakePackageConfigHelpers)

set(kobie_package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/kobie")
get_property(kobie_targets GLOBAL PROPERTY KOBIE_TARGETS)

if(KOBIE_HEADERS)
  install(
    TARGETS kobie_options ${kobie_targets}
    EXPORT kobieTargets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT kobieTargets NAMESPACE kobie:: DESTINATION ${kobie_package_folder})
  get_property(kobie_headers GLOBAL PROPERTY KOBIE_HEADER_FILES)
  foreach(header IN LISTS kobie_headers)
    cmake_path(GET header PARENT_PATH folder)
    install(FILES "${PROJECT_BINARY_DIR}/include-plain/${header}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/${folder}")
  endforeach()
  # What import means, for the sources of those who use the package.
  file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/kobieModules.txt" CONTENT "$<JOIN:$<TARGET_PROPERTY:kobie_modules,KNOWN>,\n>\n")
  install(FILES "${PROJECT_BINARY_DIR}/kobieModules.txt" DESTINATION ${kobie_package_folder})
  install(PROGRAMS "${PROJECT_SOURCE_DIR}/cmake/headers/project.py" DESTINATION ${kobie_package_folder}/headers)
else()
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
endif()
install(FILES "${PROJECT_SOURCE_DIR}/cmake/KobieHeaders.cmake" DESTINATION ${kobie_package_folder})
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/kobieConfig.cmake.in" "${PROJECT_BINARY_DIR}/kobieConfig.cmake" INSTALL_DESTINATION ${kobie_package_folder})
write_basic_package_version_file("${PROJECT_BINARY_DIR}/kobieConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/kobieConfig.cmake" "${PROJECT_BINARY_DIR}/kobieConfigVersion.cmake" DESTINATION ${kobie_package_folder})

# CMake names the modules' sources twice: in the file sets as installed, and beside them as they lay in this tree.
install(CODE "
  file(GLOB lists \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${kobie_package_folder}/modules/target-*.cmake\")
  foreach(list IN LISTS lists)
    file(READ \"\${list}\" text)
    string(REPLACE \"${PROJECT_SOURCE_DIR}/modules/\" \"\\\${_IMPORT_PREFIX}/${CMAKE_INSTALL_DATADIR}/kobie/modules/\" text \"\${text}\")
    file(WRITE \"\${list}\" \"\${text}\")
  endforeach()")
if(kobie_cuda_modules)
  install(FILES "${PROJECT_SOURCE_DIR}/cmake/KobieCuda.cmake" DESTINATION ${kobie_package_folder})
  install(PROGRAMS "${PROJECT_SOURCE_DIR}/cmake/cuda/compile_both_sides.py" "${PROJECT_SOURCE_DIR}/cmake/cuda/scan_quietly.py"
          DESTINATION ${kobie_package_folder}/cuda)
endif()
