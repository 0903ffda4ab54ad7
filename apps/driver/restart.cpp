#include "tarn/apps/driver/restart.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/picture_range.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/selection.hpp"
#include "tarn/apps/driver/tallies.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/grid/interior.hpp"
#include "tarn/io/deck/changed_keys.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/snapshot/checkpoint.hpp"
#include "tarn/io/store/ensemble_layout.hpp"
#include "tarn/io/store/run_layout.hpp"

namespace tarn::apps {

namespace {

/// The keys in which the deck and the checkpoint do not fit, each with both values.
std::vector<std::string> differing_keys(const io::Deck& deck, const Grid& grid, const io::SnapshotReader& reader) {
  std::vector<std::string> keys;
  const auto compare = [&](const char* key, const auto& here, const auto& there) {
    if (here != there) keys.push_back(fmt::format("{} ({} in the deck, {} in the checkpoint)", key, here, there));
  };
  const io::GridBlock block = block_of(grid);
  const io::GridBlock& stored = reader.grid();
  const auto used = static_cast<std::size_t>(block.dimensions);
  const auto cells = [used](const io::GridBlock& b) {
    return std::vector(b.cells.begin(), b.cells.begin() + static_cast<std::ptrdiff_t>(used));
  };
  const auto numbers = [used](const std::array<double, 3>& values) {
    return std::vector(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(used));
  };
  compare("run.app", deck.app(), reader.info().app);
  compare("run.precision", deck.text("run.precision"), reader.info().precision);
  if (block.dimensions != stored.dimensions) {
    keys.push_back(fmt::format("grid.cells ({} in the deck, {} in the checkpoint)",
                               io::counted(block.dimensions, "dimension"),
                               io::counted(stored.dimensions, "dimension")));
    return keys;
  }
  compare("grid.cells", cells(block), cells(stored));
  compare("grid.lower", numbers(block.lower), numbers(stored.lower));
  if (block.cells == stored.cells) compare("grid.upper (spacing)", numbers(block.spacing), numbers(stored.spacing));
  return keys;
}

/// The fields of the state that the checkpoint lacks or has in another unit, each with both.
std::vector<std::string> differing_fields(const Model& model, const io::SnapshotReader& reader) {
  const auto unit = [](const std::string& text) { return text.empty() ? "no unit" : text; };
  std::vector<std::string> stored, differing;
  for (const auto& entry : reader.fields())
    stored.push_back(entry.name);
  for (const auto& field : model.state) {
    const auto at = std::find(stored.begin(), stored.end(), field.name) - stored.begin();
    if (at == static_cast<std::ptrdiff_t>(stored.size())) {
      differing.push_back(fmt::format("it has no field {}, only: {}", field.name, fmt::join(stored, ", ")));
      continue;
    }
    const std::string& there = reader.fields()[static_cast<std::size_t>(at)].unit;
    if (field.unit != there) {
      differing.push_back(
          fmt::format("{} is in {} there, and in the deck in {}", field.name, unit(there), unit(field.unit)));
    }
  }
  return differing;
}

/// Why a path is that of no checkpoint file.
std::string why_no_file(const std::string& path) {
  if (!std::filesystem::is_directory(path)) return "no such checkpoint file";
  if (const auto advice = io::advice_on_ensemble(path); !advice.empty()) return "no checkpoint file" + advice;
  if (!io::holds_a_run(path)) return "a directory, and no checkpoint file" + io::runs_in(path);
  return fmt::format("a run, and no checkpoint file; `--run-dir {} --restart` goes on with it", io::shell_word(path));
}

io::SnapshotReader open_fitting(const Communicator& ranks, const io::Deck& deck, const Grid& grid,
                                const std::string& file) {
  ranks.agree([&] {
    if (!std::filesystem::is_regular_file(file))
      throw DataError(fmt::format("{}: {}", io::path_text(file), why_no_file(file)));
  });
  auto reader = io::SnapshotReader::open(ranks, file);
  const auto keys = differing_keys(deck, grid, reader);
  if (!keys.empty()) {
    throw UsageError(
        fmt::format("{}: this checkpoint does not fit the deck: {}; change the deck back to go on from it, "
                    "or start a new run, without --restart",
                    io::path_text(file), fmt::join(keys, "; ")));
  }
  const double end = deck.number("time.end");
  if (reader.info().time > end) {
    throw UsageError(fmt::format("{}: this checkpoint is of time {:g}, beyond time.end = {:g}", io::path_text(file),
                                 reader.info().time, end));
  }
  return reader;
}

Moment moment_of(const io::SnapshotInfo& info) {
  return {info.step, info.time, 0, {info.counted_from, info.counted_steps}};
}

template <class Real>
void load_field(const SimulationContext& context, const io::SnapshotReader& reader, const NamedField& field,
                const Field<Real, 3>& values) {
  const Grid& grid = context.grid;
  const HostField<Real, 3> host(field.name, grid.cells(2), grid.cells(1), grid.cells(0));
  const io::GridBlock block = block_of(grid);
  reader.read(field.name, block.offset, block.count, host.data());
  copy_interior_from_host<Real>(context.runtime.space(), grid, host, values);
}

template <class View>
void load_values(const SimulationContext& context, const io::SnapshotReader& reader, const NamedField& field,
                 const View& values) {
  load_field<typename View::non_const_value_type>(context, reader, field, values);
}

}  // namespace

CheckedCheckpoint check_checkpoint(const Communicator& ranks, const SimulationCase& simulation, const Grid& grid,
                                   const std::string& file) {
  const auto reader = open_fitting(ranks, simulation.deck(), grid, file);
  const auto differing = differing_fields(simulation.model(), reader);
  if (!differing.empty())
    throw UsageError(
        fmt::format("{}: this file does not fit the deck: {}", io::path_text(file), fmt::join(differing, "; ")));
  return {moment_of(reader.info()), io::changed_keys(simulation.deck().text(), reader.info().deck)};
}

Loaded load_checkpoint(const SimulationContext& context, const std::string& file, Simulation& simulation) {
  const auto reader = open_fitting(context.runtime.communicator(), context.deck, context.grid, file);
  for (const NamedField& field : simulation.state()) {
    std::visit([&](const auto& values) { load_values(context, reader, field, values); }, field.values);
  }
  auto tallies = read_tallies(reader.info().tallies, file);
  Loaded loaded{moment_of(reader.info()), take_picture_tallies(tallies)};
  simulation.set_tallies(tallies);
  simulation.restarted(loaded.moment.time);
  return loaded;
}

std::string newest_checkpoint(const Communicator& ranks, const io::RunDirectory& run,
                              std::vector<std::string>& skipped) {
  const auto file = io::newest_valid_checkpoint(ranks, run, skipped);
  if (file) return file->string();
  throw DataError(fmt::format("{}: no checkpoint to restart from{}{}", io::path_text(run.path()),
                              skipped.empty() ? "" : "; skipped: ", fmt::join(skipped, "; ")));
}

}  // namespace tarn::apps
