#pragma once

#include <string>

#include "tarn/apps/cli/print.hpp"
#include "tarn/core/runtime.hpp"

namespace tarn::cli {

/// For the runtimes of the program's own: what they have to say goes to the standard error.
inline RuntimeOptions told_to_the_user() {
  RuntimeOptions options;
  options.log = [](const std::string& line) { tell("tarn: {}\n", line); };
  return options;
}

}  // namespace tarn::cli
