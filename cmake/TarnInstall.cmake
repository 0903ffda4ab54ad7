# What `cmake --install` puts where: headers to include/tarn, libraries and the packages for find_package(tarn) and
# pkg-config to lib, the program to bin, decks and their schemas to share/tarn, the licence to share/doc/tarn. Nothing in
# it names a folder of this build.
include(CMakePackageConfigHelpers)

set(TARN_COMPONENTS core ops io)
install(DIRECTORY core ops io DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/tarn" FILES_MATCHING PATTERN "*.hpp")
if(TARN_BUILD_APPS)
  list(APPEND TARN_COMPONENTS driver batch plot cli apps c fortran)
  install(DIRECTORY apps/driver DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/tarn/apps" FILES_MATCHING PATTERN "*.hpp")
  install(FILES apps/cli/program.hpp DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/tarn/apps/cli")
  install(DIRECTORY input_decks/ DESTINATION "${CMAKE_INSTALL_DATADIR}/tarn/decks" FILES_MATCHING PATTERN "*.toml")
  install(DIRECTORY c DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/tarn" FILES_MATCHING PATTERN "tarn.h" PATTERN "*.f90")
  set_target_properties(tarn PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
  if(BUILD_SHARED_LIBS)
    file(RELATIVE_PATH to_libraries "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
    set_target_properties(tarn PROPERTIES INSTALL_RPATH "$ORIGIN/${to_libraries}")
  endif()
  install(TARGETS tarn RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
  # The program tells its man page, completions and schemas itself, from the definitions that it works by. One that cannot
  # start here, such as one built for another machine, is installed without.
  set(manual "${PROJECT_BINARY_DIR}/manual")
  set(words man:manual+man bash:manual+bash zsh:manual+zsh)
  foreach(app IN LISTS TARN_APPS)
    list(APPEND words ${app}.json:describe+${app}+--json-schema)
  endforeach()
  install(CODE "
    file(REMOVE_RECURSE \"${manual}\")
    file(MAKE_DIRECTORY \"${manual}\")
    foreach(asked ${words})
      string(REGEX REPLACE \":.*\" \"\" file \"\${asked}\")
      string(REGEX REPLACE \".*:\" \"\" words \"\${asked}\")
      string(REPLACE \"+\" \";\" words \"\${words}\")
      execute_process(COMMAND \"$<TARGET_FILE:tarn>\" \${words} OUTPUT_FILE \"${manual}/\${file}\"
        RESULT_VARIABLE failed)
      if(failed)
        message(WARNING \"no \${file}: it is not printed by the program: \${failed}\")
        file(REMOVE \"${manual}/\${file}\")
      endif()
    endforeach()")
  install(DIRECTORY "${manual}/" DESTINATION "${CMAKE_INSTALL_DATADIR}/tarn/schema" FILES_MATCHING PATTERN "*.json")
  install(FILES "${manual}/man" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1" RENAME tarn.1 OPTIONAL)
  install(FILES "${manual}/bash" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME tarn OPTIONAL)
  install(FILES "${manual}/zsh" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions" RENAME _tarn OPTIONAL)
endif()
install(FILES packaging/modulefiles/tarn DESTINATION "${CMAKE_INSTALL_DATADIR}/tarn/modulefiles/tarn"
  RENAME "${PROJECT_VERSION}")
install(FILES LICENSE CHANGELOG.md DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/tarn")

# Inline functions of the headers use the widest vectors there are: whoever links these libraries compiles them alike.
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  foreach(option IN LISTS TARN_NATIVE_OPTIONS)
    target_compile_options(tarn_core INTERFACE $<INSTALL_INTERFACE:$<$<COMPILE_LANGUAGE:CXX>:${option}>>)
  endforeach()
endif()
if(TARN_SANITIZE)
  target_link_options(tarn_core INTERFACE $<INSTALL_INTERFACE:-fsanitize=address,undefined>)
endif()
if(TARN_CUDA)
  target_compile_definitions(tarn_core INTERFACE
    $<INSTALL_INTERFACE:$<$<COMPILE_LANGUAGE:CUDA>:FMT_CONSTEVAL=>>
    $<INSTALL_INTERFACE:$<$<COMPILE_LANGUAGE:CUDA>:FMT_USE_CONSTEXPR=1>>)
endif()

set(package_folder "${CMAKE_INSTALL_LIBDIR}/cmake/tarn")
list(TRANSFORM TARN_COMPONENTS PREPEND "tarn_" OUTPUT_VARIABLE libraries)
foreach(component IN LISTS TARN_COMPONENTS)
  set_target_properties(tarn_${component} PROPERTIES EXPORT_NAME ${component})
endforeach()
list(APPEND libraries tarn_arrays)
set_target_properties(tarn_arrays PROPERTIES EXPORT_NAME arrays)
if(TARN_BUILD_APPS)
  list(APPEND libraries tarn_all_apps)
  set_target_properties(tarn_all_apps PROPERTIES EXPORT_NAME all_apps)
endif()
install(TARGETS ${libraries} tarn_same_bits EXPORT tarnTargets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
install(EXPORT tarnTargets NAMESPACE tarn:: DESTINATION "${package_folder}")
configure_package_config_file(cmake/tarnConfig.cmake.in "${PROJECT_BINARY_DIR}/package/tarnConfig.cmake"
  INSTALL_DESTINATION "${package_folder}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/tarnConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/package/tarnConfig.cmake" "${PROJECT_BINARY_DIR}/package/tarnConfigVersion.cmake"
  cmake/TarnKokkosRepair.cmake cmake/TarnImported.cmake cmake/source_location_before_clang_15.hpp
  DESTINATION "${package_folder}")

include(TarnPkgConfig)
tarn_install_pkg_config()
