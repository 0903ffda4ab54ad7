#pragma once

#include <map>
#include <vector>

#include "tarn/apps/pde/program.hpp"
#include "tarn/apps/pde/system.hpp"

namespace tarn::apps::pde {

/// Formulas of space (and time) that are evaluated into fields, so that programs read them.
struct SpaceFields {
  std::vector<int> nodes;

  int number_of(int node);
};

/// How many numbers of fields a cell reads and writes at least: neighbours are read once for all cells.
/// @param others  fields that each result is combined with
std::size_t numbers_moved(const Program& program, std::size_t others);

/// Writes expressions as a program: operators become differences of neighbours.
///
/// What is the same in all cells is a number, and what depends on space alone a load; see SpaceFields.
/// @param space  takes the formulas of space; null: the program is one of space itself, and loads coordinates
/// @throws UsageError if the program is too long
Program lowered(const System& system, const std::vector<int>& roots, SpaceFields* space);

}  // namespace tarn::apps::pde
