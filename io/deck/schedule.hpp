#pragma once

#include <cstdint>
#include <optional>

namespace tarn::io {

/// How often something happens; exactly one of the three is set, and it is above 0.
struct Schedule {
  std::optional<std::int64_t> steps;  ///< every so many steps
  std::optional<double> time;         ///< in the app's unit of time
  std::optional<double> walltime;     ///< [s]

  bool operator==(const Schedule&) const = default;  ///< all three
};

}  // namespace tarn::io
