#pragma once

#include <string>
#include <vector>

#include "tarn/io/deck/deck.hpp"
#include "tarn/ops/formula/graph.hpp"

// A solution that a deck gives must be a number everywhere on the grid and all the time: no run is measured by another.

namespace tarn::apps {

/// Variables of graphs of solutions: x, y and z are -1, -2 and -3.
constexpr int solution_time = -4;

/// An expression of space and time, and what it is of.
struct SolutionPart {
  int node;               ///< in the graph
  std::string key;        ///< of the formula that it comes from
  io::Position position;  ///< of that formula
  std::string what = {};  ///< for messages, such as "its source "; empty: the formula itself
};

/// Where a solution is looked at.
enum class SolutionPlaces { centres, centres_and_corners };

/// Adds what is NaN or infinite in cells, evenly spread (in all where there are few), at times from 0 to time.end; and
/// what has a pole between them: a divisor that has both signs has a zero on the way from the one to the other.
/// @param deck  whose grid and times are sound
/// @param corners  whether a value is needed at the corners of cells too
void check_solution(const io::Deck& deck, const ops::Graph& graph, const std::vector<SolutionPart>& parts,
                    SolutionPlaces places, io::Problems& problems);

/// The node of a formula of x, y, z and t, whose slots are the grid's axes and t.
int add_solution(ops::Graph& graph, const ops::FormulaTree& tree, int dimensions);

}  // namespace tarn::apps
