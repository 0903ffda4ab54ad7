#include "tarn/io/store/ensemble_layout.hpp"

#include <system_error>

#include <fmt/format.h>

#include "tarn/io/files/shell_words.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

bool is_ensemble(const fs::path& directory) {
  std::error_code error;
  return fs::is_regular_file(fs::symlink_status(directory / ensemble_list, error));
}

std::string advice_on_ensemble(const fs::path& directory) {
  if (!is_ensemble(directory)) return {};
  return fmt::format("; it is an ensemble: its members are runs, such as {}, and `tarn ensemble {}` shows all of them",
                     (directory / "0000").string(), shell_word(directory.string()));
}

}  // namespace tarn::io
