#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tarn/io/deck/problems.hpp"

namespace tarn::io {

/// Many runs of one deck that differ in the values of some keys.
///
///     [ensemble]
///     combine = "product"        # the default: every value with every other; "zip": the first with the first
///     [ensemble.vary]
///     "gray_scott.feed" = [0.03, 0.04]
///     "gray_scott.kill" = { from = 0.055, to = 0.065, count = 3 }
struct Ensemble {
  /// A key's value in a member: `table.key` and a TOML value.
  using Setting = std::pair<std::string, std::string>;

  std::vector<std::string> keys;              ///< that vary, as `table.key`
  std::vector<std::vector<Setting>> members;  ///< in the order of the file; of a product the last key changes first
  bool in_deck = false;                       ///< whether the deck has a table [ensemble]

  /// What makes a member of the deck, after the overrides that all have: `table.key=value` each.
  std::vector<std::string> overrides_of(std::size_t member) const;
};

/// More members than anybody means.
inline constexpr std::size_t most_members = 100000;

/// Reads what a deck and a command line say of an ensemble.
/// @param text       the deck's; where it is no TOML, or an override is none, that is for who reads the deck to tell
/// @param source     stands for its file in messages
/// @param overrides  `table.key=value` each, for all members; those of [ensemble] too. The key of none may vary
/// @param options    `table.key=[v1, v2]` each, in place of what the deck has for that key, or beside it
/// @param problems   takes what is wrong with the ensemble itself
/// @return nothing if there is no ensemble, or if there are problems
std::optional<Ensemble> read_ensemble(const std::string& text, const std::string& source,
                                      const std::vector<std::string>& overrides,
                                      const std::vector<std::string>& options, Problems& problems);

}  // namespace tarn::io
