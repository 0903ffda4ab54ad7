# tarn_test_program(ops DEPENDS tarn::ops): one program from tests/ops, in two halves. `*_test.cpp` needs one
# rank; `*_mpi_test.cpp` runs on 1, 2, 3 and 4 ranks.
file(CREATE_LINK "${PROJECT_SOURCE_DIR}/tests" "${TARN_INCLUDE_LINKS}/tarn/tests" SYMBOLIC)

# A test environment in which Open MPI starts as root and with more ranks than cores: version 4 reads OMPI_MCA_*, and 5
# hands mapping and binding to PRRTE, which reads PRTE_MCA_*, with other names in 6, which complains of the old ones. Ranks of
# one machine need no TCP; 5 complains of some networks.
execute_process(COMMAND ${MPIEXEC_EXECUTABLE} --version OUTPUT_VARIABLE launcher ERROR_QUIET)
if(launcher MATCHES "Open MPI\\) ([6-9]|[1-9][0-9])")
  set(policies PRTE_MCA_mapby=:oversubscribe PRTE_MCA_bindto=none)
else()
  set(policies PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe PRTE_MCA_hwloc_default_binding_policy=none)
endif()
set(TARN_MPI_TEST_ENVIRONMENT
  OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_btl=^tcp
  OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_hwloc_base_binding_policy=none
  ${policies})

# Open MPI, and fontconfig behind the pictures, keep memory until the process ends; what is looked for is misuse. An array
# that is too large for the memory is an exception, as it is without a sanitizer: tests ask for such ones.
if(TARN_SANITIZE)
  list(APPEND TARN_MPI_TEST_ENVIRONMENT ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1)
endif()

function(tarn_test_executable target folder depends)
  add_executable(${target} ${ARGN})
  target_link_libraries(${target} PRIVATE tarn_test_support ${depends})
  target_compile_definitions(${target} PRIVATE
    TARN_SOURCE_DIR="${PROJECT_SOURCE_DIR}" TARN_BINARY_DIR="${PROJECT_BINARY_DIR}" TARN_PYTHON="${TARN_PYTHON}")
  tarn_own_target(${target})
  if(NOT TARN_GPU)
    get_property(with_headers GLOBAL PROPERTY TARN_TEST_HEADERS)
    if(with_headers)
      target_precompile_headers(${target} REUSE_FROM ${with_headers})
    else()
      target_precompile_headers(${target} PRIVATE <Kokkos_Core.hpp> <gtest/gtest.h> <gmock/gmock.h>
        <algorithm> <cmath> <string> <vector> <fmt/format.h>)
      set_property(GLOBAL PROPERTY TARN_TEST_HEADERS ${target})
    endif()
  endif()
endfunction()

function(tarn_test_program folder)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPENDS")
  file(GLOB_RECURSE serial CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*_test.cpp")
  set(parallel ${serial})
  list(FILTER serial EXCLUDE REGEX "_mpi_test\\.cpp$")
  list(FILTER parallel INCLUDE REGEX "_mpi_test\\.cpp$")
  if(serial)
    tarn_test_executable(tarn_${folder}_tests ${folder} "${arg_DEPENDS}" ${serial})
    add_test(NAME ${folder} COMMAND tarn_${folder}_tests)
    set_tests_properties(${folder} PROPERTIES ENVIRONMENT "${TARN_MPI_TEST_ENVIRONMENT}" LABELS one_rank)
  endif()
  if(parallel)
    tarn_test_executable(tarn_${folder}_mpi_tests ${folder} "${arg_DEPENDS}" ${parallel})
    foreach(ranks 1 2 3 4)
      add_test(NAME ${folder}_on_${ranks}_ranks COMMAND
        ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks} $<TARGET_FILE:tarn_${folder}_mpi_tests>)
      set_tests_properties(${folder}_on_${ranks}_ranks PROPERTIES
        ENVIRONMENT "${TARN_MPI_TEST_ENVIRONMENT}" PROCESSORS ${ranks})
      if(ranks EQUAL 1)
        set_tests_properties(${folder}_on_1_ranks PROPERTIES LABELS one_rank)
      endif()
    endforeach()
  endif()
endfunction()
