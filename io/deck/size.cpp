#include "tarn/io/deck/size.hpp"

#include <charconv>
#include <cmath>

namespace tarn::io {

std::optional<std::uint64_t> parse_size(const std::string& text) {
  struct Unit {
    const char* name;
    double bytes;
  };
  static constexpr Unit units[] = {
      {"", 1},      {"B", 1},        {"kB", 1e3},        {"MB", 1e6},           {"GB", 1e9},
      {"TB", 1e12}, {"KiB", 1024.0}, {"MiB", 1048576.0}, {"GiB", 1073741824.0}, {"TiB", 1099511627776.0}};
  double number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !std::isfinite(number)) return {};
  std::string unit(rest, text.data() + text.size());
  if (unit.rfind(' ', 0) == 0) unit.erase(0, 1);
  for (const Unit& known : units) {
    const double bytes = number * known.bytes;
    if (unit == known.name && bytes >= 1 && bytes < 9e18) return static_cast<std::uint64_t>(bytes);
  }
  return {};
}

}  // namespace tarn::io
