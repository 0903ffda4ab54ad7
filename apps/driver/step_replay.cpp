#include "tarn/apps/driver/step_replay.hpp"

#include <algorithm>
#include <utility>

#include "tarn/apps/driver/app.hpp"
#include "tarn/core/error.hpp"

namespace tarn::apps {

namespace {

/// Beyond so many cells a step takes longer than its launches.
constexpr std::int64_t most_cells = 1 << 22;
/// Steps in one recording, of passes of one step: even numbers, see StepReplay::take(). Few steps fit between two
/// files.
constexpr std::array<std::size_t, 3> batches{AlikeSteps::most, 8, 2};
/// Calls of regions in one recording: its memory, and the time to make it, go with its kernels.
constexpr std::int64_t most_calls = 2048;
/// The first step after the state was written from outside fills ghosts that others leave, and the second one is the
/// first of the others: only then has every kernel run before.
constexpr int alone_after_forget = 2;

/// Brings the lengths of steps to the device: they travel with the launch.
struct SetLengths {
  Kokkos::Array<double, AlikeSteps::most> lengths;
  Field<double, 2> on_device;

  KOKKOS_FUNCTION void operator()(const int n) const {
    on_device(n, 0) = lengths[n];
    on_device(n, 1) = lengths[n] / 6;
  }
};

}  // namespace

AlikeSteps* alike_steps_of(Simulation& simulation) {
  auto* const found = dynamic_cast<AlikeSteps*>(&simulation);
  return found != nullptr && found->steps_are_alike() ? found : nullptr;
}

StepReplay::StepReplay(const Patch& patch, Regions& regions)
    : space_(patch.space()),
      regions_(&regions),
      replays_(patch.ranks().size() == 1 && patch.grid().domain().size() <= most_cells &&
               RecordedWork::possible(patch.space())) {}

void StepReplay::take(const std::vector<PlannedStep>& steps, const Work& work) {
  for (std::size_t done = 0; done < steps.size();) {
    const PlannedStep* const next = steps.data() + done;
    const std::size_t left = steps.size() - done, batch = batch_of(left, work.in_a_pass);
    const std::size_t count = batch > 0 ? batch : std::min(left, work.in_a_pass);
    if (batch > 0) {
      replay(next, count, work);
    } else {
      take_alone(next, count, work);
    }
    done += count;
  }
}

/// How many of the steps that are left are replayed together; 0: none.
std::size_t StepReplay::batch_of(std::size_t left, std::size_t in_a_pass) const {
  if (!replays_ || taken_alone_ < alone_after_forget) return 0;
  for (const std::size_t batch : batches) {
    const std::size_t passes = std::max(batch / in_a_pass, std::size_t{2}), steps = passes * in_a_pass;
    if (steps <= left && static_cast<std::int64_t>(passes) * calls_of_pass_ <= most_calls) return steps;
  }
  return 0;
}

/// Takes one pass.
void StepReplay::take_alone(const PlannedStep* steps, std::size_t count, const Work& work) {
  const bool counts = replays_ && taken_alone_ < alone_after_forget && count == work.in_a_pass;
  const std::int64_t before = counts ? counted().calls : 0;
  work.pass(steps, count, nullptr);
  if (!counts) return;
  calls_of_pass_ = counted().calls - before;
  ++taken_alone_;
}

void StepReplay::replay(const PlannedStep* steps, std::size_t count, const Work& work) {
  send_lengths(steps, count);
  const auto fits = [&, state = work.state()](const Recording& recording) {
    return recording.steps == count && recording.state == state;
  };
  const auto known = std::find_if(recordings_.begin(), recordings_.end(), fits);
  if (known != recordings_.end()) {
    const auto timer = regions_->time("steps in batches", known->bytes);
    known->work.replay(space_);
    return;
  }
  // Recording has counted these steps by their kernels' regions.
  Recording made = record(steps, count, work);
  if (made.steps == 0) {  // nothing has run: from here on steps are launched one by one
    replays_ = false;
    recordings_.clear();
    for (std::size_t n = 0; n < count; n += work.in_a_pass)
      work.pass(steps + n, work.in_a_pass, nullptr);
    return;
  }
  recordings_.push_back(std::move(made));
  recordings_.back().work.replay(space_);
}

/// @returns a recording of no steps where the device cannot record these kernels
StepReplay::Recording StepReplay::record(const PlannedStep* steps, std::size_t count, const Work& work) {
  Recording made{count, work.state(), 0, {}};
  const std::int64_t before = counted().bytes;
  regions_->sample(false);  // timing waits, which a recording cannot; the caller chooses anew before other steps
  bool begun = false, enqueued = false;
  try {
    made.work.record(space_, [&] {
      begun = true;
      for (std::size_t n = 0; n < count; n += work.in_a_pass)
        work.pass(steps + n, work.in_a_pass, on_device_.data() + 2 * n);
      enqueued = true;
    });
  } catch (const Error&) {
    if (begun && !enqueued) throw;  // of a step
    made.steps = 0;
  }
  require(work.state() == made.state, "replayed steps: the arrays have changed places");
  made.bytes = counted().bytes - before;
  return made;
}

void StepReplay::send_lengths(const PlannedStep* steps, std::size_t count) {
  bool same = on_device_.size() > 0;
  for (std::size_t n = 0; n < count; ++n) {
    same = same && lengths_[n] == steps[n].dt;
    lengths_[n] = steps[n].dt;
  }
  if (same) return;
  if (on_device_.size() == 0) on_device_ = Field<double, 2>("tarn::apps::step_lengths", AlikeSteps::most, 2);
  SetLengths set{{}, on_device_};
  std::copy(lengths_.begin(), lengths_.end(), set.lengths.data());
  Kokkos::parallel_for("tarn::apps::set_step_lengths",
                       Kokkos::RangePolicy<Space, Kokkos::IndexType<int>>(space_, 0, int{AlikeSteps::most}), set);
}

StepReplay::Count StepReplay::counted() const {
  Count count;
  for (const RegionReport& region : regions_->report()) {
    count.calls += region.calls;
    count.bytes += region.bytes;
  }
  return count;
}

}  // namespace tarn::apps
