#include "tarn/apps/euler/fallbacks.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/io/deck/counted.hpp"

namespace tarn::apps::euler {

namespace {

using GlobalCell = std::array<std::int64_t, 3>;

GlobalCell place_of(std::int64_t number, const Domain& domain) {
  GlobalCell place{};
  for (int axis = 0; axis < 3; ++axis) {
    place[axis] = number % domain.cells[axis];
    number /= domain.cells[axis];
  }
  return place;
}

/// "(3, 4) at (0.35, 0.45)": its indices and its centre.
std::string place_text(std::int64_t number, const Domain& domain) {
  const GlobalCell place = place_of(number, domain);
  std::vector<std::int64_t> indices;
  std::vector<double> centre;
  for (int axis = 0; axis < domain.dimensions; ++axis) {
    indices.push_back(place[axis]);
    centre.push_back(domain.lower[axis] + (static_cast<double>(place[axis]) + 0.5) * domain.spacing(axis));
  }
  return fmt::format("({}) at ({:.4g})", fmt::join(indices, ", "), fmt::join(centre, ", "));
}

/// "x 0.1 to 0.3, y 0 to 1": from the lower end of the first cell to the upper end of the last.
std::string region_text(const GlobalCell& lower, const GlobalCell& upper, const Domain& domain) {
  std::string text;
  for (int axis = 0; axis < domain.dimensions; ++axis) {
    const auto end = [&](std::int64_t cell) {
      return domain.lower[axis] + static_cast<double>(cell) * domain.spacing(axis);
    };
    text += fmt::format("{}{} {:.4g} to {:.4g}", axis == 0 ? "" : ", ", "xyz"[axis], end(lower[axis]),
                        end(upper[axis] + 1));
  }
  return text;
}

}  // namespace

void Fallbacks::add(double time, const RedoneCells& cells) {
  if (cells.count == 0) return;
  if (stages_ == 0) {
    first_time_ = time;
    places_ = cells.first;
    lower_ = cells.lower;
    upper_ = cells.upper;
  }
  for (std::size_t axis = 0; axis < 3; ++axis) {
    lower_[axis] = std::min(lower_[axis], cells.lower[axis]);
    upper_[axis] = std::max(upper_[axis], cells.upper[axis]);
  }
  last_time_ = time;
  cells_ += cells.count;
  ++stages_;
}

std::vector<HistoryValue> Fallbacks::tallies() const {
  if (sides == 0 && cells_ == 0 && raised == 0) return {};
  const auto number = [](std::int64_t value) { return static_cast<double>(value); };
  std::vector<HistoryValue> all = {{"fallback_sides", number(sides)},    {"fallback_cells", number(cells_)},
                                   {"raised_cells", number(raised)},     {"fallback_stages", number(stages_)},
                                   {"fallback_first_time", first_time_}, {"fallback_last_time", last_time_}};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    all.push_back({fmt::format("fallback_lower_{}", "xyz"[axis]), number(lower_[axis])});
    all.push_back({fmt::format("fallback_upper_{}", "xyz"[axis]), number(upper_[axis])});
  }
  for (std::size_t n = 0; n < places_.size(); ++n)
    all.push_back({fmt::format("fallback_place_{}", n), number(places_[n])});
  return all;
}

void Fallbacks::set_tallies(const std::vector<HistoryValue>& tallies) {
  *this = {};
  const auto find = [&](const std::string& name) {
    return std::find_if(tallies.begin(), tallies.end(), [&](const auto& tally) { return tally.name == name; });
  };
  const auto take = [&](const std::string& name, auto& value) {
    const auto found = find(name);
    if (found == tallies.end()) return false;
    value = static_cast<std::decay_t<decltype(value)>>(found->value);
    return true;
  };
  take("fallback_sides", sides);
  take("fallback_cells", cells_);
  take("raised_cells", raised);
  take("fallback_stages", stages_);
  take("fallback_first_time", first_time_);
  take("fallback_last_time", last_time_);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    take(fmt::format("fallback_lower_{}", "xyz"[axis]), lower_[axis]);
    take(fmt::format("fallback_upper_{}", "xyz"[axis]), upper_[axis]);
  }
  for (std::int64_t place = 0; take(fmt::format("fallback_place_{}", places_.size()), place);)
    places_.push_back(place);
}

std::string Fallbacks::text(const Domain& domain) const {
  if (stages_ == 0) return {};
  std::vector<std::string> places;
  for (const auto place : places_)
    places.push_back(place_text(place, domain));
  return fmt::format(
      "{} without a sound state and {} done again in first order, in {} at time {:g} to {:g}, within {}; the first: {}",
      io::counted(cells_, "cell came out", "cells came out"), cells_ == 1 ? "was" : "were",
      io::counted(stages_, "stage"), first_time_, last_time_, region_text(lower_, upper_, domain),
      fmt::join(places, ", "));
}

}  // namespace tarn::apps::euler
