#pragma once

#include <exception>

namespace tarn::cli {

/// Whether this rank speaks for all: rank 0. Before MPI runs, or where it never does, the launcher's environment tells.
bool speaks_for_all();

/// Tells on the standard error, on the rank that speaks for all, why the program ends.
void print_error(const std::exception& error);

}  // namespace tarn::cli
