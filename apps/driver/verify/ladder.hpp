#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tarn/apps/driver/verify/stepped_case.hpp"

// Orders of convergence: the same problem on finer and finer grids, or in more and more steps.

namespace tarn::apps {

/// The slope of log(error) over log(1/size), by least squares.
/// @param sizes   cells along an axis, or numbers of steps; two or more
/// @param errors  > 0
double fitted_order(const std::vector<double>& sizes, const std::vector<double>& errors);

/// One grid of a ladder, and how far its result is from the exact solution.
struct Rung {
  double size;                     ///< of a cell, or of a step
  std::vector<FieldError> errors;  ///< of each field with an exact solution
};

/// A ladder of grids.
struct Ladder {
  std::vector<double> sizes;                           ///< cells along an axis
  std::function<std::string(int cells)> deck;          ///< of each size
  double end = 0;                                      ///< where the results are compared [time]
  std::function<int(double size)> steps = {};          ///< equal ones; empty: as long as the simulation allows
  std::vector<ExactField> exact = {};                  ///< empty: those of the decks' models
  bool start_from_exact = false;                       ///< instead of the decks' formulas: from averages over cells
  std::function<void(SteppedCase&)> look_at_end = {};  ///< called with each result, if given
};

/// Runs every deck of a ladder. Collective.
std::vector<Rung> climb(const Runtime& runtime, const Ladder& ladder);

/// A norm of the errors of a field on all rungs.
/// @throws Error if its exact solution is not known
std::vector<double> errors_on(const std::vector<Rung>& rungs, const std::string& field, double ErrorNorms::*norm);

/// The order in which a norm of the errors of a field falls.
double order_of(const std::vector<Rung>& rungs, const std::string& field, double ErrorNorms::*norm);

}  // namespace tarn::apps
