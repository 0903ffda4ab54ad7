#pragma once

#include <vector>

#include "tarn/apps/driver/app.hpp"

namespace tarn::apps::heat {

/// What [heat] says of the implicit integrator.
struct ImplicitOptions {
  double theta = 1;  ///< share of the step's end in its rate: 1 backward Euler, 1/2 Crank-Nicolson
  double tolerance = 1e-8;
  int max_iterations = 1000;
  bool multigrid = true;  ///< else Jacobi's preconditioner
};

/// The keys of [heat] that only the implicit integrator has.
std::vector<io::Key> implicit_keys();

/// Adds what is wrong with them, and with [time] where the integrator is implicit.
void check_implicit(const io::Deck& deck, io::Problems& problems);

/// @param deck  that has passed the check
ImplicitOptions implicit_options_of(const io::Deck& deck);

/// Fields of one number per cell that the integrator has beside the state and the rate, coarse grids included.
double implicit_arrays(const ImplicitOptions& options, int dimensions);

/// The method in words.
std::string implicit_text(const ImplicitOptions& options);

}  // namespace tarn::apps::heat
