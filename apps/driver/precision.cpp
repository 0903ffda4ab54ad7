#include "tarn/apps/driver/precision.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace tarn::apps {

std::string number_text(double value) {
  return std::isnan(value) ? "nan" : fmt::format("{:g}", value);
}

std::string flaw_in_single(double value) {
  if (!std::isfinite(value) || !std::isinf(static_cast<float>(value))) return {};
  return fmt::format("beyond single precision, at most {:.4g}", static_cast<double>(std::numeric_limits<float>::max()));
}

std::string flaw_of_factor_in_single(double value) {
  if (value == 0 || static_cast<float>(value) != 0) return flaw_in_single(value);
  return fmt::format("zero in single precision, at least {:.4g}",
                     static_cast<double>(std::numeric_limits<float>::denorm_min()));
}

}  // namespace tarn::apps
