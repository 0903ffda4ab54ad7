// What must be the same to the bit: the state on any number of ranks, and after a restart.
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "tarn/apps/driver/run.hpp"
#include "tarn/apps/driver/verify/proof.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/grid/interior.hpp"
#include "tarn/io/files/content_hash.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/store/run_view.hpp"

namespace tarn::apps {

namespace {

namespace fs = std::filesystem;

/// Of this rank's cells, each with its number in the domain.
template <class Values>
std::uint64_t hash_of(const Patch& patch, const Values& values) {
  using Real = typename Values::non_const_value_type;
  const Grid& grid = patch.grid();
  const HostField<Real, 3> host("tarn::verify::values", grid.cells(2), grid.cells(1), grid.cells(0));
  copy_interior_to_host<Real>(patch.space(), grid, values, host);
  io::ContentHash hash;
  for (int k = 0; k < grid.cells(2); ++k) {
    for (int j = 0; j < grid.cells(1); ++j) {
      const std::int64_t row = (std::int64_t{grid.offset(2)} + k) * grid.domain().cells[1] + grid.offset(1) + j;
      for (int i = 0; i < grid.cells(0); ++i) {
        const auto cell = static_cast<std::uint64_t>(row * grid.domain().cells[0] + grid.offset(0) + i);
        hash.add(cell, &host(k, j, i), sizeof(Real));
      }
    }
  }
  return hash.sum();
}

/// The sum of two halves over all ranks, modulo 2^64, without an overflow of signed numbers.
std::uint64_t sum_over(const Communicator& ranks, std::uint64_t value) {
  constexpr std::uint64_t half = 0xffffffff;
  const auto low = static_cast<std::uint64_t>(ranks.sum(static_cast<std::int64_t>(value & half)));
  const auto high = static_cast<std::uint64_t>(ranks.sum(static_cast<std::int64_t>(value >> 32)));
  return low + (high << 32);
}

/// Writes the deck, with checkpoints as often as half of its steps take, all of them kept.
std::string store_deck(const Communicator& ranks, const std::string& text, const std::string& scratch, int steps) {
  const auto made = parse_case(
      text, "deck",
      {fmt::format("checkpoint.every={{steps={}}}", steps), "checkpoint.keep=100", "checkpoint.on_error=stop"});
  const fs::path file = fs::path(scratch) / "deck.toml";
  ranks.agree([&] {
    if (!ranks.is_root()) return;
    std::error_code failed;
    fs::remove(file, failed);
    std::ofstream out(file);
    out << made->deck().text();
    if (!out.flush()) throw DataError(io::path_text(file) + ": the deck could not be written");
  });
  return file.string();
}

/// Hears nothing of a run, and hands on what asks for its end.
class Silent : public Observer {
 public:
  explicit Silent(Observer& other) : other_(other) {}
  int stop_request() noexcept override { return other_.stop_request(); }
  std::string name_of(int stop_request) override { return other_.name_of(stop_request); }

 private:
  Observer& other_;
};

/// A run into a folder of its own; its checkpoints, the oldest first.
/// @throws AskedToStop
std::vector<io::ManifestEntry> checkpoints_of_run(const Runtime& runtime, const RunRequest& request,
                                                  Observer& observer) {
  Silent silent(observer);
  if (run_deck(runtime, request, silent) == exit_code::stopped) {
    const auto asked = runtime.communicator().max(std::int64_t{observer.stop_request()});
    throw AskedToStop(asked > 0 ? observer.name_of(static_cast<int>(asked)) : "the job's time is nearly over");
  }
  return io::RunView(*request.run_directory).files("checkpoint");
}

/// The same. What is wrong with the deck when the run begins is told of the problem: nobody knows the file that the run
/// has it from.
/// @throws AskedToStop, io::DeckError
std::vector<io::ManifestEntry> checkpoints_of_first_run(const Runtime& runtime, const RunRequest& request,
                                                        const Problem& problem, Observer& observer) {
  try {
    return checkpoints_of_run(runtime, request, observer);
  } catch (const io::DeckError& error) {
    auto flaws = error.problems();
    for (auto& flaw : flaws) {
      if (flaw.position.source == request.deck) flaw.position = {problem.source, 0, 0};
    }
    const auto made = parse_case(problem.text, problem.source, problem.overrides);
    throw error_on_grid(made->deck(), plan_of(made->deck()).grids.front(), io::DeckError(flaws));
  }
}

/// A name that no run has had.
std::string fresh_folder(const Communicator& ranks, const std::string& scratch) {
  int n = 0;
  while (fs::exists(fmt::format("{}/run{}", scratch, n)))
    ++n;
  return ranks.broadcast(fmt::format("{}/run{}", scratch, n));
}

}  // namespace

std::vector<std::string> state_hashes(const Runtime& runtime, const std::string& deck_text, Observer& observer) {
  SteppedCase run(runtime, deck_text, observer);
  run.advance(run.deck().number("time.end"));
  std::vector<std::string> hashes;
  for (const NamedField& field : run.simulation().state()) {
    const std::uint64_t own =
        std::visit([&](const auto& values) { return hash_of(run.patch(), values); }, field.values);
    hashes.push_back(field.name + " " + io::hash_text(sum_over(run.patch().ranks(), own)));
  }
  return hashes;
}

Finding check_restart(const Runtime& runtime, const Problem& problem, const std::string& scratch, Observer& observer) {
  const Communicator& ranks = runtime.communicator();
  const std::string deck_text = short_deck(runtime, problem);
  SteppedCase whole(runtime, deck_text, observer);
  whole.advance(whole.deck().number("time.end"));
  if (whole.steps() < 2) return {"restart", "", Verdict::skipped, "the run has one step only"};
  RunRequest request;
  request.deck = store_deck(ranks, deck_text, scratch, (whole.steps() + 1) / 2);
  request.run_directory = fresh_folder(ranks, scratch);
  const auto first = checkpoints_of_first_run(runtime, request, problem, observer);
  require(first.size() >= 2, "a run with checkpoints half way has written none");
  request.restart = (fs::path(*request.run_directory) / first.front().file).string();
  request.run_directory = fresh_folder(ranks, scratch);
  const auto second = checkpoints_of_run(runtime, request, observer);
  const bool same =
      !second.empty() && first.back().step == second.back().step && first.back().datasets == second.back().datasets;
  return {"restart", "", same ? Verdict::good : Verdict::bad,
          same ? fmt::format("from step {} of {}: the same bits", first.front().step, first.back().step)
               : fmt::format("from step {} the run ends otherwise than without a restart", first.front().step)};
}

}  // namespace tarn::apps
