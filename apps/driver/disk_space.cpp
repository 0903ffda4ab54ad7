#include "tarn/apps/driver/disk_space.hpp"

#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "tarn/apps/driver/units.hpp"

namespace tarn::apps {

namespace fs = std::filesystem;

std::string space_text(double need, const std::string& root) {
  std::error_code error;
  fs::path there = fs::absolute(root, error).lexically_normal();
  while (!fs::exists(there, error) && there != there.root_path())
    there = there.parent_path();
  const auto space = fs::space(there, error);
  if (error) return fmt::format("space   {}, and what is free at {} is not known\n", size_text(need), there.string());
  const auto free = static_cast<double>(space.available);
  const std::string numbers =
      fmt::format("{}, and {} are free at {}", size_text(need), size_text(free), there.string());
  if (need <= free) return fmt::format("space   {}\n", numbers);
  return fmt::format("space   NOT ENOUGH: {}; the run will end when the disk is full (--root names another place)\n",
                     numbers);
}

}  // namespace tarn::apps
