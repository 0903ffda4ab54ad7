#include "tarn/apps/driver/disk_space.hpp"

#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "tarn/apps/driver/units.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::apps {

namespace {

namespace fs = std::filesystem;

/// Of what is free; a run that takes more may meet a full disk, for others write too.
constexpr double close_share = 0.9;

}  // namespace

DiskSpace disk_space(const std::string& root) {
  std::error_code error;
  fs::path there = fs::absolute(root, error).lexically_normal();
  while (!fs::exists(there, error) && there != there.root_path())
    there = there.parent_path();
  const auto space = fs::space(there, error);
  DiskSpace found{there.string(), {}};
  if (!error) found.free = static_cast<double>(space.available);
  return found;
}

std::string space_text(const DiskNeed& need, const std::string& root) {
  const DiskSpace there = disk_space(root);
  if (!there.free)
    return fmt::format("space   {}, and what is free at {} is not known\n", size_text(need.expected),
                       io::path_text(there.place));
  const double expected = need.expected + need.passing;
  const bool is_close = expected > close_share * *there.free;
  const bool is_close_by_passing = is_close && need.expected <= close_share * *there.free;
  const std::string also =
      is_close_by_passing ? fmt::format(" and {} while a file is written", size_text(need.passing)) : "";
  const std::string numbers = fmt::format("{}{}, and {} are free at {}", size_text(need.expected), also,
                                          size_text(*there.free), io::path_text(there.place));
  if (!is_close) return fmt::format("space   {}\n", numbers);
  if (expected <= *there.free)
    return fmt::format("space   CLOSE: {}; what else is written there may fill the disk\n", numbers);
  if (need.certain + need.passing <= *there.free)
    return fmt::format("space   PERHAPS NOT ENOUGH: {}; compression and walltime may help\n", numbers);
  return fmt::format("space   NOT ENOUGH: {}; the run will end when the disk is full (--root names another place)\n",
                     numbers);
}

}  // namespace tarn::apps
