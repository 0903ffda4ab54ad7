#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/io/image/picture.hpp"

// The range of values that all pictures of an [[image]] have. A run that goes on does not know what will come, so the
// first picture sets the range, and values that leave it move its end for good. Checkpoints hold the range, so that a
// restarted run draws what the uninterrupted one would.

namespace tarn::apps {

/// The range of a series of pictures.
struct PictureRange {
  static constexpr std::int64_t from_the_start = -1;  ///< for `since`

  double lower = 0, upper = 1;          ///< lower < upper
  std::int64_t since = from_the_start;  ///< the step of the picture that has it first, if that is not of step 0
};

/// The range of a series after a picture of values.
/// @param kept    of the pictures before; nothing: there has been none with two different values
/// @param values  of this picture; nothing: none is finite
/// @returns `kept` where it holds the values; else an end that they leave goes a tenth of the new range beyond them
std::optional<PictureRange> range_with(const std::optional<PictureRange>& kept,
                                       const std::optional<io::ValueRange>& values, std::int64_t step);

/// The ranges as numbers of a checkpoint, see Simulation::tallies().
/// @param key  of the picture, without blanks
void add_tallies(const std::string& key, const PictureRange& range, std::vector<HistoryValue>& tallies);

/// Back again; nothing where there is no such key.
std::optional<PictureRange> range_from(const std::string& key, const std::vector<HistoryValue>& tallies);

/// Takes the numbers of pictures out of those of a checkpoint.
std::vector<HistoryValue> take_picture_tallies(std::vector<HistoryValue>& tallies);

}  // namespace tarn::apps
