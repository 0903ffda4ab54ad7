# tarn_embed_ptx_functions(target): the portable functions in PTX, as a text of a library; see ops/formula/ptx_functions.hpp.
# Without an nvcc that works the text is empty, and formulas with functions are interpreted on a GPU. Run as a script it
# writes the source from the PTX.

if(CMAKE_SCRIPT_MODE_FILE)
  file(READ "${TARN_PTX}" text)
  file(WRITE "${TARN_SOURCE}" "#include \"tarn/ops/formula/ptx_functions_text.hpp\"\n\nnamespace tarn::ops::detail {\n\n"
    "std::string_view ptx_functions_text() {\n  return R\"ptx(${text})ptx\";\n}\n\n}  // namespace tarn::ops::detail\n")
  return()
endif()

# Whether nvcc gets along with the host's compiler.
function(tarn_find_nvcc)
  find_program(TARN_NVCC nvcc HINTS "${CUDAToolkit_BIN_DIR}" /usr/local/cuda/bin)
  if(NOT TARN_NVCC OR DEFINED TARN_NVCC_WORKS)
    return()
  endif()
  file(WRITE "${PROJECT_BINARY_DIR}/ptx_functions/trial.cu" "extern \"C\" __device__ int trial() { return 0; }\n")
  execute_process(COMMAND "${TARN_NVCC}" --ptx -arch=compute_75 trial.cu WORKING_DIRECTORY
    "${PROJECT_BINARY_DIR}/ptx_functions" RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
  if(result EQUAL 0)
    set(TARN_NVCC_WORKS ON CACHE INTERNAL "")
  else()
    set(TARN_NVCC_WORKS OFF CACHE INTERNAL "")
  endif()
endfunction()

function(tarn_embed_ptx_functions target)
  set(folder "${PROJECT_BINARY_DIR}/ptx_functions")
  set(source "${folder}/ptx_functions_text.cpp")
  tarn_find_nvcc()
  if(TARN_NVCC AND TARN_NVCC_WORKS)
    # The functions want nothing of Kokkos but how a function of kernels is marked.
    file(CONFIGURE OUTPUT "${folder}/include/Kokkos_Core.hpp" @ONLY CONTENT
      "#pragma once\n#define KOKKOS_INLINE_FUNCTION __device__ __forceinline__\n")
    file(GLOB headers CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/ops/portable/*.hpp")
    set(functions "${PROJECT_SOURCE_DIR}/ops/formula/ptx_functions.cu")
    add_custom_command(OUTPUT "${source}"
      COMMAND "${TARN_NVCC}" --ptx -rdc=true -arch=compute_75 -std=c++17 --fmad=false "-I${folder}/include"
        "-I${TARN_INCLUDE_LINKS}" -o "${folder}/ptx_functions.ptx" "${functions}"
      COMMAND "${CMAKE_COMMAND}" "-DTARN_PTX=${folder}/ptx_functions.ptx" "-DTARN_SOURCE=${source}"
        -P "${PROJECT_SOURCE_DIR}/cmake/TarnPtxFunctions.cmake"
      DEPENDS "${functions}" ${headers} "${PROJECT_SOURCE_DIR}/cmake/TarnPtxFunctions.cmake"
      COMMENT "Translating the portable functions to PTX" VERBATIM)
  else()
    file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT
      "#include \"tarn/ops/formula/ptx_functions_text.hpp\"\n\nnamespace tarn::ops::detail {\n\nstd::string_view ptx_functions_text() {\n  return {};\n}\n\n}  // namespace tarn::ops::detail\n")
  endif()
  target_sources(${target} PRIVATE "${source}")
  set_source_files_properties("${source}" TARGET_DIRECTORY ${target} PROPERTIES
    SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()
