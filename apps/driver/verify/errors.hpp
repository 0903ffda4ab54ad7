#pragma once

#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"

namespace tarn::apps {

/// How far a field is from its exact solution, in the norms of the domain divided by its volume; all NaN if a value is
/// no number.
struct ErrorNorms {
  double l1 = 0;   ///< the mean of |error|
  double l2 = 0;   ///< the root mean square
  double max = 0;  ///< the largest |error|
};

/// How far a field is from its exact solution.
struct FieldError {
  std::string field;   ///< its name
  ErrorNorms norms;    ///< over the cells of the domain
  double largest = 0;  ///< of the exact solution in these cells, in size
};

/// Of a simulation's fields whose exact solution is known. Collective; the same bits on any number of ranks.
/// @param time  of the state
std::vector<FieldError> errors_of(const Patch& patch, const Simulation& simulation,
                                  const std::vector<ExactField>& exact, double time);

/// Of two simulations of one grid: how far each field of the state of one is from the same of the other. Collective.
/// @param from  `largest` is of its fields
std::vector<FieldError> differences(const Patch& patch, const Simulation& simulation, const Simulation& from);

/// Overwrites the fields with the exact solution at a time, for a start from averages over cells. Collective.
void set_to(const Patch& patch, Simulation& simulation, const std::vector<ExactField>& exact, double time);

}  // namespace tarn::apps
