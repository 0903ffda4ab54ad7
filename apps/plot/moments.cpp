#include "tarn/apps/plot/moments.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "tarn/apps/plot/words.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::plot {

namespace {

[[noreturn]] void refuse_step(const std::vector<Moment>& moments, const std::string& which,
                              const std::filesystem::path& of) {
  constexpr std::size_t most = 20;
  std::vector<std::string> known;
  for (const Moment& moment : moments)
    known.push_back(fmt::format("{} (time {:g})", moment.step, moment.time));
  known.erase(std::unique(known.begin(), known.end()), known.end());
  const bool more = known.size() > most;
  if (more) known.resize(most);
  throw UsageError(fmt::format(
      "--snapshot {0}: {1} has no such step; it has those of the steps {2}{3}; -1 is the last, and a time has a point, "
      "as in {0}.0 or t={0}",
      which, io::path_text(of), io::comma_list(known), more ? ", ..." : ""));
}

}  // namespace

bool asks_for_time(const std::string& which) {
  return which.starts_with("t=") || (number_in(which) && which.find_first_of(".eE") != std::string::npos);
}

std::vector<std::size_t> chosen_moments(const std::vector<Moment>& moments, const std::string& which,
                                        const std::filesystem::path& of) {
  const std::size_t count = moments.size();
  if (which == "newest") return {count - 1};
  if (which == "all") {
    std::vector<std::size_t> all(count);
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
  }
  const auto number = number_in(which.starts_with("t=") ? which.substr(2) : which);
  if (!number || !std::isfinite(*number)) {
    throw UsageError(fmt::format("--snapshot {}: give newest, all, a step such as 120, or a time such as 0.5 or t=3",
                                 io::printable(which)));
  }
  const auto place_of = [&](auto found) { return static_cast<std::size_t>(found - moments.begin()); };
  if (asks_for_time(which)) {
    return {place_of(std::min_element(moments.begin(), moments.end(), [&](const Moment& a, const Moment& b) {
      return std::abs(a.time - *number) < std::abs(b.time - *number);
    }))};
  }
  if (*number < 0) {
    if (-*number > static_cast<double>(count)) refuse_step(moments, which, of);
    return {count - static_cast<std::size_t>(-*number)};
  }
  const auto found = std::find_if(moments.begin(), moments.end(),
                                  [&](const Moment& moment) { return static_cast<double>(moment.step) == *number; });
  if (found == moments.end()) refuse_step(moments, which, of);
  return {place_of(found)};
}

}  // namespace tarn::plot
