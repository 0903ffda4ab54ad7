#pragma once

#include <cstdint>
#include <filesystem>

#include "tarn/io/store/run_directory.hpp"

namespace tarn::io {

/// Room on the disk that a run keeps from its start for what it writes last: a file in tmp/ that takes the room until
/// it is released. What a killed run leaves of it goes with the rest of tmp/. On one rank.
class KeptRoom {
 public:
  /// On a file system that reserves nothing, nothing is kept.
  /// @throws NoSpace, Io; then nothing is left in tmp/
  KeptRoom(const RunDirectory& run, std::uint64_t bytes);
  ~KeptRoom();  ///< releases it
  KeptRoom(const KeptRoom&) = delete;
  KeptRoom& operator=(const KeptRoom&) = delete;

 private:
  std::filesystem::path file_;
};

}  // namespace tarn::io
