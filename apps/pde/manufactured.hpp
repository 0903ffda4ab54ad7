#pragma once

#include <array>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "tarn/ops/formula/graph.hpp"

namespace tarn::apps::pde {

struct System;

/// Whether a node is a function with a kink or a jump, or a choice.
bool has_kink(const ops::Graph::Node& node);

/// Whether some expressions have a function with a kink or a jump, or a choice.
bool has_kink(const ops::Graph& graph, const std::vector<int>& roots);

/// The solution that a deck asks for, and what follows from it: nodes of the system's graph, of space and time alone.
struct Manufactured {
  std::vector<int> values;                 ///< of the fields, then of the auxiliary fields; empty: there is none
  std::vector<std::array<int, 3>> slopes;  ///< their derivatives along each axis

  /// a u + b du/dx of faces that ask for it: by field or auxiliary field, axis and side.
  std::map<std::tuple<int, int, int>, int> mixtures;
};

/// What the solution cannot be measured with; the first flaw in words, empty: none.
/// @param end  of the run [time]
/// @param lower, upper  of the domain [length]
std::string flaw_of_manufactured(const System& system, const std::array<bool, 3>& periodic,
                                 const std::array<double, 3>& lower, const std::array<double, 3>& upper, double end);

/// Puts the solution into the equations by the rules of calculus, and adds what is left over to each rate as a source:
/// then it is their solution. (P. J. Roache, J. Fluids Eng. 124 (2002) 4.)
/// @param system  with `manufactured.values` of the fields
void add_manufactured_sources(System& system);

}  // namespace tarn::apps::pde
