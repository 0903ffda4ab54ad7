#include "tarn/io/store/ensemble_layout.hpp"

#include <optional>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/files/text.hpp"
#include "tarn/io/store/managed_root.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

namespace {

/// The number of the member whose run directory this is; nothing of anything else.
std::optional<std::size_t> number_of_member(const fs::directory_entry& entry) {
  constexpr std::size_t longest = 9;  // as a number
  std::error_code error;
  const std::string name = entry.path().filename().string();
  if (name.size() > longest || !is_digits(name) || !fs::is_directory(entry.symlink_status(error))) return {};
  const std::size_t number = std::stoul(name);
  return ensemble_member_name(number) == name ? std::optional(number) : std::nullopt;
}

/// The first member that is there; nothing if there is none.
std::optional<std::size_t> first_member(const fs::path& directory) {
  std::optional<std::size_t> first;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
    const auto number = number_of_member(*entry);
    if (number && (!first || *number < *first)) first = number;
  }
  return first;
}

}  // namespace

std::string ensemble_member_name(std::size_t number) {
  return fmt::format("{:04}", number);
}

bool is_name_in_ensemble(const std::string& name) {
  constexpr std::string_view batch = "batch-";
  return is_digits(name.starts_with(batch) ? std::string_view(name).substr(batch.size()) : std::string_view(name));
}

bool is_ensemble(const fs::path& directory) {
  std::error_code error;
  return fs::is_regular_file(fs::symlink_status(directory / ensemble_list, error));
}

std::string advice_on_ensemble(const fs::path& directory) {
  if (!is_ensemble(directory)) return {};
  const auto first = first_member(directory);
  const std::string such_as =
      first ? ", such as " + shell_word((directory / ensemble_member_name(*first)).string()) : "";
  return fmt::format("; it is an ensemble: its members are runs{}, and `tarn ensemble {}` shows all of them", such_as,
                     shell_word(directory.string()));
}

void require_no_ensemble(const fs::path& directory) {
  if (!is_ensemble(directory)) return;
  const fs::path above = fs::absolute(directory / "").lexically_normal().parent_path().parent_path();
  throw UsageError(
      fmt::format("{}: takes no other run{}; for a new run name another directory by --root, such as {}; to go on with "
                  "the ensemble, add --restart to the command that began it",
                  path_text(directory), advice_on_ensemble(directory),
                  shell_word((root_flaw(above).empty() ? above : above / "runs").string())));
}

}  // namespace tarn::io
