# cpack -G DEB and cpack -G TGZ, of a build of the preset `package`: processors of x86-64-v3 (AVX2: since about 2013).
set(CPACK_PACKAGE_NAME tarn)
set(CPACK_PACKAGE_VENDOR tarn)
set(CPACK_PACKAGE_CONTACT "The tarn developers <tarn@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION
"Arrays, grids, files and simulations that run from input decks, on processors and
GPUs. The program, the libraries that other codes link, their headers, the decks,
the man page and the completions.")
set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
set(CPACK_GENERATOR "TGZ")
set(CPACK_STRIP_FILES OFF)
set(CPACK_PACKAGE_FILE_NAME "tarn-${PROJECT_VERSION}-${CMAKE_SYSTEM_PROCESSOR}")
if(TARN_NATIVE)
  string(APPEND CPACK_PACKAGE_FILE_NAME "-native")
elseif(TARN_BASELINE)
  string(APPEND CPACK_PACKAGE_FILE_NAME "-${TARN_BASELINE}")
endif()

set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_CURRENT_LIST_DIR}/TarnDebianDepends.cmake")
# tarn run -n starts ranks; codes that link the libraries need what those stand on.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "openmpi-bin")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "fonts-dejavu-core, libtrilinos-kokkos-dev, libtrilinos-kokkos-kernels-dev, \
libopenblas-dev, libopenmpi-dev, libhdf5-openmpi-dev, zlib1g-dev, libtomlplusplus-dev, libfmt-dev, nlohmann-json3-dev, \
libcairo2-dev")
include(CPack)
