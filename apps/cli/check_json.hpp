#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "tarn/apps/cli/members_forecast.hpp"
#include "tarn/apps/driver/case.hpp"
#include "tarn/apps/driver/disk_space.hpp"
#include "tarn/io/deck/problems.hpp"

// What `tarn check --json` and `tarn run --dry-run --json` print.

namespace tarn::cli {

/// What was checked.
struct Checked {
  std::string deck;  ///< its file
  std::string root;  ///< where runs would be
};

/// Forecasts as text are one line for each thing, which begins with its name.
nlohmann::ordered_json lines_of(const std::string& text);

/// Of a sound deck, without its forecast.
/// @param fits  whether the disk has room
nlohmann::ordered_json sound_json(const Checked& checked, const apps::Case& made, const apps::DiskNeed& need,
                                  bool fits);

/// Of an ensemble, with forecasts.
nlohmann::ordered_json sound_json(const Checked& checked, const batch::MemberCases& members,
                                  const MembersForecast& forecast, bool fits);

/// Of a deck with problems: error_json(), and that it is not sound.
nlohmann::ordered_json refused_json(const std::string& deck, const io::DeckError& error);

}  // namespace tarn::cli
