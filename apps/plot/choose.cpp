#include "tarn/apps/plot/choose.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tarn/apps/plot/block.hpp"
#include "tarn/apps/plot/member_series.hpp"
#include "tarn/apps/plot/moments.hpp"
#include "tarn/apps/plot/words.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/nearest.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::plot {

namespace {

/// What is said of a source without anything to show, behind its path.
std::string why_nothing(const Source& source) {
  if (!source.run()) return " has no snapshots";
  if (const auto place = batch_of(source.path())) {
    return fmt::format(
        " has no snapshots of its own: it ran as member {} of the batch {}. When the batch has come to its end its "
        "series are in {}, and this command draws the member's",
        place->member, io::path_text(place->batch), io::path_text(place->batch / "series"));
  }
  if (const auto file = series_file_of_batch(*source.run())) {
    return fmt::format(" is a batch: a member's own directory, beside it, draws the member; so does {} --member 0",
                       io::shell_word(file->string()));
  }
  return source.run()->status() == "running" ? " has no snapshots yet" : " has no snapshots";
}

/// The series that may be looked at, in their order.
/// @throws UsageError
std::vector<Series> allowed(const Source& source, const std::string& name) {
  std::vector<Series> some;
  std::vector<std::string> names;
  for (const auto& series : source.series()) {
    names.push_back(series.name);
    if (name.empty() || series.name == name) some.push_back(series);
  }
  if (names.empty()) throw UsageError(io::path_text(source.path()) + why_nothing(source));
  if (some.empty()) throw UsageError(unknown_text("series", name, source.path(), names));
  return some;
}

}  // namespace

std::string unknown_text(const std::string& what, const std::string& name, const std::filesystem::path& place,
                         const std::vector<std::string>& known) {
  constexpr std::size_t most = 20;
  const auto near = io::nearest(name, known);
  std::vector<std::string> shown(known.begin(),
                                 known.begin() + static_cast<std::ptrdiff_t>(std::min(most, known.size())));
  const std::string there = known.empty() ? "none" : io::comma_list(shown) + (known.size() > most ? ", ..." : "");
  return io::printable(fmt::format("{} has no {} '{}'{}; there {}: {}", io::path_text(place), what, io::shortened(name),
                                   near ? fmt::format("; did you mean '{}'?", *near) : "",
                                   known.size() == 1 ? "is" : "are", there));
}

const Snapshot& nearest_to(const Series& series, double time) {
  return *std::min_element(series.snapshots.begin(), series.snapshots.end(), [&](const auto& a, const auto& b) {
    return std::abs(a.time - time) < std::abs(b.time - time);
  });
}

std::vector<Snapshot> chosen(const Source& source, const Series& series, const std::string& which) {
  const bool has_steps = source.run() || series.snapshots.front().place;
  if (!has_steps && which != "newest" && which != "all") {
    throw UsageError(
        fmt::format("--snapshot chooses among those of a run, but {} is not one", io::path_text(source.path())));
  }
  std::vector<Moment> moments;
  for (const auto& snapshot : series.snapshots)
    moments.push_back({snapshot.step, snapshot.time});
  std::vector<Snapshot> found;
  for (const std::size_t place : chosen_moments(moments, which, source.path()))
    found.push_back(series.snapshots[place]);
  return found;
}

std::vector<FieldChoice> choose_fields(const Source& source, const std::vector<std::string>& fields,
                                       const std::string& series) {
  std::vector<FieldChoice> found;
  std::vector<std::string> known;
  const auto is_known = [&](const std::string& name) {
    return std::find(known.begin(), known.end(), name) != known.end();
  };
  std::vector<FieldChoice> all;
  for (const auto& one : allowed(source, series)) {
    const auto names = names_in(one.snapshots.back());
    for (std::size_t n = 0; n < names.fields.size(); ++n) {
      const auto& name = names.fields[n];
      if (!is_known(name)) all.push_back({name, one, names.refusals[n]});
      if (!is_known(name)) known.push_back(name);
    }
    for (const auto& name : names.vectors) {
      const bool asked = std::find(fields.begin(), fields.end(), name) != fields.end();
      if (!is_known(name) && asked) all.push_back({name, one});
      if (!is_known(name)) known.push_back(name);
    }
  }
  if (fields.empty()) return all;
  for (const auto& name : fields) {
    const auto match = std::find_if(all.begin(), all.end(), [&](const auto& choice) {
      return choice.field == name || "/" + choice.field == name;  // h5py and h5ls write paths so
    });
    if (match == all.end()) throw UsageError(unknown_text("field", name, source.path(), known));
    found.push_back(*match);
  }
  return found;
}

std::string choose_vector(const Source& source, const std::string& name, const std::string& series) {
  std::vector<std::string> known;
  for (const auto& one : allowed(source, series)) {
    const auto vectors = names_in(one.snapshots.back()).vectors;
    known.insert(known.end(), vectors.begin(), vectors.end());
  }
  if (known.empty()) {
    throw UsageError(
        fmt::format("{} has no vectors: fields whose names end in _x and _y, such as velocity_x and "
                    "velocity_y; let an [[output]] write them",
                    io::path_text(source.path())));
  }
  if (name.empty()) return known.front();
  if (std::find(known.begin(), known.end(), name) == known.end())
    throw UsageError(unknown_text("vector", name, source.path(), known));
  return name;
}

}  // namespace tarn::plot
