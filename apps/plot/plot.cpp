#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "tarn/apps/plot/choose.hpp"
#include "tarn/apps/plot/history.hpp"
#include "tarn/apps/plot/movie.hpp"
#include "tarn/apps/plot/output.hpp"
#include "tarn/apps/plot/pictures.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/image/animated_png.hpp"

namespace tarn::plot {

namespace {

/// Counts what is done of all that is to be done.
struct Work {
  const Watch& watch;
  std::size_t done = 0, total = 0;

  void step() {
    ++done;
    if (watch) watch(done, total);
  }
};

/// The pictures of one field: what is shown in each of them.
class FieldSeries {
 public:
  FieldSeries(const std::vector<Source>& sources, const std::string& field, std::vector<Series> series,
              const std::vector<ExactSolutions>& exact, const PlotRequest& request, std::string vector)
      : sources_(sources),
        names_(names_of(sources)),
        field_(field),
        series_(std::move(series)),
        exact_(exact),
        request_(request),
        vector_(std::move(vector)),
        first_(chosen(sources.front(), series_.front(), request.snapshot)) {}

  std::size_t size() const { return first_.size(); }
  const std::string& field() const { return field_; }
  std::int64_t step(std::size_t number) const { return first_[number].step; }  ///< 0 where a file is the source

  /// What the picture of a number shows.
  Shown shown(std::size_t number) const {
    Shown shown;
    shown.several = series_.size() > 1;
    for (std::size_t n = 0; n < series_.size(); ++n) {
      const auto parts = parts_of(snapshot_of(n, number), field_, vector_, names_[n], exact_[n], request_);
      shown.parts.insert(shown.parts.end(), parts.begin(), parts.end());
      if (parts.size() > 1) shown.columns = static_cast<int>(parts.size());
    }
    constexpr std::size_t most_columns = 3;
    if (shown.columns == 1) shown.columns = static_cast<int>(std::min(most_columns, shown.parts.size()));
    return shown;
  }

  bool has_common_range() const {
    const auto& range = request_.range;
    return size() > 1 && !range.each && !(range.lower && range.upper);
  }

  /// The range of all pictures; nothing where each has its own.
  std::optional<io::ValueRange> common_range(Work& work) const {
    std::optional<io::ValueRange> all;
    if (!has_common_range()) return all;
    for (std::size_t n = 0; n < size(); ++n) {
      work.step();
      const auto range = range_of(shown(n), request_.logarithmic);
      if (range)
        all = all ? io::ValueRange{std::min(all->lower, range->lower), std::max(all->upper, range->upper)} : *range;
    }
    return all;
  }

 private:
  /// Of the first source the one with the number; of another the one that `--snapshot` means there, of a series that
  /// which is nearest in time.
  Snapshot snapshot_of(std::size_t source, std::size_t number) const {
    if (source == 0) return first_[number];
    if (request_.snapshot == "all") return nearest_to(series_[source], first_[number].time);
    return chosen(sources_[source], series_[source], request_.snapshot).front();
  }

  const std::vector<Source>& sources_;
  std::vector<std::string> names_;
  std::string field_;
  std::vector<Series> series_;
  const std::vector<ExactSolutions>& exact_;
  const PlotRequest& request_;
  std::string vector_;
  std::vector<Snapshot> first_;
};

/// The fields to show. What nobody asked for by name, and no picture can show, is left out with a warning.
std::vector<FieldChoice> choices_of(const Source& source, const std::vector<std::string>& fields,
                                    const std::string& series, std::vector<std::string>& warnings) {
  auto choices = choose_fields(source, fields, series);
  const auto refused = [](const FieldChoice& choice) { return !choice.refusal.empty(); };
  if (!fields.empty() || std::all_of(choices.begin(), choices.end(), refused)) return choices;
  for (const auto& choice : choices) {
    if (refused(choice)) warnings.push_back("left out: " + choice.refusal);
  }
  std::erase_if(choices, refused);
  return choices;
}

std::vector<FieldSeries> series_of(const std::vector<Source>& sources, const std::vector<ExactSolutions>& exact,
                                   const PlotRequest& request, std::vector<std::string>& warnings) {
  std::string vector;
  auto fields = request.fields;
  if (request.vectors != VectorStyle::none) {
    vector = choose_vector(sources.front(), request.vector_name, request.series);
    if (fields.empty()) fields = {vector};
  }
  std::vector<FieldSeries> all;
  for (const auto& choice : choices_of(sources.front(), fields, request.series, warnings)) {
    std::vector<Series> series{choice.series};
    for (std::size_t n = 1; n < sources.size(); ++n)
      series.push_back(choose_fields(sources[n], {choice.field}, request.series).front().series);
    all.emplace_back(sources, choice.field, std::move(series), exact, request, vector);
  }
  return all;
}

/// The words of a picture's name.
/// @param step  of the picture
std::vector<std::string> words_of(const Shown& shown, std::int64_t step, const std::vector<Source>& sources,
                                  const PlotRequest& request) {
  const Block& block = shown.parts.front().block;
  std::vector<std::string> words;
  if (!block.mesh.placed) words.push_back(sources.front().name());
  words.push_back(block.name);
  words.insert(words.end(), block.tags.begin(), block.tags.end());
  if (request.vectors != VectorStyle::none)
    words.emplace_back(request.vectors == VectorStyle::arrows ? "arrows" : "streamlines");
  if (request.movie) {
    words.emplace_back("movie");
  } else if (block.mesh.placed || step > 0) {
    words.push_back(fmt::format("{:010}", step));
  }
  return words;
}

/// A field's pictures, and where they go: known before any is drawn.
struct Planned {
  const FieldSeries& series;
  std::vector<std::filesystem::path> places;  ///< of each; of a movie one
  std::optional<Shown> only;                  ///< what the only picture shows
};

/// @throws UsageError, Io for a place that cannot be had
Planned planned(const FieldSeries& series, const std::vector<Source>& sources, const Output& output,
                const PlotRequest& request) {
  auto first = series.shown(0);
  Planned plan{series, {}, {}};
  for (std::size_t n = 0; n < (request.movie ? 1 : series.size()); ++n) {
    const std::int64_t step = n == 0 ? first.parts.front().block.step : series.step(n);
    plan.places.push_back(output.place(words_of(first, step, sources, request)));
  }
  if (series.size() == 1) plan.only = std::move(first);
  return plan;
}

void draw_series(const Planned& plan, const Output& output, const PlotRequest& request, PlotResult& result,
                 Work& work) {
  const auto range = plan.series.common_range(work);
  for (std::size_t n = 0; n < plan.series.size(); ++n) {
    output.write(plan.places[n], picture_of(plan.only ? *plan.only : plan.series.shown(n), range, request));
    result.files.push_back(plan.places[n].string());
    work.step();
  }
}

void draw_movie(const Planned& plan, const Output& output, PlotRequest request, PlotResult& result, Work& work) {
  const auto& series = plan.series;
  const auto& place = plan.places.front();
  const auto movie = begin_movie(output, place, request.frames_per_second);
  const auto range = series.common_range(work);
  if (request.drawing.width == 0) {  // all frames are as large as the first would be
    const auto size = io::png_size(picture_of(series.shown(0), range, request));
    request.drawing.width = size.width;
    request.drawing.height = size.height;
  }
  for (std::size_t n = 0; n < series.size(); ++n) {
    movie->add(picture_of(series.shown(n), range, request));
    work.step();
  }
  movie->finish();
  result.files.push_back(place.string());
}

/// @return the file
std::string draw_history(const std::vector<Source>& sources, PlotRequest request) {
  const Output output(request, sources, 1);
  request.drawing.format = output.format();
  std::vector<std::string> words{"history"};
  words.insert(words.end(), request.history.begin(), request.history.end());
  const auto place = output.place(words);
  output.write(place, history_picture(sources, request));
  return place.string();
}

void check(const PlotRequest& request) {
  if (!io::images_available()) io::draw(io::LinePicture{{io::Line{}}, {}, {}, false, {}});  // tells why
  const bool fields = !request.fields.empty() || request.vectors != VectorStyle::none || !request.axes.empty();
  if (!request.history.empty() && (fields || request.movie))
    throw UsageError("--history shows columns over time; fields, cuts, vectors and movies go without it");
  if (!request.vector_name.empty() && request.vectors == VectorStyle::none)
    throw UsageError("--vector says which arrows or streamlines are drawn; it needs --arrows or --streamlines");
}

}  // namespace

void plot(const PlotRequest& asked, PlotResult& result, const Watch& watch) {
  check(asked);
  PlotRequest request = asked;
  if (request.movie && request.snapshot == "newest") request.snapshot = "all";
  std::vector<Source> sources;
  for (const auto& source : request.sources)
    sources.emplace_back(source, request.member);
  if (!request.history.empty()) {
    result.asked = 1;
    result.files.push_back(draw_history(sources, request));
    return;
  }
  std::vector<ExactSolutions> exact;
  for (const auto& source : sources)
    exact.emplace_back(source, result.warnings);
  const auto all = series_of(sources, exact, request, result.warnings);
  Work work{watch};
  for (const auto& series : all) {
    result.asked += request.movie ? 1 : series.size();
    work.total += series.size() * (series.has_common_range() ? 2 : 1);
  }
  const Output output(request, sources, result.asked);
  request.drawing.format = output.format();
  std::vector<Planned> plans;
  std::set<std::filesystem::path> places;
  for (const auto& series : all) {
    plans.push_back(planned(series, sources, output, request));
    for (const auto& place : plans.back().places) {
      if (!places.insert(place).second)
        throw UsageError(fmt::format("two pictures would be {}: a field is asked for twice", io::path_text(place)));
    }
  }
  for (const auto& plan : plans)
    request.movie ? draw_movie(plan, output, request, result, work) : draw_series(plan, output, request, result, work);
}

}  // namespace tarn::plot
