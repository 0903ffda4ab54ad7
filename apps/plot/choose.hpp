#pragma once

#include <string>
#include <vector>

#include "tarn/apps/plot/source.hpp"

namespace tarn::plot {

/// The snapshots of a source's series that `--snapshot` names; see chosen_moments().
/// @throws UsageError; also for a word other than "newest" and "all" where the source is no run
std::vector<Snapshot> chosen(const Source& source, const Series& series, const std::string& which);

/// The snapshot whose time is nearest; of two the earlier.
const Snapshot& nearest_to(const Series& series, double time);

/// One field and the series that it is taken from.
struct FieldChoice {
  std::string field;
  Series series;
  std::string refusal = {};  ///< why no picture can show it; empty: one can
};

/// The fields of a source: those that were asked for, or all; each from the first series that holds it.
/// @param fields  empty: all
/// @param series  empty: any
/// @throws UsageError for names that are not there, and where there is nothing yet; Io, Truncated, Corrupt
std::vector<FieldChoice> choose_fields(const Source& source, const std::vector<std::string>& fields,
                                       const std::string& series);

/// The name of the vector whose arrows or lines are asked for.
/// @param name  empty: the first that there is
/// @throws UsageError
std::string choose_vector(const Source& source, const std::string& name, const std::string& series);

}  // namespace tarn::plot
