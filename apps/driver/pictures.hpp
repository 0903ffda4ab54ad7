#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"
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
};

/// The pictures that a deck asks for.
std::vector<Picture> pictures_of(const io::Deck& deck, const Domain& domain);

/// The PNG of a field: a line in 1D, a colour map of a plane of cells otherwise. On rank 0.
/// @param plane  as gathered from all ranks
std::string draw_picture(const SimulationContext& context, const Picture& picture, const NamedField& field,
                         const Plane& plane, const Moment& now);

/// Cells that a picture shows along one axis at most.
inline constexpr int most_pixels = 1024;

}  // namespace tarn::apps
