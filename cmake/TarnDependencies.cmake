# Finds what tarn stands on, but for what the project around it has already. Every dependency is a system include to tarn's
# own targets.

# Kokkos' package files write CMAKE_CXX_EXTENSIONS into the cache unless it is defined already.
if(NOT DEFINED CMAKE_CXX_EXTENSIONS)
  set(CMAKE_CXX_EXTENSIONS OFF)
endif()

if(NOT TARGET MPI::MPI_C)
  find_package(MPI REQUIRED COMPONENTS C)
endif()

# Debian's Kokkos announces a version file that refuses every newer request, so the version is checked here.
if(NOT TARGET Kokkos::kokkos)
  find_package(Kokkos QUIET CONFIG REQUIRED)
endif()
if(NOT TARGET Kokkos::kokkoskernels)
  find_package(KokkosKernels QUIET CONFIG REQUIRED)
endif()
include(TarnKokkosRepair)
tarn_repair_kokkos()
tarn_repair_kokkos_kernels()
tarn_read_kokkos_version()
tarn_check_kokkos_kernels()
message(STATUS "Kokkos ${TARN_KOKKOS_VERSION}, devices: ${Kokkos_DEVICES}")

option(TARN_UNTESTED_DEVICES "Build with a Kokkos for HIP or SYCL, on which tarn was never run" OFF)
set(TARN_OTHER_GPU OFF)
foreach(device IN LISTS Kokkos_DEVICES)
  if(device MATCHES "^(OPENMPTARGET|OPENACC)$")
    message(FATAL_ERROR "tarn runs on hosts and on CUDA; the Kokkos found (${Kokkos_DIR}) is built for ${device}")
  elseif(device MATCHES "^(HIP|SYCL)$")
    set(TARN_OTHER_GPU ON)
    if(NOT TARN_UNTESTED_DEVICES)
      message(FATAL_ERROR "tarn was run on hosts and on CUDA; the Kokkos found (${Kokkos_DIR}) is built for ${device}. "
        "-DTARN_UNTESTED_DEVICES=ON builds with it all the same; docs/building.md says what is missing there")
    endif()
    message(WARNING "tarn was never run on ${device}: check every result")
  endif()
endforeach()

option(TARN_REQUIRE_CUDA "Stop if the Kokkos that was found has no CUDA device" OFF)
set(TARN_CUDA OFF)
if(Kokkos_ENABLE_CUDA)
  set(TARN_CUDA ON)
  if(TARN_KOKKOS_VERSION VERSION_LESS 4.6)
    message(FATAL_ERROR "a CUDA build of tarn needs Kokkos 4.6 or newer; found ${TARN_KOKKOS_VERSION}")
  endif()
  if(Kokkos_COMPILE_LANGUAGE STREQUAL "CUDA")
    enable_language(CUDA)
  endif()
elseif(TARN_REQUIRE_CUDA)
  message(FATAL_ERROR
    "this preset needs a Kokkos built for CUDA, but the Kokkos found (${Kokkos_DIR}) has the devices "
    "'${Kokkos_DEVICES}'. Set Kokkos_ROOT and KokkosKernels_ROOT.")
endif()

set(TARN_GPU OFF)  # of any maker
if(TARN_CUDA OR TARN_OTHER_GPU)
  set(TARN_GPU ON)
endif()

if(TARN_CUDA)
  find_package(CUDAToolkit REQUIRED)
else()
  find_package(LAPACK REQUIRED)
endif()
include(TarnImported)
tarn_find_hdf5()
if(NOT HDF5_FOUND OR NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR "tarn needs a parallel HDF5 (Debian: libhdf5-openmpi-dev); found a serial one in ${HDF5_INCLUDE_DIRS}")
endif()
tarn_import_blas()
tarn_import_hdf5()
if(TARN_CUDA)
  tarn_import_nccl()
endif()

find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(nlohmann_json REQUIRED)
if(TARN_BUILD_APPS)
  find_package(CLI11 REQUIRED)
endif()

# Pictures are optional: without Cairo the program builds, and a deck that asks for pictures is refused.
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
  pkg_check_modules(cairo QUIET IMPORTED_TARGET cairo)
endif()
set(TARN_CAIRO ${cairo_FOUND})
if(NOT TARN_CAIRO)
  message(STATUS "Cairo not found: this build draws no pictures (Debian: libcairo2-dev)")
endif()

if(TARN_BUILD_TESTS)
  find_package(GTest REQUIRED)
endif()
