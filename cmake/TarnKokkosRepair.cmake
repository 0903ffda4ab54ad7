# Steps around two faults of Debian's Kokkos packages (3.4, from Trilinos); changes nothing where they are sound.

# Kokkos::kokkos names an include folder one level above the true one, which Kokkos_INCLUDE_DIRS has.
function(tarn_repair_kokkos)
  get_target_property(named Kokkos::kokkos INTERFACE_INCLUDE_DIRECTORIES)
  foreach(folder IN LISTS named)
    if(EXISTS "${folder}/Kokkos_Core.hpp" OR folder MATCHES "\\$<")
      return()
    endif()
  endforeach()
  get_target_property(linked Kokkos::kokkos INTERFACE_LINK_LIBRARIES)
  if(linked MATCHES "Kokkos::")  # newer packages: the folder is on the targets behind
    return()
  endif()
  find_path(TARN_KOKKOS_INCLUDE Kokkos_Core.hpp HINTS ${Kokkos_INCLUDE_DIRS} NO_DEFAULT_PATH REQUIRED)
  mark_as_advanced(TARN_KOKKOS_INCLUDE)
  set_target_properties(Kokkos::kokkos PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${TARN_KOKKOS_INCLUDE}")
endfunction()

# KokkosKernelsConfig.cmake defines KokkosKernels_LIBRARIES and no Kokkos::kokkoskernels; newer ones (Trilinos 16) have
# targets in them, which know their folders.
function(tarn_repair_kokkos_kernels)
  if(TARGET Kokkos::kokkoskernels)
    return()
  endif()
  if(TARGET KokkosKernels::all_libs)
    add_library(Kokkos::kokkoskernels INTERFACE IMPORTED GLOBAL)
    set_target_properties(Kokkos::kokkoskernels PROPERTIES INTERFACE_LINK_LIBRARIES "KokkosKernels::all_libs;Kokkos::kokkos")
    return()
  endif()
  find_path(TARN_KOKKOS_KERNELS_INCLUDE KokkosBlas.hpp HINTS ${KokkosKernels_INCLUDE_DIRS} NO_DEFAULT_PATH REQUIRED)
  mark_as_advanced(TARN_KOKKOS_KERNELS_INCLUDE)
  add_library(Kokkos::kokkoskernels INTERFACE IMPORTED GLOBAL)
  set_target_properties(Kokkos::kokkoskernels PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${TARN_KOKKOS_KERNELS_INCLUDE}"
    INTERFACE_LINK_LIBRARIES "${KokkosKernels_LIBRARIES};Kokkos::kokkos")
endfunction()

# Sets TARN_KOKKOS_VERSION in the caller, and stops below 3.4. Debian's package version is Trilinos', not Kokkos'.
function(tarn_read_kokkos_version)
  get_target_property(folders Kokkos::kokkos INTERFACE_INCLUDE_DIRECTORIES)
  unset(TARN_KOKKOS_CONFIG CACHE)  # another Kokkos may be asked for
  find_file(TARN_KOKKOS_CONFIG KokkosCore_config.h HINTS ${folders} "${Kokkos_DIR}/../../../include" NO_DEFAULT_PATH)
  mark_as_advanced(TARN_KOKKOS_CONFIG)
  set(version "${Kokkos_VERSION}")
  if(TARN_KOKKOS_CONFIG)
    file(STRINGS "${TARN_KOKKOS_CONFIG}" line REGEX "#define KOKKOS_VERSION [0-9]+")
    if(line MATCHES "KOKKOS_VERSION ([0-9]+)")
      math(EXPR major "${CMAKE_MATCH_1} / 10000")
      math(EXPR minor "${CMAKE_MATCH_1} / 100 % 100")
      math(EXPR patch "${CMAKE_MATCH_1} % 100")
      set(version "${major}.${minor}.${patch}")
    endif()
  endif()
  if(version VERSION_LESS 3.4)
    message(FATAL_ERROR "tarn needs Kokkos 3.4 or newer; found ${version} in ${Kokkos_DIR}")
  endif()
  set(TARN_KOKKOS_VERSION "${version}" PARENT_SCOPE)
endfunction()

# Stops where the Kokkos Kernels that were found were installed with another Kokkos, as Debian's beside a Kokkos of one's own:
# their headers do not compile together, which would be told far from here and at length.
function(tarn_check_kokkos_kernels)
  if(NOT TARN_KOKKOS_CONFIG)
    return()
  endif()
  get_filename_component(own "${TARN_KOKKOS_CONFIG}" DIRECTORY)
  file(REAL_PATH "${own}" own)
  foreach(target Kokkos::kokkoskernels KokkosKernels::all_libs KokkosKernels::kokkoskernels)
    if(TARGET ${target})
      get_target_property(folders ${target} INTERFACE_INCLUDE_DIRECTORIES)
      foreach(folder IN LISTS folders)
        if(EXISTS "${folder}/Kokkos_Core.hpp")
          file(REAL_PATH "${folder}" other)
          if(NOT other STREQUAL own)
            set(found "${KokkosKernels_DIR}")
            unset(KokkosKernels_DIR CACHE)  # so that it is looked for again
            message(FATAL_ERROR "the Kokkos Kernels found (${found}) were installed with another Kokkos (${other}) "
              "than the one found (${own}): set KokkosKernels_ROOT to Kokkos Kernels that were built with it")
          endif()
        endif()
      endforeach()
    endif()
  endforeach()
endfunction()
