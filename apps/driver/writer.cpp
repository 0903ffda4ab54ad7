#include "tarn/apps/driver/writer.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/provenance.hpp"
#include "tarn/apps/driver/snapshot_info.hpp"
#include "tarn/apps/driver/tallies.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/snapshot/checkpoint.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/vouched_file.hpp"

namespace tarn::apps {

namespace {

std::vector<std::string> names_of(const std::vector<HistoryValue>& values) {
  std::vector<std::string> names;
  for (const auto& value : values)
    names.push_back(value.name);
  return names;
}

/// Does what makes a checkpoint; where that fails it is told, unless the run shall stop for it.
/// @return whether it was done
bool commit_checkpoint(Observer& observer, bool stop, std::int64_t step, const Communicator& ranks,
                       const std::function<void()>& action) {
  try {
    action();
    return true;
  } catch (const io::Locked&) {
    throw;  // the directory is another run's now
  } catch (const io::FileError& error) {
    if (stop) throw;
    if (ranks.is_root()) {
      observer.warn(
          fmt::format("the checkpoint of step {} could not be written, older ones are kept: {}", step, error.what()));
    }
    return false;
  }
}

/// @param why  what keeps an old checkpoint from being removed; empty if nothing does
void tell_kept(Observer& observer, const std::string& why) {
  if (!why.empty()) observer.warn("an old checkpoint stays: " + why);
}

/// Whether a thread may write beside the steps; where not, that is said once.
bool may_use_threads(const Runtime& runtime, Observer& observer) {
  const auto& ranks = runtime.communicator();
  const bool threads = ranks.min(std::int64_t{runtime.thread_support()}) >= MPI_THREAD_MULTIPLE;
  if (!threads && ranks.is_root()) {
    observer.warn("this MPI gives no MPI_THREAD_MULTIPLE; the steps wait while files are written");
  }
  return threads;
}

}  // namespace

Writer::Writer(const SimulationContext& context, const io::RunDirectory& run, Simulation& simulation,
               RunControl& control, std::optional<std::int64_t> restarted_at, const std::vector<HistoryValue>& pictures)
    : context_(context),
      run_(run),
      simulation_(simulation),
      control_(control),
      picture_series_(pictures_of(context.deck, context.grid.domain())),
      history_trigger_(context.deck.schedule("history.every")),
      checkpoint_trigger_(context.deck.schedule("checkpoint.every")),
      provenance_(provenance_of(context.runtime)),
      buffers_{std::make_shared<PackedFields>(), std::make_shared<PackedFields>()},
      background_(context.runtime.communicator(), may_use_threads(context.runtime, context.observer)) {
  read_series();
  for (auto& picture : picture_series_)
    picture.range = picture.keeps_range ? range_from(picture.key(), pictures) : std::nullopt;
  const auto columns = names_of(simulation.history());
  io::agree_on_root(context.runtime.communicator(), [&] {
    history_ = restarted_at ? io::HistoryFile::resume(run, "history.csv", columns, *restarted_at)
                            : io::HistoryFile::create(run, "history.csv", columns);
  });
  if (history_ && history_->torn_rows() > 0) {
    context.observer.warn(fmt::format("history.csv: {} dropped",
                                      io::counted(history_->torn_rows(), "damaged row was", "damaged rows were")));
  }
  if (restarted_at) go_on_from(*restarted_at);
}

/// What the process that wrote this step's checkpoint may not have come to, a step after it would do; but there may be
/// none.
void Writer::go_on_from(std::int64_t step) {
  restarted_at_ = last_history_step_ = last_checkpoint_step_ = step;
  tell_kept(context_.observer,
            io::remove_older_checkpoints(context_.runtime.communicator(), run_, step, kept_checkpoints()));
}

std::vector<std::string> Writer::state_names() const {
  std::vector<std::string> names;
  for (const NamedField& field : simulation_.state())
    names.push_back(field.name);
  return names;
}

/// Of a number in the run's precision.
int Writer::number_bytes() const {
  return context_.deck.text("run.precision") == "single" ? 4 : 8;
}

void Writer::read_series() {
  for (const auto& table : context_.deck.tables("output")) {
    const bool deflate = table.text("compression") == "deflate";
    series_.push_back(
        {.name = table.text("series"),
         .packing = {.names = table.has("fields") ? table.texts("fields") : state_names(),
                     .selection = selection_of(table, context_.grid.domain()),
                     .number_bytes = table.text("precision") == "single" ? 4 : number_bytes()},
         .options = {.compression = deflate ? io::hdf5::Compression::deflate : io::hdf5::Compression::none},
         .trigger = Trigger(table.schedule("every"))});
  }
}

std::optional<double> Writer::next_time(double time) const {
  std::optional<double> next;
  const auto consider = [&](const Trigger& trigger) {
    const auto candidate = trigger.next_time(time);
    if (candidate && (!next || *candidate < *next)) next = candidate;
  };
  for (const auto& series : series_)
    consider(series.trigger);
  for (const auto& picture : picture_series_)
    consider(picture.trigger);
  consider(history_trigger_);
  consider(checkpoint_trigger_);
  return next;
}

bool Writer::due(const Moment& now) const {
  const auto due = [&](const auto& series) { return series.trigger.due(now); };
  return history_trigger_.due(now) || checkpoint_trigger_.due(now) ||
         std::any_of(series_.begin(), series_.end(), due) ||
         std::any_of(picture_series_.begin(), picture_series_.end(), due);
}

void Writer::write(const Moment& now, double dt, bool all) {
  const auto take = [&](Trigger& trigger) {
    const bool due = trigger.due(now);
    if (due) trigger.done(now);
    return due || all;
  };
  if (take(history_trigger_)) write_history(now);
  for (auto& series : series_) {
    if (take(series.trigger)) write_series(series, now, dt);
  }
  for (auto& picture : picture_series_) {
    // A picture that is drawn for the end alone is no part of the series: a run that goes on later has none there.
    const bool keep = picture.trigger.due(now) || now.step == 0;
    if (take(picture.trigger)) draw(picture, now, keep);
  }
  if (take(checkpoint_trigger_) && now.step > 0) write_checkpoint(now, dt);
}

void Writer::write_history(const Moment& now) {
  if (now.step <= last_history_step_) return;
  last_history_step_ = now.step;
  const auto timer = context_.regions.time_always("history");
  std::vector<double> values;
  for (const auto& value : simulation_.history())
    values.push_back(value.value);
  io::agree_on_root(context_.runtime.communicator(), [&] { history_->append(now.step, now.time, values); });
}

/// Whether the process that this run continues left a file of the step it goes on from, and vouched for it: what a step
/// writes is there before its checkpoint is. So to restart a finished run changes nothing, on any number of ranks.
bool Writer::left_before(const Moment& now, const std::string& file) const {
  if (now.step != restarted_at_) return false;
  const auto& ranks = context_.runtime.communicator();
  bool left = false;
  io::agree_on_root(ranks, [&] {
    left = std::filesystem::exists(run_.path() / file) && io::read_manifest(run_.path()).find(file) != nullptr;
  });
  return ranks.broadcast(left);
}

/// Packs into the buffer that is free next; waits for one if both are being written.
std::shared_ptr<PackedFields> Writer::pack(const char* region, const Packing& packing) {
  int slot = 0;
  {
    const auto timer = context_.regions.time_always("wait for files");
    slot = background_.next_slot();
  }
  const auto& buffer = buffers_[static_cast<std::size_t>(slot)];
  const auto timer = context_.regions.time_always(region);
  const auto field = [this](const std::string& name) { return simulation_.output(name); };
  buffer->pack(context_.runtime.space(), context_.grid, field, packing);
  bytes_handed_over_ += buffer->bytes();
  return buffer;
}

void Writer::write_series(const Series& series, const Moment& now, double dt) {
  const std::string file = fmt::format("out/{}-{:010}.h5", series.name, now.step);
  if (left_before(now, file)) return;
  control_.doing(file);
  const auto fields = pack("pack output", series.packing);
  require_single(*fields, series, now);
  tell_late_overflows(*fields, series, now);
  background_.submit([fields, file, run = run_, info = info(now, dt), options = series.options](const auto& ranks) {
    fields->wait();
    io::write_snapshot(ranks, run, file, info, fields->block(), fields->data(), options);
  });
  ++snapshots_;
  ++files_;
}

/// Numbers beyond single precision would be infinite in the file.
void Writer::require_single(const PackedFields& fields, const Series& series, const Moment& now) const {
  if (series.packing.number_bytes == number_bytes()) return;
  const auto overflow = fields.first_overflow(context_.runtime.space(), series.packing.selection);
  context_.runtime.communicator().agree([&] {
    if (!overflow) return;
    const auto dimensions = static_cast<std::size_t>(context_.grid.dimensions());
    throw NumericsError(fmt::format(
        "{} is beyond single precision in cell ({}) at step {}, time {:g}: the series {} of [[output]] needs "
        "precision = \"run\"",
        overflow->field, fmt::join(overflow->cell.begin(), overflow->cell.begin() + dimensions, ", "), now.step,
        now.time, series.name));
  });
}

/// The same of fields that the user was told are no numbers: the run goes on, and says this once of each.
void Writer::tell_late_overflows(const PackedFields& fields, const Series& series, const Moment& now) {
  const auto& domain = context_.grid.domain().cells;
  const std::int64_t none = std::numeric_limits<std::int64_t>::max();
  for (const auto& [field, cell] : fields.late_overflows(series.packing.selection)) {
    const std::int64_t own = cell ? ((*cell)[2] * domain[1] + (*cell)[1]) * domain[0] + (*cell)[0] : none;
    const std::int64_t first = context_.runtime.communicator().min(own);
    if (first == none || !overflows_told_.insert(series.name + "/" + field).second) continue;
    if (!context_.runtime.communicator().is_root()) continue;
    const std::array<std::int64_t, 3> place{first % domain[0], first / domain[0] % domain[1],
                                            first / domain[0] / domain[1]};
    context_.observer.warn(
        fmt::format("{} is beyond single precision in cell ({}) at step {}, time {:g}, and infinite in the series {} "
                    "of [[output]], which needs precision = \"run\"; the run goes on, and tells this once",
                    field, fmt::join(place.begin(), place.begin() + context_.grid.dimensions(), ", "), now.step,
                    now.time, series.name));
  }
}

void Writer::write_checkpoint(const Moment& now, double dt) {
  if (now.step == last_checkpoint_step_) return;
  last_checkpoint_step_ = now.step;
  ++files_;
  const bool stop = context_.deck.text("checkpoint.on_error") == "stop";
  const int keep = kept_checkpoints();
  *checkpoint_written_ = false;
  control_.doing(fmt::format("the checkpoint of step {}", now.step));
  if (!flush_history(now, stop)) return;
  const auto fields = pack("pack checkpoint", {state_names(), select_all(context_.grid.domain()), number_bytes()});
  io::SnapshotInfo about = info(now, dt);
  auto tallies = simulation_.tallies();
  add_range_tallies(picture_series_, tallies);
  about.tallies = tallies_text(tallies);
  background_.submit(
      [=, run = run_, info = about, written = checkpoint_written_, &observer = context_.observer](const auto& ranks) {
        fields->wait();
        *written = commit_checkpoint(observer, stop, info.step, ranks, [&] {
          tell_kept(observer, io::write_checkpoint(ranks, run, info, fields->block(), fields->data(), keep));
        });
      });
  control_.time_checkpoint([&] {
    finish();
  });  // no step after a checkpoint that is not committed: a run that dies loses one interval at most
}

int Writer::kept_checkpoints() const {
  return static_cast<int>(context_.deck.integer("checkpoint.keep"));
}

/// The rows before a checkpoint are on the disk before it is.
bool Writer::flush_history(const Moment& now, bool stop) {
  const auto& ranks = context_.runtime.communicator();
  return commit_checkpoint(context_.observer, stop, now.step, ranks,
                           [&] { io::agree_on_root(ranks, [&] { history_->flush(); }); });
}

void Writer::finish() {
  const auto timer = context_.regions.time_always("wait for files");
  background_.finish();
}

/// @param keep  whether the picture counts for the range of the series
void Writer::draw(Picture& picture, const Moment& now, bool keep) {
  const std::string file = fmt::format("img/{}-{:010}.png", picture.file, now.step);
  if (left_before(now, file)) return;
  const auto timer = context_.regions.time_always("pictures");
  const auto& ranks = context_.runtime.communicator();
  const NamedField shown = simulation_.output(picture.field);
  const Plane plane = gather_plane(context_.runtime.space(), ranks, context_.grid, shown, picture.plane, most_pixels);
  Picture drawn = picture;
  if (picture.keeps_range) drawn.range = range_with(picture.range, value_range_of(ranks, plane), now.step);
  if (keep) picture.range = drawn.range;
  io::agree_on_root(
      ranks, [&] { io::write_vouched(run_, file, draw_picture(context_, drawn, shown, plane, now), "picture"); });
  ++pictures_;
}

io::SnapshotInfo Writer::info(const Moment& now, double dt) const {
  return snapshot_info(context_, now, dt, provenance_);
}

}  // namespace tarn::apps
