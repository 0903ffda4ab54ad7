# Read by cpack before it makes a package. What the package of Debian asks for: the packages of the libraries that the
# program, and shared libraries of tarn's own, are linked with. CPack's own search starts two processes for each of the
# hundreds of files to learn which of them are programs.
if(NOT CPACK_GENERATOR STREQUAL "DEB")
  return()
endif()
find_program(TARN_SHLIBDEPS dpkg-shlibdeps)
if(NOT TARN_SHLIBDEPS)
  message(FATAL_ERROR "cpack -G DEB needs dpkg-shlibdeps (Debian: dpkg-dev)")
endif()
set(tree "${CPACK_TEMPORARY_DIRECTORY}/usr")
file(GLOB_RECURSE binaries "${tree}/bin/*" "${tree}/lib/*.so")
if(NOT binaries)
  message(FATAL_ERROR "there is no program below ${tree}")
endif()
# It wants to lie beside a package's sources, and private libraries beside the package's own folder DEBIAN.
file(WRITE "${CPACK_TEMPORARY_DIRECTORY}/debian/control" "Source: tarn\nPackage: tarn\nArchitecture: any\n")
file(MAKE_DIRECTORY "${CPACK_TEMPORARY_DIRECTORY}/DEBIAN")
execute_process(COMMAND "${TARN_SHLIBDEPS}" -O "-l${tree}/lib" --ignore-missing-info ${binaries}
  WORKING_DIRECTORY "${CPACK_TEMPORARY_DIRECTORY}" OUTPUT_VARIABLE found ERROR_VARIABLE told RESULT_VARIABLE failed)
file(REMOVE_RECURSE "${CPACK_TEMPORARY_DIRECTORY}/debian" "${CPACK_TEMPORARY_DIRECTORY}/DEBIAN")
if(failed OR NOT found MATCHES "^shlibs:Depends=([^\n]+)")
  message(FATAL_ERROR "dpkg-shlibdeps: ${told}")
endif()
set(CPACK_DEBIAN_PACKAGE_DEPENDS "${CMAKE_MATCH_1}, ${CPACK_DEBIAN_PACKAGE_DEPENDS}")
