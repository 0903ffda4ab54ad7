#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "tarn/apps/driver/disk_space.hpp"
#include "tarn/apps/driver/needs.hpp"
#include "tarn/apps/driver/packing.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/report.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/apps/driver/selection.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/snapshot/background_writer.hpp"
#include "tarn/io/snapshot/snapshot.hpp"

namespace tarn::apps {

namespace {

/// From where to where a run goes.
struct Way {
  RunStart from;
  std::optional<double> steps;  ///< where their length is known
  double end_time = 0;
};

/// How often something scheduled happens on the way, the last state counted, and the first unless it is there already;
/// nothing if walltime decides, or steps of unknown length.
std::optional<double> times_due(const io::Schedule& schedule, const Way& way) {
  double before = 0, by_the_end = 0;
  bool on_multiple = false;
  if (schedule.steps && way.steps) {
    const auto interval = static_cast<double>(*schedule.steps), first = static_cast<double>(way.from.step);
    before = std::floor(first / interval);
    by_the_end = std::floor((first + *way.steps) / interval);
    on_multiple = by_the_end * interval == first + *way.steps;
  } else if (schedule.time) {
    const auto multiples = [&](double time) { return std::floor((time + time_tolerance(time)) / *schedule.time); };
    before = multiples(way.from.time);
    by_the_end = multiples(way.end_time);
    on_multiple = std::abs(by_the_end * *schedule.time - way.end_time) <= time_tolerance(way.end_time);
  } else {
    return {};
  }
  const double last = way.steps.value_or(1) > 0 && !on_multiple ? 1 : 0;
  return by_the_end - before + last + (way.from.continued ? 0 : 1);
}

/// A count that may be beyond all integers.
std::string count_text(double count, const std::string& thing = "") {
  if (!thing.empty()) return fmt::format("{} {}{}", count_text(count), thing, count == 1 ? "" : "s");
  return count < 1e9 ? fmt::format("{:.0f}", count) : fmt::format("{:.3g}", count);
}

/// Bytes of a file beside the values: structure and checksums, coordinates of the cells, and the deck.
double overhead(const io::Deck& deck, std::size_t fields) {
  constexpr double structure = 9e3, field = 2.2e3, coordinate = 8;  // the first two about, as measured
  const Domain domain = domain_of(deck);
  double bytes = structure + field * static_cast<double>(fields) + static_cast<double>(deck.text().size());
  for (int axis = 0; axis < domain.dimensions; ++axis)
    bytes += coordinate * static_cast<double>(domain.cells[static_cast<std::size_t>(axis)]);
  return bytes;
}

/// Bytes of all fields.
double bytes_of_state(const io::Deck& deck, const Model& model) {
  const double real = deck.text("run.precision") == "single" ? 4 : 8;
  return real * static_cast<double>(domain_of(deck).size()) * static_cast<double>(model.state.size());
}

double bytes_of_checkpoint(const io::Deck& deck, const Model& model) {
  return bytes_of_state(deck, model) + overhead(deck, model.state.size());
}

std::size_t fields_of_output(const Model& model, const io::DeckTable& output) {
  return output.has("fields") ? output.texts("fields").size() : model.state.size();
}

/// Bytes of one snapshot, without what compression saves.
double bytes_of_output(const io::Deck& deck, const Model& model, const io::DeckTable& output) {
  const bool single = deck.text("run.precision") == "single" || output.text("precision") == "single";
  const std::size_t fields = fields_of_output(model, output);
  const auto cells = static_cast<double>(selection_of(output, domain_of(deck)).size());
  return (single ? 4 : 8) * cells * static_cast<double>(fields) + overhead(deck, fields);
}

/// What a run writes on its way.
struct FilesForecast {
  double snapshots = 0, pictures = 0;
  bool open = false;          ///< whether there may be more, for walltime or the state decides when
  double snapshot_bytes = 0;  ///< of all of them
  DiskNeed need;
};

FilesForecast files_on(const Way& way, const io::Deck& deck, const Model& model) {
  FilesForecast files;
  const auto times = [&](const io::Schedule& schedule) {
    const auto count = times_due(schedule, way);
    files.open = files.open || !count;
    return count.value_or(2);
  };
  std::size_t fields = model.state.size();  // of the file with most of them
  for (const auto& output : deck.tables("output")) {
    const double count = times(output.schedule("every")), bytes = count * bytes_of_output(deck, model, output);
    files.snapshots += count;
    files.snapshot_bytes += bytes;
    if (output.text("compression") == "none") files.need.certain += bytes;
    fields = std::max(fields, fields_of_output(model, output));
  }
  for (const auto& image : deck.tables("image"))
    files.pictures += times(image.schedule("every"));
  const double checkpoint = bytes_of_checkpoint(deck, model);
  const auto kept = static_cast<double>(deck.integer("checkpoint.keep"));
  files.need.expected = files.snapshot_bytes + (kept + 1) * checkpoint;  // the newest is there before the oldest goes
  files.need.certain += checkpoint;                                      // that of the end
  files.need.passing = static_cast<double>(io::room_for_structure(fields, domain_of(deck).dimensions));
  return files;
}

std::string files_text(const io::Deck& deck, const Model& model, const Way& way, const std::string& root) {
  const FilesForecast files = files_on(way, deck, model);
  return fmt::format("files   {}{} of {} in all, {}, {} of {} kept\n", files.open ? "at least " : "",
                     count_text(files.snapshots, "snapshot"), size_text(files.snapshot_bytes),
                     count_text(files.pictures, "picture"), io::counted(deck.integer("checkpoint.keep"), "checkpoint"),
                     size_text(bytes_of_checkpoint(deck, model))) +
         space_text(files.need, root);
}

/// Steps to the end of the deck, which end at every multiple of its intervals. Where there are very many of these, the
/// rest goes on as the first did.
double steps_needed(const io::Deck& deck, double step, double from) {
  constexpr int most_targets = 100000;
  const double end = deck.number("time.end");
  std::vector<Trigger> triggers;
  for (const auto& interval : intervals_of(deck))
    triggers.emplace_back(io::Schedule{.steps = {}, .time = interval.length, .walltime = {}});
  double steps = 0, time = from;
  for (int target = 0; time < end && target < most_targets; ++target) {
    double next = end;
    for (const Trigger& trigger : triggers)
      next = std::min(next, next_target(trigger.next_time(time), end));
    steps += steps_between(time, next, step);
    time = next;
  }
  return time < end ? std::ceil(steps / (time - from) * (end - from)) : steps;
}

/// The arrays of the simulation, and the buffers that files are written from.
std::string memory_text(const io::Deck& deck, const Model& model) {
  const auto [arrays, more_where_cut, buffers, bytes_of_each_rank] = memory_need_of(deck, model);
  std::string text =
      fmt::format("memory  {} on the device, all ranks together: {} of arrays and {} of buffers for files",
                  size_text(arrays + buffers), size_text(arrays), size_text(buffers));
  if (more_where_cut > 0)
    text += fmt::format("; {} more for two steps in a pass on several ranks", size_text(more_where_cut));
  if (!PackedFields::one_memory) text += fmt::format("; {} of buffers on the host", size_text(buffers));
  return text + fmt::format("; beside {} of its own for each rank\n", size_text(bytes_of_each_rank));
}

/// The way of a whole run, its steps told where they are known.
Way way_of(const io::Deck& deck, const Model& model, const RunStart& start) {
  const double end = deck.number("time.end");
  Way way{start, {}, end};
  if (const auto step = model.forecast.step) {
    const double steps = steps_taken(deck, steps_needed(deck, *step, start.time), start.step);
    way.steps = steps;
    way.end_time = std::min(end, start.time + steps * *step);
  }
  return way;
}

}  // namespace

DiskNeed disk_need(const io::Deck& deck, const Model& model) {
  return files_on(way_of(deck, model, {}), deck, model).need;
}

MemoryNeed memory_need_of(const io::Deck& deck, const Model& model) {
  constexpr double each_rank = 0.25e9;  // the program with its libraries, and the arrays that measure the bandwidth
  const auto of_all = [cells = static_cast<double>(domain_of(deck).size())](std::int64_t bytes_per_cell) {
    return static_cast<double>(bytes_per_cell) * cells;
  };
  return {of_all(model.forecast.bytes_per_cell), of_all(model.forecast.more_where_cut),
          io::BackgroundWriter::slots * bytes_of_state(deck, model), each_rank};
}

std::optional<double> steps_of(const io::Deck& deck, const Model& model) {
  if (!model.forecast.step) return {};
  return steps_taken(deck, steps_needed(deck, *model.forecast.step, 0));
}

std::string forecast_text(const io::Deck& deck, const Model& model, const std::string& root, const RunStart& start) {
  const Forecast& forecast = model.forecast;
  const double end = deck.number("time.end");
  const std::string from = start.step > 0 ? fmt::format("from step {}, time {:g}, ", start.step, start.time) : "";
  const Way way = way_of(deck, model, start);
  std::string text;
  if (forecast.step) {
    const double needed = steps_needed(deck, *forecast.step, start.time), steps = *way.steps;
    text = fmt::format("steps   about {} of at most {:.4g} {}to time {:g} ({})\n", count_text(steps), *forecast.step,
                       from, end, forecast.note);
    if (steps < needed)
      text += fmt::format("        max_steps ends the run before: {} would be needed\n", count_text(needed));
  } else {
    text = fmt::format("steps   {}to time {:g}; their length follows from the state ({})\n", from, end, forecast.note);
  }
  text += memory_text(deck, model);
  text += files_text(deck, model, way, root);
  if (!forecast.warning.empty()) text += fmt::format("warning {}\n", forecast.warning);
  return text;
}

}  // namespace tarn::apps
