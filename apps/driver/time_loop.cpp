#include "tarn/apps/driver/time_loop.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/driver/stepping.hpp"
#include "tarn/core/error.hpp"
#include "tarn/ops/reduce/statistics.hpp"

namespace tarn::apps {

namespace {

/// Steps between two looks for bad values where nothing is written: one more read of the fields in so many steps. The
/// second number is of steps that are shorter than the wait for the answer.
constexpr std::int64_t steps_between_checks = 50, short_steps_between_checks = 800;
/// The first steps are all timed, one by one; later one call in so many, of one step or of several.
constexpr std::int64_t steps_timed_at_first = AlikeSteps::alone_at_first, calls_per_timed_one = 16;
/// Ranks talk about walltime and signals about this often [s].
constexpr double seconds_between_polls = 0.1;

}  // namespace

TimeLoop::TimeLoop(const SimulationContext& context, Simulation& simulation, Writer& writer, RunControl& control)
    : context_(context),
      simulation_(simulation),
      writer_(writer),
      control_(control),
      alike_(alike_steps_of(simulation)),
      steps_between_checks_(alike_ != nullptr && alike_->together_is_faster() ? short_steps_between_checks
                                                                              : steps_between_checks) {
  const io::Deck& deck = context.deck;
  end_ = deck.number("time.end");
  fixed_step_ = deck.given("time.dt");
  if (deck.has("time.max_steps")) max_steps_ = deck.integer("time.max_steps");
  if (deck.has("time.max_walltime")) max_walltime_ = deck.duration("time.max_walltime");
}

Outcome TimeLoop::run(Moment start, bool write_first, RunSummary& summary) {
  now_ = start;
  first_step_ = last_poll_ = next_poll_ = last_sound_step_ = start.step;
  peak_ = peak_of(summary.peak);
  clock_.reset();
  const std::string nothing_left = finished() ? why_finished() : "";
  if (write_first || finished()) {
    look_for_bad_values();
    writer_.write(now_, 0, true);
  }
  while (!finished() && stop_reason_.empty()) {
    take_steps();
    update(summary);
    if (now_.step >= next_poll_) poll(summary);
    const bool last = finished() || !stop_reason_.empty();
    if (last || checkpoint_wanted_ || now_.step % steps_between_checks_ == 0 || writer_.due(now_))
      look_for_bad_values();
    const std::int64_t files = writer_.files();
    writer_.write(now_, dt_, last && stop_reason_.empty());
    // A file takes longer than steps, so that the next look may be far away: somebody may have asked meanwhile.
    if (writer_.files() != files) next_poll_ = std::min(next_poll_, now_.step + 1);
    if (std::exchange(checkpoint_wanted_, false)) writer_.write_checkpoint(now_, dt_);
  }
  if (!stop_reason_.empty()) writer_.write_checkpoint(now_, dt_);
  writer_.finish();
  if (!stop_reason_.empty() && !writer_.checkpoint_written()) {
    // Exit code 75 promises a checkpoint of this state.
    throw DataError(fmt::format("stopped ({}) at step {} without a checkpoint of it", stop_reason_, now_.step));
  }
  if (!writer_.result_written()) {
    throw DataError(
        fmt::format("step {} is the last, but its checkpoint could not be written, and there is no [[output]]: "
                    "the run has no result",
                    now_.step));
  }
  context_.runtime.space().fence();
  now_.walltime = clock_.seconds();
  update(summary);
  if (stop_reason_.empty())
    return {RunStatus::done, exit_code::done, nothing_left.empty() ? why_before_end() : nothing_left};
  return {RunStatus::stopped, exit_code::stopped, stop_reason_, !run_again_};
}

bool TimeLoop::finished(const Moment& moment) const {
  return moment.time >= end_ || (max_steps_ && moment.step >= *max_steps_);
}

/// For a restart that has no step to take.
std::string TimeLoop::why_finished() const {
  if (now_.time >= end_) return fmt::format("nothing was left to do: time.end is {:g}", end_);
  return fmt::format("nothing was left to do: time.max_steps is {}, and the checkpoint is of step {}", *max_steps_,
                     now_.step);
}

/// Of a run that has ended; empty where it came to time.end.
std::string TimeLoop::why_before_end() const {
  if (now_.time >= end_) return {};
  return fmt::format("time.max_steps is {}; time.end, which is {:g}, was not reached", *max_steps_, end_);
}

NextStep TimeLoop::next_after(const Moment& moment) const {
  const double target = next_target(writer_.next_time(moment.time), end_);
  return next_step(moment.time, moment.counted, target, largest_step_, fixed_step_);
}

/// Whether there is more to do at a moment to come than to take the next step.
bool TimeLoop::something_follows(const Moment& moment) const {
  return finished(moment) || moment.step >= next_poll_ || moment.step % steps_between_checks_ == 0 ||
         writer_.due(moment);
}

/// Steps to the end, about, if all are as long as largest_step() allows.
double TimeLoop::steps_left() const {
  double left = finished() ? 0 : steps_between(now_.time, end_, largest_step_);
  if (max_steps_) left = std::min(left, static_cast<double>(*max_steps_ - now_.step));
  return left;
}

/// Takes one step; several, where they are alike and nothing happens between them.
void TimeLoop::take_steps() {
  const bool first = now_.step - first_step_ < steps_timed_at_first;
  context_.regions.sample(first || calls_ % calls_per_timed_one == 0);
  ++calls_;
  tell_step([&] { largest_step_ = simulation_.largest_step(); });
  Moment then = plan(alike_ == nullptr || first ? 1 : AlikeSteps::most);
  tell_step([&] {
    if (alike_ != nullptr) return alike_->take_steps(planned_, steps_left());
    simulation_.step(now_.time, planned_.back().dt);
    while (const auto shorter = simulation_.take_back_if_too_long()) {
      largest_step_ = *shorter;
      then = plan(1);
      simulation_.step(now_.time, planned_.back().dt);
    }
  });
  now_ = then;
  dt_ = planned_.back().dt;
}

/// Plans the next steps, as many as nothing happens between, and at most so many.
/// @returns where they end
Moment TimeLoop::plan(std::size_t most) {
  Moment then = now_;
  planned_.clear();
  do {
    const NextStep next = next_after(then);
    planned_.push_back({then.time, next.dt});
    then.time = next.end;
    then.counted = next.counted;
    ++then.step;
  } while (planned_.size() < most && !something_follows(then));
  return then;
}

/// Adds to an error of the numbers the step that they went bad in.
void TimeLoop::tell_step(const std::function<void()>& action) const {
  try {
    action();
  } catch (const NumericsError& error) {
    throw NumericsError(fmt::format("{}; in the step from {} on, at time {:g}", error.what(), now_.step, now_.time));
  }
}

void TimeLoop::look_for_bad_values() {
  const auto timer = context_.regions.time_always("check for NaN");
  if (auto* batch = dynamic_cast<BatchSimulation*>(&simulation_)) return look_at_members(*batch);
  for (const NamedField& field : simulation_.state()) {
    const auto place = std::visit(
        [&](const auto& values) {
          using Real = typename std::decay_t<decltype(values)>::non_const_value_type;
          return ops::first_not_finite<Real>(context_.runtime.space(), context_.runtime.communicator(), context_.grid,
                                             values);
        },
        field.values);
    if (!place) continue;
    std::string cell = fmt::format("{}", (*place)[0]);
    for (int axis = 1; axis < context_.grid.dimensions(); ++axis) {
      cell += fmt::format(", {}", (*place)[static_cast<std::size_t>(axis)]);
    }
    std::string more;
    for (const auto& explanation : simulation_.explanations())
      more += "; " + explanation;
    throw NumericsError(fmt::format("{} is NaN or infinite in cell ({}){}{}", field.name, cell, when(), more));
  }
  last_sound_step_ = now_.step;
}

/// Ends what is said of a bad value.
std::string TimeLoop::when() const {
  const std::string now = fmt::format(" at step {}, time {:g}", now_.step, now_.time);
  if (now_.step == first_step_) return now;
  return now + fmt::format("; it was sound at step {}, the last step was {:g} long, at most {:g} was allowed",
                           last_sound_step_, dt_, largest_step_);
}

/// Members of a batch fail one by one; the others go on.
void TimeLoop::look_at_members(BatchSimulation& batch) {
  for (const auto& failure : batch.find_failures(now_.step, when())) {
    context_.observer.warn(
        fmt::format("member {} failed: {}; the others go on", batch.names()[failure.member], failure.reason));
  }
  if (batch.failures().size() == batch.names().size()) {
    throw NumericsError(fmt::format("all members failed; the last, {}: {}",
                                    batch.names()[batch.failures().back().member], batch.failures().back().reason));
  }
  last_sound_step_ = now_.step;
}

/// Agrees on the walltime and on whether to stop, shows progress, and sets when to look again.
void TimeLoop::poll(RunSummary& summary) {
  const auto& ranks = context_.runtime.communicator();
  context_.runtime.space().fence();
  const double before = now_.walltime;
  now_.walltime = ranks.broadcast(clock_.seconds());
  // As fast as since the last look; at most twice as many steps as then, for quick steps may be followed by slow ones.
  const auto since = static_cast<double>(now_.step - last_poll_);
  const double steps = std::floor(seconds_between_polls * since / std::max(now_.walltime - before, 1e-9));
  last_poll_ = now_.step;
  next_poll_ = now_.step + static_cast<std::int64_t>(std::clamp(steps, 1.0, std::max(1.0, 2 * since)));
  // Steps that are alike may be made in pairs, however long they take.
  if (alike_ != nullptr) next_poll_ += (next_poll_ - first_step_) % 2;
  control_.doing("steps");
  const auto wish = control_.look([&](nlohmann::ordered_json& json) {
    update(summary);
    tell_so_far(summary, json);
  });
  checkpoint_wanted_ = wish.checkpoint;
  stop_reason_ = reason_to_stop();
  if (stop_reason_.empty() && wish.stop != RunControl::Wish::Stop::no) {
    stop_reason_ = reason_of(wish.stop);
    run_again_ = wish.stop != RunControl::Wish::Stop::by_file;
  }
  Observer& observer = context_.observer;
  if (ranks.is_root() && observer.wants_progress(now_.walltime)) observer.progress(progress_now(), now_.walltime);
}

/// For run.json while the run goes on.
void TimeLoop::tell_so_far(RunSummary summary, nlohmann::ordered_json& json) const {
  summary.regions = context_.regions.report();
  tell(context_, summary, json);
  const Progress now = progress_now();
  json["progress"] = {{"share", std::min(now_.time / end_, 1.0)}, {"dt", now.dt}, {"share_of_peak", now.share_of_peak}};
  if (std::isfinite(now.seconds_left)) json["progress"]["seconds_left"] = now.seconds_left;
}

std::string TimeLoop::reason_to_stop() const {
  const auto request = context_.runtime.communicator().max(std::int64_t{context_.observer.stop_request()});
  if (request > 0) return context_.observer.name_of(static_cast<int>(request));
  if (max_walltime_ && now_.walltime >= *max_walltime_) return "time.max_walltime is spent";
  return {};
}

void TimeLoop::update(RunSummary& summary) const {
  summary.steps = now_.step;
  summary.steps_taken = now_.step - first_step_;
  summary.time = now_.time;
  summary.walltime = now_.walltime;
  summary.snapshots = writer_.snapshots();
  summary.pictures = writer_.pictures();
  summary.background = writer_.background();
  summary.bytes_written = writer_.bytes_handed_over();
}

Progress TimeLoop::progress_now() const {
  RunSummary so_far;
  update(so_far);
  Progress p;
  p.step = static_cast<double>(now_.step);
  p.time = now_.time;
  p.dt = dt_;
  p.end = end_;
  p.updates_per_second = cell_updates_per_second(context_.grid, so_far);
  for (const auto& region : context_.regions.report()) {
    if (region.name == "step" && region.seconds > 0 && peak_ > 0) {
      p.share_of_peak = static_cast<double>(region.bytes) / region.seconds / peak_;
    }
  }
  // Rank 0 alone comes here: it asks the simulation nothing.
  p.seconds_left = steps_left() * now_.walltime / static_cast<double>(std::max<std::int64_t>(1, so_far.steps_taken));
  return p;
}

}  // namespace tarn::apps
