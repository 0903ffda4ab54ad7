#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/plot/block.hpp"
#include "tarn/apps/plot/request.hpp"

namespace tarn::plot {

/// The exact solutions of a source, from the deck that it stores: the app's, or those of the deck's table [exact].
class ExactSolutions {
 public:
  /// None where there is no deck, or one of an app that this program does not have.
  /// @param[out] warnings  gets a line where the deck is refused
  ExactSolutions(const Source& source, std::vector<std::string>& warnings);

  /// The exact solution in the cells that a block was before its reduction, reduced in the same way; nothing where the
  /// field has none.
  std::optional<Block> of(const Block& whole, const std::vector<AxisRequest>& axes) const;

 private:
  std::vector<apps::ExactField> fields_;
  std::array<double, 3> spacing_{1, 1, 1};  // of the run's cells
};

}  // namespace tarn::plot
