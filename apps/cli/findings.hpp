#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tarn/io/files/shell_words.hpp"

namespace tarn::cli {

/// What `tarn data verify` looked at and what it found.
struct Findings {
  std::int64_t files = 0;             ///< that were read back
  std::uint64_t bytes = 0;            ///< of them
  std::vector<std::string> problems;  ///< what is damaged or gone, a line each
  std::vector<std::string> notes;     ///< what nothing vouches for, a line each

  void problem(const std::filesystem::path& path, const std::string& what) {
    problems.push_back(io::path_text(path) + ": " + what);
  }
  void note(const std::filesystem::path& path, const std::string& what) {
    notes.push_back(io::path_text(path) + ": " + what);
  }
};

}  // namespace tarn::cli
