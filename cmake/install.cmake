# What `cmake --install` gives: the program, the headers, one archive, a CMake package, a pkg-config file, and the models.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

if(TARGET warchest_cli)
  install(TARGETS warchest_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
foreach(shared IN ITEMS std examples)
  if(IS_DIRECTORY ${PROJECT_SOURCE_DIR}/${shared})
    install(DIRECTORY ${shared} DESTINATION ${CMAKE_INSTALL_DATADIR}/warchest FILES_MATCHING PATTERN "*.chest" PATTERN "*.csv")
  endif()
endforeach()
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/warchest)

if(TARGET warchest)
  # Headers keep their folders under include/warchest, which is the include path: "warchest.h", "lang/tree.h".
  install(DIRECTORY src/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/warchest FILES_MATCHING PATTERN "*.h" PATTERN "*.def"
    PATTERN "app" EXCLUDE)
  install(TARGETS warchest EXPORT warchest-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
  set(package ${CMAKE_INSTALL_LIBDIR}/cmake/warchest)
  install(EXPORT warchest-targets NAMESPACE warchest:: DESTINATION ${package})
  configure_package_config_file(cmake/warchest-config.cmake.in ${PROJECT_BINARY_DIR}/warchest-config.cmake INSTALL_DESTINATION ${package})
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/warchest-config-version.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${PROJECT_BINARY_DIR}/warchest-config.cmake ${PROJECT_BINARY_DIR}/warchest-config-version.cmake DESTINATION ${package})
  file(RELATIVE_PATH WARCHEST_PC_PREFIX /root/${CMAKE_INSTALL_LIBDIR}/pkgconfig /root) # so that the installed tree can be moved
  configure_file(cmake/warchest.pc.in ${PROJECT_BINARY_DIR}/warchest.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/warchest.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()
