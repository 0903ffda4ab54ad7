#pragma once

#include <string>

namespace tarn::apps {

/// A line of a forecast: what a run's files take, beside what is free where they go, and whether that is enough.
/// @param need  [bytes]
/// @param root  where run directories are made; it need not exist yet
std::string space_text(double need, const std::string& root);

}  // namespace tarn::apps
