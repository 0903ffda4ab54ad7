# One folder is one library target is one namespace. What every target of tarn shares stands here.

# The spelling `#include "tarn/ops/reduce/sum.hpp"` works in the tree through links in the build folder.
set(TARN_INCLUDE_LINKS "${PROJECT_BINARY_DIR}/include")
file(MAKE_DIRECTORY "${TARN_INCLUDE_LINKS}/tarn")
foreach(folder core ops io apps c)
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${folder}" "${TARN_INCLUDE_LINKS}/tarn/${folder}" SYMBOLIC)
endforeach()

# The programs of the build find the decks where they find them when installed: beside themselves.
file(CREATE_LINK "${PROJECT_SOURCE_DIR}/input_decks" "${PROJECT_BINARY_DIR}/input_decks" SYMBOLIC)

# Contraction to fused multiply-add is off so that host and device compute the same bits. Nobody reads errno after a
# square root, and without it loops of them are vectorised.
add_library(tarn_compile_options INTERFACE)
set(tarn_warnings -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align)
target_compile_options(tarn_compile_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:${tarn_warnings};-ffp-contract=off;-fno-math-errno>
  $<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-Wall,-Wextra,-ffp-contract=off,-fno-math-errno;--fmad=false>)
# Said outright: the language features asked for below reach sources whose language is CXX, not those turned to CUDA.
target_compile_options(tarn_compile_options INTERFACE $<$<COMPILE_LANGUAGE:CUDA>:-std=c++20>)
if(TARN_CUDA AND NOT Kokkos_COMPILE_LANGUAGE STREQUAL "CUDA")
  target_compile_options(tarn_compile_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:--fmad=false>)
endif()
# Messages name sources as the repository does, so what is installed tells nobody where it was built. The later map wins.
foreach(folder "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}")
  target_compile_options(tarn_compile_options INTERFACE
    "$<$<COMPILE_LANGUAGE:CXX>:-fmacro-prefix-map=${folder}/=>"
    "$<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-fmacro-prefix-map=${folder}/=>")
endforeach()
# The same for code outside that links tarn's libraries and wants the same bits everywhere: tarn::same_bits.
add_library(tarn_same_bits INTERFACE)
add_library(tarn::same_bits ALIAS tarn_same_bits)
set_target_properties(tarn_same_bits PROPERTIES EXPORT_NAME same_bits)
if(TARN_CUDA AND NOT Kokkos_COMPILE_LANGUAGE STREQUAL "CUDA")
  target_compile_options(tarn_same_bits INTERFACE $<$<COMPILE_LANGUAGE:CXX>:--fmad=false>)
endif()
target_compile_options(tarn_same_bits INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off;-fno-math-errno>
  $<$<COMPILE_LANGUAGE:CUDA>:-Xcompiler=-ffp-contract=off,-fno-math-errno;--fmad=false>)

# The processor's widest vectors; no result depends on it, since nothing is contracted or reordered.
set(TARN_NATIVE_OPTIONS "")
if(TARN_NATIVE)
  set(TARN_NATIVE_OPTIONS -march=native)
  target_compile_options(tarn_compile_options INTERFACE
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CONFIG:Release>>:-march=native>)
  # Compilers keep to 256 bits, for processors whose clock once fell with 512; half the instructions see further ahead.
  include(CheckCXXCompilerFlag)
  check_cxx_compiler_flag(-mprefer-vector-width=512 TARN_HAVE_VECTOR_WIDTH)
  if(TARN_HAVE_VECTOR_WIDTH)
    list(APPEND TARN_NATIVE_OPTIONS -mprefer-vector-width=512)
    target_compile_options(tarn_compile_options INTERFACE
      $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CONFIG:Release>>:-mprefer-vector-width=512>)
  endif()
endif()
if(NOT TARN_NATIVE AND TARN_BASELINE)
  set(TARN_NATIVE_OPTIONS -march=${TARN_BASELINE})
  target_compile_options(tarn_compile_options INTERFACE
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CONFIG:Release>>:-march=${TARN_BASELINE}>)
endif()
if(TARN_WARNINGS_AS_ERRORS)
  target_compile_options(tarn_compile_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Werror>
    $<$<COMPILE_LANGUAGE:CUDA>:-Werror=all-warnings;-Xcompiler=-Werror>)
endif()
if(TARN_SANITIZE)
  target_compile_options(tarn_compile_options INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(tarn_compile_options INTERFACE -fsanitize=address,undefined)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)
  target_compile_options(tarn_compile_options INTERFACE
    "SHELL:-include ${CMAKE_CURRENT_LIST_DIR}/source_location_before_clang_15.hpp")
endif()
# libFuzzer sees which inputs reach new code, and every fault ends the process. Instrumented loops do not vectorise.
if(TARN_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "TARN_FUZZ needs clang with libFuzzer (Debian: clang, libclang-rt-14-dev); this is ${CMAKE_CXX_COMPILER_ID}")
  endif()
  target_compile_options(tarn_compile_options INTERFACE -fsanitize=fuzzer-no-link,address,undefined,float-cast-overflow
    -fno-sanitize-recover=all -fno-omit-frame-pointer -Wno-pass-failed)
  target_link_options(tarn_compile_options INTERFACE -fsanitize=address,undefined)
endif()

# Debian's fmt 9 is no C++20 to nvcc 13 unless its compile-time format checks are left out.
if(TARN_CUDA)
  target_compile_definitions(tarn_compile_options INTERFACE
    $<$<COMPILE_LANGUAGE:CUDA>:FMT_CONSTEVAL=;FMT_USE_CONSTEXPR=1>)
endif()

# Applies tarn's language level and warnings to a target, and in a CUDA build the CUDA compiler to its sources.
# HOST_ONLY: its sources know nothing of Kokkos, so the host's compiler will do.
function(tarn_own_target target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "HOST_ONLY" "" "")
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF
    POSITION_INDEPENDENT_CODE ON)
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:tarn_compile_options>)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "SHARED_LIBRARY")  # found beside each other, wherever the tree is moved
    set_target_properties(${target} PROPERTIES DEFINE_SYMBOL "" INSTALL_RPATH "$ORIGIN" INSTALL_RPATH_USE_LINK_PATH ON
      VERSION "${PROJECT_VERSION}" SOVERSION "${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}")
  endif()
  if(TARN_CUDA AND Kokkos_COMPILE_LANGUAGE STREQUAL "CUDA" AND NOT arg_HOST_ONLY)
    get_target_property(sources ${target} SOURCES)
    set_source_files_properties(${sources} PROPERTIES LANGUAGE CUDA)
  endif()
endfunction()

# Most sources take longer to read headers and to make their templates than for code of their own: compiled several at
# once, a whole build takes half the time. Kernels compile alone, side by side.
option(TARN_UNITY "Compile several sources at once; OFF for tools that look at each source" ON)
# ALONE: sources that are compiled alone. FOLDERS: those of each folder together, whose names may clash with others'.
function(tarn_compile_together target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "FOLDERS" "" "ALONE")
  if(TARN_UNITY AND NOT TARN_GPU)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 16)
    get_target_property(sources ${target} SOURCES)
    foreach(pattern IN LISTS arg_ALONE)
      set(alone ${sources})
      list(FILTER alone INCLUDE REGEX "${pattern}")
      set_source_files_properties(${alone} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endforeach()
    if(arg_FOLDERS)
      set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
      foreach(source IN LISTS sources)
        get_filename_component(folder "${source}" DIRECTORY)
        get_filename_component(folder "${folder}" NAME)
        set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${folder})
      endforeach()
    endif()
  endif()
endfunction()

# Text, checks and the logic of files are as fast as any user can see, and compiled in half the time. Options of the
# user's own win.
function(tarn_optimise_little target)
  if(CMAKE_CXX_FLAGS_RELEASE STREQUAL "-O3 -DNDEBUG" AND NOT " ${CMAKE_CXX_FLAGS}" MATCHES " -O")
    target_compile_options(${target} PRIVATE $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CONFIG:Release>>:-O1>)
  endif()
endfunction()

# tarn_precompile_headers(core <header>...): the headers that most sources of a target include, read once. A target with
# the same compiler options takes those of another: tarn_precompile_headers(ops REUSE_FROM core).
function(tarn_precompile_headers target)
  if(NOT TARN_GPU)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "REUSE_FROM" "")
    if(arg_REUSE_FROM)
      target_precompile_headers(${target} REUSE_FROM ${arg_REUSE_FROM})
    else()
      target_precompile_headers(${target} PRIVATE <Kokkos_Core.hpp> <algorithm> <array> <cmath> <cstdint> <filesystem>
        <functional> <map> <memory> <optional> <string> <variant> <vector> <fmt/format.h> ${arg_UNPARSED_ARGUMENTS})
    endif()
  endif()
endfunction()

# tarn_library(core DEPENDS ...): the static library of one folder, from every .cpp below it but those in EXCEPT. PART: it
# is not all that its name tarn::... stands for.
function(tarn_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "HOST_ONLY;PART" "" "EXCEPT;DEPENDS;PRIVATE_DEPENDS")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(arg_EXCEPT)
    list(REMOVE_ITEM sources ${arg_EXCEPT})
  endif()
  add_library(tarn_${name} ${sources})
  if(NOT arg_PART)
    add_library(tarn::${name} ALIAS tarn_${name})
  endif()
  target_include_directories(tarn_${name} PUBLIC $<BUILD_INTERFACE:${TARN_INCLUDE_LINKS}>
    $<INSTALL_INTERFACE:${TARN_INSTALL_INCLUDEDIR}>)
  target_link_libraries(tarn_${name} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_PRIVATE_DEPENDS})
  if(arg_HOST_ONLY)
    tarn_own_target(tarn_${name} HOST_ONLY)
  else()
    tarn_own_target(tarn_${name})
  endif()
  tarn_compile_together(tarn_${name} ALONE "/(diffusion|linalg|grid)/")
endfunction()
