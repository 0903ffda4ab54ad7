#pragma once

#include <string>

#include "tarn/apps/driver/page/page_source.hpp"

namespace tarn::apps {

/// report.html of a run: one file that needs no other, no network, and no script for what it tells. While the run goes
/// on a browser loads it again by itself.
std::string page_of(const PageSource& source);

/// How far the run is: 0 to 1; nothing where that is not known.
std::optional<double> share_done(const PageSource& source);

/// The name of the file in the run directory.
inline constexpr const char* page_file = "report.html";
/// Its kind in the manifest.
inline constexpr const char* page_kind = "report";

}  // namespace tarn::apps
