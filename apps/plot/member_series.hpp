#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/plot/source.hpp"

// Series of ensembles whose members ran as one batch: a file for all members, which docs/files.md describes.

namespace tarn::plot {

/// How many members a file has that is the series of a batch; nothing for any other file.
std::optional<std::uint64_t> members_in(const std::filesystem::path& file);

/// What such a file holds of one member.
/// @throws Io, Missing, Corrupt
Series series_of_member(const std::filesystem::path& file, std::uint64_t member);

/// The directory of the batch that a member of an ensemble ran in, and the member's number there.
struct BatchPlace {
  std::filesystem::path batch;
  std::uint64_t member = 0;
};

/// @param run  a run directory; nothing for one that is no member of a batch
std::optional<BatchPlace> batch_of(const std::filesystem::path& run);

/// A file with the series of all members, if a run is that of a batch and has come to its end.
std::optional<std::filesystem::path> series_file_of_batch(const io::RunView& run);

/// The series that a batch has of one member: none until the batch has come to its end.
std::vector<Series> series_in_batch(const BatchPlace& place);

}  // namespace tarn::plot
