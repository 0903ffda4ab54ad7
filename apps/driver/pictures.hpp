#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/picture_range.hpp"
#include "tarn/apps/driver/plane.hpp"
#include "tarn/apps/driver/schedule.hpp"

namespace tarn::apps {

/// One [[image]] of a deck.
struct Picture {
  std::string file;  ///< first part of the names
  std::string field;
  PlaneChoice plane;
  std::optional<double> minimum, maximum;
  std::string color_map;
  Trigger trigger;
  bool keeps_range = true;                 ///< ends that the deck does not give are the series', not each picture's
  std::optional<PictureRange> range = {};  ///< of the series so far

  /// Names the picture in a checkpoint.
  std::string key() const;
};

/// The pictures that a deck asks for.
std::vector<Picture> pictures_of(const io::Deck& deck, const Domain& domain);

/// Adds the ranges of all to what a checkpoint holds.
void add_range_tallies(const std::vector<Picture>& pictures, std::vector<HistoryValue>& tallies);

/// A sentence for each whose range has changed on the way.
std::vector<std::string> range_remarks(const std::vector<Picture>& pictures);

/// The PNG of a field: a line in 1D, a colour map of a plane of cells otherwise. On rank 0.
/// @param picture  with the range that it shall have, if not its own
/// @param plane    as gathered from all ranks
std::string draw_picture(const SimulationContext& context, const Picture& picture, const NamedField& field,
                         const Plane& plane, const Moment& now);

/// Cells that a picture shows along one axis at most.
inline constexpr int most_pixels = 1024;

}  // namespace tarn::apps
