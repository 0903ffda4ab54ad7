#include "tarn/io/image/color_map.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/core/error.hpp"

namespace tarn::io {
namespace {

constexpr int entries = 256;
using Table = std::array<Color, entries>;

struct Oklab {
  double lightness, a, b;
};

/// A point that a map passes: lightness 0 to 1, chroma, hue [degree], all of Oklab.
Oklab point(double lightness, double chroma, double hue) {
  const double angle = hue * std::numbers::pi / 180;
  return {lightness, chroma * std::cos(angle), chroma * std::sin(angle)};
}

using Path = std::vector<Oklab>;

Path thermal_path() {
  return {point(0.17, 0.06, 300), point(0.32, 0.135, 335), point(0.47, 0.17, 10), point(0.62, 0.185, 35),
          point(0.76, 0.15, 62),  point(0.88, 0.125, 88),  point(0.97, 0.06, 105)};
}

Path ocean_path() {
  return {point(0.19, 0.07, 295), point(0.33, 0.115, 275), point(0.47, 0.105, 245), point(0.60, 0.095, 205),
          point(0.73, 0.12, 165), point(0.85, 0.15, 128),  point(0.95, 0.13, 106)};
}

Path balance_lower_path() {
  return {point(0.28, 0.09, 262), point(0.45, 0.13, 255), point(0.65, 0.11, 245), point(0.83, 0.06, 235),
          point(0.96, 0.004, 230)};
}

Path balance_upper_path() {
  return {point(0.96, 0.004, 40), point(0.83, 0.06, 35), point(0.65, 0.14, 33), point(0.45, 0.15, 25),
          point(0.28, 0.09, 18)};
}

Oklab mix(const Oklab& p, const Oklab& q, double share) {
  return {std::lerp(p.lightness, q.lightness, share), std::lerp(p.a, q.a, share), std::lerp(p.b, q.b, share)};
}

double distance(const Oklab& p, const Oklab& q) {
  return std::hypot(p.lightness - q.lightness, p.a - q.a, p.b - q.b);
}

/// A smooth curve through the points, at 0 to 1: the uniform Catmull-Rom spline, by Barry and Goldman's
/// pyramid
/// ("A recursive evaluation algorithm for a class of Catmull-Rom splines", SIGGRAPH 1988).
Oklab curve(const Path& path, double t) {
  const int last = static_cast<int>(path.size()) - 1;
  const int i = std::min(static_cast<int>(t * last), last - 1);
  const double u = t * last - i;
  const Oklab before = i > 0 ? path[i - 1] : mix(path[1], path[0], 2);
  const Oklab after = i + 2 <= last ? path[i + 2] : mix(path[last - 1], path[last], 2);

  const Oklab a = mix(before, path[i], u + 1);
  const Oklab b = mix(path[i], path[i + 1], u);
  const Oklab c = mix(path[i + 1], after, u - 1);
  return mix(mix(a, b, (u + 1) / 2), mix(b, c, u / 2), u);
}

std::uint8_t channel(double linear) {
  const double kept = std::clamp(linear, 0.0, 1.0);
  const double coded = kept <= 0.0031308 ? 12.92 * kept : 1.055 * std::pow(kept, 1 / 2.4) - 0.055;
  return static_cast<std::uint8_t>(std::lround(255 * coded));
}

/// Ottosson's matrices from Oklab over cone responses to linear sRGB.
Color displayed(const Oklab& c) {
  const double l = std::pow(c.lightness + 0.3963377774 * c.a + 0.2158037573 * c.b, 3);
  const double m = std::pow(c.lightness - 0.1055613458 * c.a - 0.0638541728 * c.b, 3);
  const double s = std::pow(c.lightness - 0.0894841775 * c.a - 1.2914855480 * c.b, 3);
  return {channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
          channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
          channel(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)};
}

/// Fills [first, end) of a table with colours at equal distances along a path.
void walk(const Path& path, int first, int end, Table& table) {
  constexpr int pieces = 4096;
  std::vector<double> length(pieces + 1, 0.0);
  for (int k = 0; k < pieces; ++k) {
    const auto here = curve(path, double(k) / pieces), next = curve(path, double(k + 1) / pieces);
    length[k + 1] = length[k] + distance(here, next);
  }
  for (int entry = first; entry < end; ++entry) {
    const double target = length[pieces] * (entry - first) / (end - 1 - first);
    const auto above = std::upper_bound(length.begin(), length.end() - 1, target);
    const int k = std::max(0, static_cast<int>(above - length.begin()) - 1);
    const double share = (target - length[k]) / (length[k + 1] - length[k]);
    table[entry] = displayed(curve(path, (k + share) / pieces));
  }
}

std::map<std::string, Table> make_tables() {
  std::map<std::string, Table> tables;
  walk(thermal_path(), 0, entries, tables["thermal"]);
  walk(ocean_path(), 0, entries, tables["ocean"]);
  walk(balance_lower_path(), 0, entries / 2, tables["balance"]);
  walk(balance_upper_path(), entries / 2, entries, tables["balance"]);
  return tables;
}

}  // namespace

const std::vector<std::string>& color_map_names() {
  static const std::vector<std::string> names{"thermal", "ocean", "balance"};
  return names;
}

Color color_at(const std::string& name, double share) {
  static const auto tables = make_tables();
  const auto found = tables.find(name);
  if (found == tables.end()) {
    throw UsageError(
        fmt::format("there is no colour map \"{}\"; the colour maps are {}", name, fmt::join(color_map_names(), ", ")));
  }
  if (!(share > 0)) return found->second.front();
  return found->second[std::min(entries - 1, static_cast<int>(std::min(share, 1.0) * entries))];
}

}  // namespace tarn::io
