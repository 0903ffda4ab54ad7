#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/verify/errors.hpp"

namespace tarn::apps {

/// The table [verify] of a simulation's deck: what `tarn verify` does with it.
io::Table verify_table();

/// Adds what is wrong with that table; the deck has no other problems.
void check_verify(const io::Deck& deck, const Model& model, io::Problems& problems);

/// A norm of errors.
struct Norm {
  const char* name;           ///< as decks have it
  const char* shown;          ///< in tables
  double ErrorNorms::*value;  ///< where it is
};
inline constexpr std::array<Norm, 3> all_norms{
    {{"l1", "L1", &ErrorNorms::l1}, {"l2", "L2", &ErrorNorms::l2}, {"max", "max", &ErrorNorms::max}}};

/// What a deck is measured by.
struct Plan {
  std::vector<std::array<int, 3>> grids;  ///< cells along x, y, z, the coarsest grid first
  std::optional<double> order;            ///< the least that the deck asks for
  std::int64_t steps = 0;                 ///< the fewest of a ladder in time; 0: there is none
  std::optional<double> order_in_time;    ///< the least that the deck asks for
  std::array<bool, 3> asked{};            ///< of which of all_norms an order and the bound are expected
  std::optional<double> largest_error;    ///< on the finest grid
  std::vector<std::string> conserved;     ///< fields and sums of fields whose integral stays
};

/// The plan of a deck without problems: what its table says, and what its app knows to be conserved.
Plan plan_of(const io::Deck& deck);

/// The keys of a deck that would end a run before time.end; `tarn verify` leaves them out.
std::vector<std::string> limits_of(const io::Deck& deck);

/// What makes the deck one on a grid of the ladder: its cells, a fixed step that goes with the spacing, and no
/// limits_of().
std::vector<std::string> overrides_for(const io::Deck& deck, const std::array<int, 3>& cells);

/// The fields of a sum such as "u + v".
std::vector<std::string> terms_of(const std::string& sum);

/// "8 x 4", of a grid of two dimensions.
std::string grid_text(const std::array<int, 3>& cells, int dimensions);

/// What is wrong with a deck on one of these grids: each line says on which, and what to do.
/// @param deck  sound as it stands
io::DeckError error_on_grid(const io::Deck& deck, const std::array<int, 3>& cells, const io::DeckError& error);

}  // namespace tarn::apps
