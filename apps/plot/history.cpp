#include "tarn/apps/plot/history.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tarn/apps/plot/words.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::plot {

namespace {

io::HistoryTable history_of(const Source& source) {
  if (!source.run()) throw UsageError(fmt::format("{} is no run, and has no history", io::path_text(source.path())));
  auto history = source.run()->history();
  if (history.rows.empty())
    throw UsageError(fmt::format("{}: history.csv has no rows{}", io::path_text(source.path()),
                                 source.run()->status() == "running" ? " yet" : ""));
  return history;
}

io::Line line_of(const io::HistoryTable& history, const std::string& column, const Source& source) {
  const auto& columns = history.columns;
  const auto found = std::find(columns.begin(), columns.end(), column);
  if (found == columns.end()) throw UsageError(unknown_text("column", column, source.path() / "history.csv", columns));
  const auto place = static_cast<std::size_t>(found - columns.begin());
  io::Line line{column, history.times, {}};
  for (const auto& row : history.rows)
    line.y.push_back(row[place]);
  return line;
}

}  // namespace

std::string history_picture(const std::vector<Source>& sources, const PlotRequest& request) {
  const bool several = sources.size() > 1, one_column = request.history.size() == 1;
  const auto names = names_of(sources);
  io::LinePicture picture;
  picture.logarithmic_y = request.logarithmic;
  picture.minimum = request.range.lower;
  picture.maximum = request.range.upper;
  picture.text = {several ? (one_column ? request.history.front() : "history") : names.front(),
                  several ? "" : "history", "t", one_column ? request.history.front() : "", ""};
  bool any = false;
  for (std::size_t n = 0; n < sources.size(); ++n) {
    const auto history = history_of(sources[n]);
    for (const auto& column : request.history) {
      auto line = line_of(history, column, sources[n]);
      any = any || io::value_range(line.y, request.logarithmic);
      if (several) line.name = one_column ? names[n] : fmt::format("{}: {}", names[n], column);
      picture.lines.push_back(std::move(line));
    }
  }
  if (request.logarithmic && !any)
    throw UsageError("no value of the history is above 0, and so none has a logarithm to show; leave out --log");
  return io::draw(picture, request.drawing);
}

}  // namespace tarn::plot
