#include "tarn/apps/cli/measure_decks.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tarn/apps/driver/alike_steps.hpp"
#include "tarn/apps/driver/precision.hpp"
#include "tarn/apps/driver/simulation_case.hpp"
#include "tarn/apps/driver/steps_per_pass.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/profile/bandwidth.hpp"

namespace tarn::cli {

namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// The bandwidth of all ranks at once, the slowest rank's times their number [bytes/s].
template <class Real>
Bandwidth measure_together(const Runtime& runtime, std::int64_t cells) {
  const auto& ranks = runtime.communicator();
  const auto elements = static_cast<std::size_t>(cells / ranks.size());
  ranks.barrier();
  const Bandwidth mine = measure_bandwidth<Real>(runtime.space(), elements, 3);
  return {ranks.min(mine.copy) * ranks.size(), ranks.min(mine.triad) * ranks.size()};
}

/// A deck's simulation, stepped as a run would.
class DeckCase {
 public:
  DeckCase(const Runtime& runtime, const apps::SimulationCase& simulation);

  /// The app, such as "2D fp64", and the cells.
  std::string name() const;
  bool is_single() const { return apps::is_single(deck_); }
  /// Steps for about a tenth of a second, at least once; returns seconds per step, the slowest rank's.
  double seconds_per_step() { return time_steps(steps_) / steps_; }
  /// What the kernels of a single step read and write, all ranks together.
  double bytes_per_step() const { return bytes_per_step_; }
  double cells() const { return static_cast<double>(patch_.grid().domain().size()); }
  int steps_in_a_pass() const { return alike_ == nullptr ? 1 : alike_->steps_in_a_pass(); }
  /// Whether two steps in a pass could have been chosen and were not: the row before it has the same single steps.
  bool repeats_single_steps() const { return apps::decides_steps_per_pass(deck_) && steps_in_a_pass() == 1; }

 private:
  double time_steps(int count);
  int take_steps(int most);
  double bytes_counted() const;

  const Runtime& runtime_;
  const io::Deck& deck_;
  Patch patch_;
  Regions regions_;
  std::unique_ptr<apps::Simulation> simulation_;
  apps::AlikeSteps* alike_ = nullptr;  ///< the simulation, where its steps are alike
  std::vector<apps::PlannedStep> planned_;
  double time_ = 0, bytes_per_step_ = 0;
  int steps_ = 1;
};

DeckCase::DeckCase(const Runtime& runtime, const apps::SimulationCase& simulation)
    : runtime_(runtime),
      deck_(simulation.deck()),
      patch_(apps::make_patch(runtime, simulation)),
      regions_(runtime.space()) {
  constexpr int first_steps = 3, short_steps = 64;
  constexpr double seconds_of_a_short_step = 1e-3, seconds_of_a_measurement = 0.1;
  regions_.sample(false);
  simulation_ = simulation.model().create({runtime, deck_, patch_, regions_});
  time_steps(first_steps);
  bytes_per_step_ = bytes_counted() / first_steps;
  alike_ = apps::alike_steps_of(*simulation_);
  double once = time_steps(first_steps) / first_steps;  // the very first ones are slow
  if (once < seconds_of_a_short_step) once = time_steps(short_steps) / short_steps;
  steps_ = static_cast<int>(std::clamp(seconds_of_a_measurement / once, 1.0, 1e5));
  steps_ = static_cast<int>(runtime.communicator().broadcast(std::int64_t{steps_}));
}

std::string DeckCase::name() const {
  const Domain& domain = patch_.grid().domain();
  std::string cells = std::to_string(domain.cells[0]);
  for (int axis = 1; axis < domain.dimensions; ++axis)
    cells += fmt::format(" x {}", domain.cells[static_cast<std::size_t>(axis)]);
  return fmt::format("{} {}D {}, {} cells{}", deck_.app(), domain.dimensions, is_single() ? "fp32" : "fp64", cells,
                     steps_in_a_pass() == 2 ? ", two steps a pass" : "");
}

double DeckCase::time_steps(int count) {
  runtime_.space().fence();
  runtime_.communicator().barrier();
  const Kokkos::Timer clock;
  for (int taken = 0; taken < count;)
    taken += take_steps(count - taken);
  runtime_.space().fence();
  return runtime_.communicator().max(clock.seconds());
}

/// Takes one step, or several where they are alike. @returns how many
int DeckCase::take_steps(int most) {
  const double dt = simulation_->largest_step();
  planned_.clear();
  do {
    planned_.push_back({time_, dt});
    time_ += dt;
  } while (alike_ != nullptr && planned_.size() < std::min(static_cast<std::size_t>(most), apps::AlikeSteps::most));
  if (alike_ != nullptr) {
    alike_->take_steps(planned_, std::numeric_limits<double>::infinity());
  } else {
    simulation_->step(planned_.front().time, dt);
  }
  return static_cast<int>(planned_.size());
}

/// As the steps' regions counted them.
double DeckCase::bytes_counted() const {
  std::int64_t bytes = 0;
  for (const auto& region : regions_.report()) {
    if (region.name == "step") bytes += region.bytes;
  }
  return static_cast<double>(runtime_.communicator().sum(bytes));
}

using Cases = std::vector<std::unique_ptr<const apps::Case>>;

/// Adds the case of a deck, and before it that of single steps where they are not the only choice.
/// @param make  makes it with overrides of the deck
template <class Make>
void add_cases(Cases& cases, const Make& make, std::vector<std::string> overrides) {
  auto deck = make(overrides);
  const io::Deck& own = apps::as_simulation(*deck).deck();
  if (apps::decides_steps_per_pass(own)) {
    overrides.push_back(own.app() + ".steps_per_pass=1");
    cases.push_back(make(overrides));
  }
  cases.push_back(std::move(deck));
}

/// A deck for an app that has one to be measured with.
std::unique_ptr<const apps::Case> case_of(const apps::App& app, int dimensions, const char* precision,
                                          std::int64_t cells, const std::vector<std::string>& overrides) {
  const auto side = static_cast<std::int64_t>(std::llround(std::pow(static_cast<double>(cells), 1.0 / dimensions)));
  std::string sides = std::to_string(side);
  for (int axis = 1; axis < dimensions; ++axis)
    sides += ", " + std::to_string(side);
  return apps::parse_case(fmt::format("[run]\napp = \"{}\"\nprecision = \"{}\"\n[grid]\ncells = [{}]\n[time]\n"
                                      "end = 1\n{}",
                                      app.name, precision, sides, app.bench),
                          "bench", overrides);
}

/// Measures decks of one precision, each repeat beside one of the peak.
template <class Real>
void add_rows(const Runtime& runtime, const BenchOptions& options, const Cases& decks, std::vector<BenchRow>& rows) {
  std::vector<double> copies, triads;
  std::vector<BenchRow> deck_rows;
  for (const auto& deck : decks) {
    DeckCase measured(runtime, apps::as_simulation(*deck));
    if (measured.repeats_single_steps()) continue;
    std::vector<double> rates, shares;
    for (int n = 0; n < options.repeats; ++n) {
      const Bandwidth peak = measure_together<Real>(runtime, options.cells);
      const double rate = measured.bytes_per_step() / measured.seconds_per_step();
      copies.push_back(peak.copy);
      triads.push_back(peak.triad);
      rates.push_back(rate);
      shares.push_back(rate / peak_of(peak));
    }
    const double rate = median(rates);
    deck_rows.push_back({measured.name(), rate, median(shares), rate / measured.bytes_per_step() * measured.cells(),
                         measured.steps_in_a_pass()});
  }
  if (decks.empty()) return;
  const char* name = sizeof(Real) == 4 ? "fp32" : "fp64";
  const double copy = median(copies), triad = median(triads);
  const double peak = peak_of({copy, triad});
  rows.push_back({fmt::format("copy {}", name), copy, copy / peak, 0});
  rows.push_back({fmt::format("triad {}", name), triad, triad / peak, 0});
  rows.insert(rows.end(), deck_rows.begin(), deck_rows.end());
}

}  // namespace

std::vector<BenchRow> run_bench(const Runtime& runtime, const BenchOptions& options) {
  Cases doubles, singles;
  runtime.communicator().agree([&] {
    for (const auto& file : options.decks) {
      const auto make = [&](const auto& overrides) { return apps::read_case(file, overrides); };
      const auto deck = make(options.overrides);
      const bool single = apps::is_single(apps::as_simulation(*deck).deck());
      add_cases(single ? singles : doubles, make, options.overrides);
    }
  });
  for (const apps::App& app : apps::all_apps()) {
    if (app.bench.empty() || !options.decks.empty()) continue;
    for (const int dimensions : {2, 3}) {
      for (const char* precision : {"double", "single"}) {
        const auto make = [&](const auto& overrides) {
          return case_of(app, dimensions, precision, options.cells, overrides);
        };
        add_cases(precision == std::string("double") ? doubles : singles, make, {});
      }
    }
  }
  std::vector<BenchRow> rows;
  add_rows<double>(runtime, options, doubles, rows);
  add_rows<float>(runtime, options, singles, rows);
  return rows;
}

}  // namespace tarn::cli
