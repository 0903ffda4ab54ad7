#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/core/grid/grid.hpp"
#include "tarn/ops/formula/formula.hpp"

// From a deck's text to what a simulation is made of: the domain, boundary kinds and formulas.

namespace tarn::apps {

/// Which variables a formula may use, beside the grid's axes.
enum class FormulaUse {
  initial,   ///< x, y, z and `random`
  of_space,  ///< x, y, z
  of_time,   ///< x, y, z and t
};

/// The run's name: run.name, or the deck's file name without its ending, with '_' for what no run's name may have.
std::string run_name_of(const io::Deck& deck);

/// The number of axes of the deck's grid.
int dimensions_of(const io::Deck& deck);

/// "1 dimension", "2 dimensions", "3 dimensions".
std::string dimensions_text(int dimensions);

/// The deck's domain. The deck has no problems in [grid].
Domain domain_of(const io::Deck& deck);

/// The product of the spacings of the grid's axes [length^dimensions].
double cell_volume(const Grid& grid);

/// The deck's boundary kinds, [axis][side]; axes that the grid does not have are "periodic".
std::array<std::array<std::string, 2>, 3> boundary_kinds_of(const io::Deck& deck);

/// The name of a face in decks: "x_lower" ... "z_upper".
std::string face_name(int axis, int side);

/// Compiles the formula at a key. Of a deck that passed its checks; otherwise
/// @throws io::DeckError
ops::Formula formula_of(const io::Deck& deck, const std::string& key, FormulaUse use);

/// Adds all that is wrong with a formula of a deck which could not be parsed.
/// @param error  what was thrown
void add_formula_errors(const io::FormulaText& formula, const std::string& key, const ops::FormulaContext& context,
                        const ops::FormulaError& error, io::Problems& problems);

/// Compiles the formula at a key and adds what is wrong with it, at its place in the file.
void check_formula(const io::Deck& deck, const std::string& key, FormulaUse use, io::Problems& problems);

/// The values of [constants]; nothing where they do not work out.
std::optional<std::map<std::string, double>> constants_of(const io::Deck& deck);

/// Adds what is wrong with [constants].
void check_constants(const io::Deck& deck, io::Problems& problems);

/// Adds what is wrong with the run's name and with constants, in the decks of every app.
void check_run(const io::Deck& deck, io::Problems& problems);

/// The same, and what no single key of a simulation's deck shows: lists of unlike length, ends in the wrong order, axes
/// that the grid does not have, dt beside cfl, constants that do not work out, planes outside the domain.
void check_common(const io::Deck& deck, io::Problems& problems);

}  // namespace tarn::apps
