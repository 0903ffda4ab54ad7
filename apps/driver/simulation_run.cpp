#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/driver/alike_steps.hpp"
#include "tarn/apps/driver/members/batch_simulation.hpp"
#include "tarn/apps/driver/precision.hpp"
#include "tarn/apps/driver/report.hpp"
#include "tarn/apps/driver/restart.hpp"
#include "tarn/apps/driver/room.hpp"
#include "tarn/apps/driver/run_control.hpp"
#include "tarn/apps/driver/simulation_case.hpp"
#include "tarn/apps/driver/start_or_continue.hpp"
#include "tarn/apps/driver/time_loop.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::apps {

namespace {

Bandwidth measure(const Space& space, const io::Deck& deck) {
  constexpr std::size_t bytes = 64 << 20;  // of one array: past the caches, and milliseconds on a host
  constexpr int repeats = 3;
  return is_single(deck) ? measure_bandwidth<float>(space, bytes / sizeof(float), repeats)
                         : measure_bandwidth<double>(space, bytes / sizeof(double), repeats);
}

/// What a checkpoint takes until one has been measured: a slow disk, and what every file takes [s].
double checkpoint_guess(const Grid& grid, std::size_t fields) {
  constexpr double bytes_per_second = 50e6, each = 2, bytes_of_a_number = 8;
  const auto numbers = static_cast<double>(fields) * static_cast<double>(grid.domain().size());
  return each + bytes_of_a_number * numbers / bytes_per_second;
}

/// Of a run that was stopped before it had a checkpoint: all is to be written anew.
constexpr std::int64_t before_the_first_step = -1;

/// What a run begins from, if not from its initial state.
struct Checkpoint {
  std::string file;
  Moment moment;
  std::vector<std::string> changed_keys;  ///< of the deck, since it was written
};

/// Times one thing after the other, with what the device does of it.
class Laps {
 public:
  explicit Laps(const Space& space) : space_(space) {}

  /// Seconds since the last call, or since this began.
  double next() {
    space_.fence();
    const double seconds = clock_.seconds();
    clock_.reset();
    return seconds;
  }

 private:
  Space space_;
  Kokkos::Timer clock_;
};

/// One run of a simulation.
class SimulationRun : public Work {
 public:
  SimulationRun(const RunContext& run, const SimulationCase& simulation)
      : run_(run),
        case_(simulation),
        patch_(make_patch(run.runtime, simulation, run.transport)),
        regions_(run.runtime.space()),
        context_{run.runtime, run.deck, patch_, regions_, run.observer},
        from_(find_checkpoint()) {}

  std::string header() const override;
  std::string warning() const override { return case_.model().forecast.warning; }
  void start() override;
  Outcome run() override;
  std::string report(const Outcome& outcome) const override;
  void tell(nlohmann::ordered_json& json) const override;

 private:
  bool is_root() const { return patch_.ranks().is_root(); }
  std::optional<Checkpoint> find_checkpoint() const;
  Outcome advance();
  std::vector<std::string> remarks(const Writer& writer) const;
  std::string changes_text() const;
  void tell_members(nlohmann::ordered_json& json) const;
  std::string directory() const { return run_.directory.path().string(); }

  const RunContext& run_;
  const SimulationCase& case_;
  Patch patch_;
  Regions regions_;
  SimulationContext context_;
  std::optional<Checkpoint> from_;
  std::vector<HistoryValue> pictures_;  ///< of the checkpoint
  std::unique_ptr<Simulation> simulation_;
  RunSummary summary_;
};

/// The checkpoint that the run begins from, if it does; it fits the deck.
std::optional<Checkpoint> SimulationRun::find_checkpoint() const {
  const bool automatic = is_auto(run_.request);
  if (!run_.request.restart || (automatic && !run_.continued)) return {};
  if (automatic && has_no_checkpoint(patch_.ranks(), run_.directory)) return {};
  std::vector<std::string> skipped;
  const std::string file =
      run_.continued ? newest_checkpoint(patch_.ranks(), run_.directory, skipped) : std::string(*run_.request.restart);
  if (is_root()) {
    for (const auto& line : skipped)
      run_.observer.warn("skipped " + line);
  }
  const auto [moment, changed] = check_checkpoint(patch_.ranks(), case_, patch_.grid(), file);
  return Checkpoint{file, moment, changed};
}

std::string SimulationRun::header() const {
  const Moment start = from_ ? from_->moment : Moment{};
  std::string text = case_.title() + header_text(context_, case_.model(), run_.directory.path().parent_path().string(),
                                                 {start.step, start.time, run_.continued});
  if (const std::string changed = changes_text(); !changed.empty()) text += "changed " + changed + '\n';
  return text;
}

void SimulationRun::start() {
  const Room room = run_.room ? *run_.room : room_on_all(patch_.ranks(), run_.deck, case_.model());
  Laps laps(patch_.space());
  simulation_ = case_.model().create(context_);
  AlikeSteps* const alike = alike_steps_of(*simulation_);
  if (alike != nullptr && room == Room::single_steps) alike->do_without_pairs();
  summary_.start.initial_state = laps.next();
  if (!from_) return simulation_->look_at_start();
  auto loaded = load_checkpoint(context_, from_->file, *simulation_);
  from_->moment = loaded.moment;
  pictures_ = std::move(loaded.pictures);
  summary_.start.checkpoint = laps.next();
  summary_.steps = from_->moment.step;
  summary_.time = from_->moment.time;
  if (is_root()) {
    run_.observer.report(fmt::format("restart from {}: step {}, time {:g}\n", io::path_text(from_->file),
                                     summary_.steps, summary_.time));
  }
}

Outcome SimulationRun::run() {
  const Outcome outcome = advance();
  if (outcome.status == RunStatus::done) case_.finished(run_);
  return outcome;
}

Outcome SimulationRun::advance() {
  Laps laps(patch_.space());
  summary_.peak = measure(patch_.space(), run_.deck);
  summary_.start.bandwidth = laps.next();
  const Moment start = from_ ? from_->moment : Moment{};
  const bool goes_on = run_.continued && from_;
  const auto restarted_at = run_.continued ? std::optional(goes_on ? start.step : before_the_first_step) : std::nullopt;
  RunControl control(patch_.ranks(), run_.directory, run_.observer,
                     checkpoint_guess(patch_.grid(), case_.model().state.size()));
  Writer writer(context_, run_.directory, *simulation_, control, restarted_at, pictures_);
  TimeLoop loop(context_, *simulation_, writer, control);
  try {
    const Outcome outcome = loop.run(start, !goes_on, summary_);
    run_.observer.progress_ended();
    summary_.remarks = remarks(writer);
    if (outcome.status == RunStatus::done)
      summary_.errors = errors_of(patch_, *simulation_, case_.model().exact, summary_.time);
    return outcome;
  } catch (...) {
    summary_.remarks = remarks(writer);
    run_.observer.progress_ended();
    throw;
  }
}

std::vector<std::string> SimulationRun::remarks(const Writer& writer) const {
  auto remarks = simulation_->remarks();
  if (const std::string changed = changes_text(); !changed.empty()) remarks.push_back(changed);
  for (auto& remark : writer.remarks())
    remarks.push_back(std::move(remark));
  return remarks;
}

/// Of the keys of the deck that are not those of the checkpoint; empty if all are.
std::string SimulationRun::changes_text() const {
  if (!from_ || from_->changed_keys.empty()) return {};
  return fmt::format("keys that differ from the checkpoint's deck: {}", fmt::join(from_->changed_keys, ", "));
}

std::string SimulationRun::report(const Outcome& outcome) const {
  RunSummary summary = summary_;
  summary.regions = regions_.report();
  return end_text(context_, outcome, summary, directory());
}

void SimulationRun::tell(nlohmann::ordered_json& json) const {
  RunSummary summary = summary_;
  summary.regions = regions_.report();
  apps::tell(context_, summary, json);
  tell_members(json);
}

/// Of a batch.
void SimulationRun::tell_members(nlohmann::ordered_json& json) const {
  const auto* batch = dynamic_cast<const BatchSimulation*>(simulation_.get());
  if (batch == nullptr) return;
  json["members"] = batch->names();
  json["failed_members"] = nlohmann::ordered_json::array();
  for (const auto& failure : batch->failures()) {
    json["failed_members"].push_back(
        {{"member", batch->names()[failure.member]}, {"step", failure.step}, {"reason", failure.reason}});
  }
}

}  // namespace

std::unique_ptr<Work> SimulationCase::begin(const RunContext& context) const {
  return std::make_unique<SimulationRun>(context, *this);
}

}  // namespace tarn::apps
