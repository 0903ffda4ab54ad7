# Run by every build: cmake -D SOURCE=<source folder> -D OUTPUT=<file> -P TarnGitState.cmake writes the functions that tell
# the commit of the sources. The file is touched only if it changes, so nothing is compiled for nothing. Without git, or
# outside a checkout (an unpacked archive, a folder within another project's checkout), nothing is known.
set(commit "")
set(state "unknown")
find_program(git git)
if(git AND EXISTS "${SOURCE}/.git")
  execute_process(COMMAND "${git}" -C "${SOURCE}" rev-parse --verify -q HEAD
    OUTPUT_VARIABLE head OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
  execute_process(COMMAND "${git}" -C "${SOURCE}" status --porcelain --untracked-files=no
    OUTPUT_VARIABLE changes ERROR_QUIET RESULT_VARIABLE status_failed)
  if(NOT failed AND NOT status_failed)
    set(commit "${head}")
    set(state "clean")
    if(NOT changes STREQUAL "")
      set(state "modified")
    endif()
  endif()
endif()
file(CONFIGURE OUTPUT "${OUTPUT}" CONTENT [[#include "tarn/core/version.hpp"

namespace tarn {

std::string git_commit() { return "@commit@"; }

std::string git_state() { return "@state@"; }

}  // namespace tarn
]] @ONLY)
