#include "tarn/apps/plot/request.hpp"

#include <cmath>

#include <fmt/format.h>

#include "tarn/apps/plot/words.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/files/text.hpp"

namespace tarn::plot {

namespace {

int axis_from(const std::string& name, const std::string& whole) {
  if (name.size() == 1 && name[0] >= 'x' && name[0] <= 'z') return name[0] - 'x';
  throw UsageError(
      fmt::format("'{}' names no axis in '{}'; axes are x, y and z", io::printable(name), io::printable(whole)));
}

std::optional<double> end_from(const std::string& text, const std::string& whole) {
  if (text.empty()) return {};
  const auto number = number_in(text);
  if (!number || !std::isfinite(*number))
    throw UsageError(fmt::format("--range {}: '{}' is no finite number", io::printable(whole), io::printable(text)));
  return number;
}

}  // namespace

std::optional<double> number_in(const std::string& text) {
  return io::number_in<double>(std::string_view(text).substr(text.starts_with('+') ? 1 : 0));
}

std::vector<AxisRequest> axes_from(Reduction how, const std::string& text) {
  std::vector<AxisRequest> axes;
  for (const auto& part : io::split(text, ',')) {
    if (how != Reduction::cut) {
      axes.push_back({how, axis_from(part, text), 0});
      continue;
    }
    const auto equal = part.find('=');
    const auto place = equal == std::string::npos ? std::nullopt : number_in(part.substr(equal + 1));
    if (!place || !std::isfinite(*place))
      throw UsageError(fmt::format("--cut {}: a cut is an axis and a place on it, such as x=0.5", io::printable(text)));
    axes.push_back({how, axis_from(part.substr(0, equal), text), *place});
  }
  return axes;
}

RangeRequest range_from(const std::string& text) {
  if (text == "each") return {{}, {}, true};
  const auto parts = io::split(text, ',');
  if (parts.size() != 2)
    throw UsageError(
        fmt::format("--range {}: a range is LO,HI, either of which may be empty, or 'each'", io::printable(text)));
  const RangeRequest range{end_from(parts[0], text), end_from(parts[1], text), false};
  if (range.lower && range.upper && *range.lower >= *range.upper)
    throw UsageError(fmt::format("--range {}: the lower end must be below the upper", io::printable(text)));
  return range;
}

void set_size(io::Drawing& drawing, const std::string& text) {
  const auto parts = io::split(text, 'x');
  const auto whole = [](const std::string& part) { return io::number_in<int>(part).value_or(-1); };
  drawing.width = whole(parts[0]);
  drawing.height = parts.size() == 2 ? whole(parts[1]) : -1;
  constexpr int least = 200, most = 10000;
  for (const int side : {drawing.width, drawing.height}) {
    if (side < least || side > most)
      throw UsageError(fmt::format("--size {}: a size is WIDTHxHEIGHT in pixels, {} to {} each, such as 1200x800",
                                   io::printable(text), least, most));
  }
}

}  // namespace tarn::plot
