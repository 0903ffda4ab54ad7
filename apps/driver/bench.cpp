#include "tarn/apps/driver/bench.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/core/profile/bandwidth.hpp"

namespace tarn::apps {

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

/// A heat problem of about so many cells that is stepped as a run would.
class HeatCase {
 public:
  HeatCase(const Runtime& runtime, int dimensions, const std::string& precision, std::int64_t cells);

  std::string name() const;
  /// Steps for about a tenth of a second, at least once; returns seconds per step, the slowest rank's.
  double seconds_per_step();
  double bytes_per_step() const;
  double cells() const { return static_cast<double>(patch_.grid().domain().size()); }

 private:
  double time_steps(int count);

  const Runtime& runtime_;
  int dimensions_;
  std::string precision_;
  io::Deck deck_;
  Patch patch_;
  Regions regions_;
  std::unique_ptr<Simulation> simulation_;
  int steps_ = 1;
};

io::Deck deck_of(int dimensions, const std::string& precision, std::int64_t cells) {
  const auto side = static_cast<std::int64_t>(std::llround(std::pow(static_cast<double>(cells), 1.0 / dimensions)));
  std::string sides = std::to_string(side);
  for (int axis = 1; axis < dimensions; ++axis)
    sides += ", " + std::to_string(side);
  const std::string text = fmt::format(
      "[run]\napp = \"heat\"\nprecision = \"{}\"\n[grid]\ncells = [{}]\n[time]\nend = 1\n"
      "[heat]\ndiffusivity = 1\ninitial = \"1 + x * y\"\n",
      precision, sides);
  return parse_deck(text, "bench");
}

HeatCase::HeatCase(const Runtime& runtime, int dimensions, const std::string& precision, std::int64_t cells)
    : runtime_(runtime),
      dimensions_(dimensions),
      precision_(precision),
      deck_(deck_of(dimensions, precision, cells)),
      patch_(runtime.space(), runtime.communicator(), domain_of(deck_), 1, choose_mpi_buffers(runtime.communicator())),
      regions_(runtime.space()) {
  regions_.sample(false);
  simulation_ = model_of(deck_).create({runtime, deck_, patch_, regions_});
  const double once = time_steps(3) / 3;
  steps_ = static_cast<int>(std::clamp(0.1 / once, 1.0, 1000.0));
  steps_ = static_cast<int>(runtime.communicator().broadcast(std::int64_t{steps_}));
}

std::string HeatCase::name() const {
  return fmt::format("heat {}D {}, {}^{} cells", dimensions_, precision_ == "single" ? "fp32" : "fp64",
                     patch_.grid().domain().cells[0], dimensions_);
}

double HeatCase::bytes_per_step() const {
  return 2.0 * cells() * (precision_ == "single" ? 4 : 8);
}

double HeatCase::time_steps(int count) {
  runtime_.space().fence();
  runtime_.communicator().barrier();
  const Kokkos::Timer clock;
  for (int n = 0; n < count; ++n)
    simulation_->step(0, simulation_->largest_step());
  runtime_.space().fence();
  return runtime_.communicator().max(clock.seconds());
}

double HeatCase::seconds_per_step() {
  return time_steps(steps_) / steps_;
}

template <class Real>
void add_rows(const Runtime& runtime, const BenchOptions& options, std::vector<BenchRow>& rows) {
  const std::string precision = sizeof(Real) == 4 ? "single" : "double";
  std::vector<double> copies, triads;
  std::vector<BenchRow> heat_rows;
  for (const int dimensions : {2, 3}) {
    HeatCase heat(runtime, dimensions, precision, options.cells);
    std::vector<double> rates, shares;
    for (int n = 0; n < options.repeats; ++n) {
      const Bandwidth peak = measure_together<Real>(runtime, options.cells);
      const double rate = heat.bytes_per_step() / heat.seconds_per_step();
      copies.push_back(peak.copy);
      triads.push_back(peak.triad);
      rates.push_back(rate);
      shares.push_back(rate / peak_of(peak));
    }
    const double rate = median(rates);
    heat_rows.push_back({heat.name(), rate, median(shares), rate / heat.bytes_per_step() * heat.cells()});
  }
  const char* name = sizeof(Real) == 4 ? "fp32" : "fp64";
  const double copy = median(copies), triad = median(triads);
  const double peak = peak_of({copy, triad});
  rows.push_back({fmt::format("copy {}", name), copy, copy / peak, 0});
  rows.push_back({fmt::format("triad {}", name), triad, triad / peak, 0});
  rows.insert(rows.end(), heat_rows.begin(), heat_rows.end());
}

}  // namespace

std::vector<BenchRow> run_bench(const Runtime& runtime, const BenchOptions& options) {
  std::vector<BenchRow> rows;
  add_rows<double>(runtime, options, rows);
  add_rows<float>(runtime, options, rows);
  return rows;
}

}  // namespace tarn::apps
