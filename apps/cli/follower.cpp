#include "tarn/apps/cli/follower.hpp"

#include "tarn/apps/cli/print.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::cli {

Follower::Follower(Shown shown) : shown_(shown), line_(shown == Shown::all ? stdout : nullptr) {}

void Follower::began(const std::string& directory) noexcept {
  if (shown_ != Shown::json) print("run directory: {}\n", io::path_text(directory));
  flush_output();
  try {
    directory_ = directory;
  } catch (...) {  // there is no memory for it
  }
}

void Follower::report(const std::string& text) noexcept {
  if (shown_ == Shown::all) write_text(stdout, text);
  flush_output();
}

void Follower::warn(const std::string& text) noexcept {
  tell("tarn: {}\n", text);
  try {
    last_warning_ = text;
  } catch (...) {  // there is no memory for it
  }
}

void Follower::ended(const std::string& run_json) noexcept {
  if (shown_ == Shown::json) write_text(stdout, run_json);
}

void Follower::progress(const apps::Progress& progress, double walltime) noexcept {
  try {
    line_.show(progress, walltime);
  } catch (...) {  // there is no memory for it
  }
}

}  // namespace tarn::cli
