#include "tarn/io/image/label.hpp"

#include <fmt/format.h>

namespace tarn::io {

std::string label_of(const std::string& name, const std::string& unit) {
  if (unit.empty()) return name;
  return fmt::format("{} [{}]", name, unit == "degC" ? "°C" : unit);
}

}  // namespace tarn::io
