#pragma once

#include <optional>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/io/image/picture.hpp"

namespace tarn::apps {

/// Cells of a plane of a field, thinned to what a picture can show.
struct Plane {
  int nx = 0, ny = 1;          ///< horizontal and vertical
  std::vector<double> values;  ///< row-major, lowest row first; on rank 0 alone
  std::vector<int> columns;    ///< the cell of the domain along the horizontal axis that each column shows
};

/// Which plane: all of a 1D or 2D grid, or the cells of a 3D one at a place along an axis.
struct PlaneChoice {
  int horizontal = 0, vertical = 1, normal = 2;
  int cell = 0;  ///< along `normal`
};

/// The plane of a 3D grid at a coordinate along an axis; `normal` and `at` do not matter below 3D.
PlaneChoice choose_plane(const Domain& domain, int normal, double at);

/// Gathers a plane on rank 0, at most `most` cells each way, evenly thinned. Collective.
Plane gather_plane(const Space& space, const Communicator& ranks, const Grid& grid, const NamedField& field,
                   const PlaneChoice& choice, int most);

/// Of the finite values, which rank 0 has; nothing where none is. Collective.
std::optional<io::ValueRange> value_range_of(const Communicator& ranks, const Plane& plane);

}  // namespace tarn::apps
