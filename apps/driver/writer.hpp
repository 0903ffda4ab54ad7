#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tarn/apps/driver/packing.hpp"
#include "tarn/apps/driver/pictures.hpp"
#include "tarn/apps/driver/run_control.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/io/snapshot/background_writer.hpp"
#include "tarn/io/snapshot/snapshot.hpp"
#include "tarn/io/store/history_file.hpp"
#include "tarn/io/store/run_directory.hpp"

namespace tarn::apps {

/// What a run writes into its directory: snapshots, pictures, history rows and checkpoints, each when its trigger
/// says so. Every member is collective.
///
/// Snapshots and checkpoints are packed and handed to a thread that writes them. The run goes on while a snapshot is
/// written; what goes wrong there is thrown by a later call, by finish() at the latest. It waits for a checkpoint, and
/// for the snapshots before it, so that a run that is killed at any moment restarts at most one interval back. While a
/// Writer lives nothing else may call HDF5.
class Writer {
 public:
  /// @param restarted_at  the step that the run goes on from; nothing for a new run
  /// @param pictures      what the checkpoint that the run begins from tells of them, see picture_range.hpp
  Writer(const SimulationContext& context, const io::RunDirectory& run, Simulation& simulation, RunControl& control,
         std::optional<std::int64_t> restarted_at, const std::vector<HistoryValue>& pictures = {});

  /// The next time, after `time`, at which something must be written.
  std::optional<double> next_time(double time) const;

  /// Whether write() would write anything.
  bool due(const Moment& now) const;

  /// Writes what is due.
  /// @param all  everything, due or not, as for the first and the last state; a checkpoint not for the first
  void write(const Moment& now, double dt, bool all);

  /// Writes a checkpoint, and puts the history on the disk first; both are there when this returns. Where that fails it
  /// is told and, with the deck's `checkpoint.on_error = "continue"`, the run goes on; the older checkpoints are there.
  /// @throws io::FileError with `checkpoint.on_error = "stop"`, and wherever another run has taken the directory
  void write_checkpoint(const Moment& now, double dt);

  /// Waits until everything has been written.
  /// @throws what a file could not be written for
  void finish();

  /// Whether the last checkpoint that was due has been written. After finish().
  bool checkpoint_written() const { return *checkpoint_written_; }

  /// Whether the last state is on the disk: in its checkpoint, or in a series of snapshots, which end a run where they
  /// cannot be written. After finish().
  bool result_written() const { return checkpoint_written() || !series_.empty(); }

  /// What the end report shall say of the files, a sentence each.
  std::vector<std::string> remarks() const { return range_remarks(picture_series_); }

  std::string directory() const { return run_.path().string(); }
  std::int64_t pictures() const { return pictures_; }
  std::int64_t snapshots() const { return snapshots_; }
  /// Snapshots and checkpoints so far. The same on all ranks.
  std::int64_t files() const { return files_; }
  /// Bytes of this rank and time that were spent on files beside the steps.
  io::BackgroundReport background() const { return background_.report(); }
  std::int64_t bytes_handed_over() const { return bytes_handed_over_; }

 private:
  struct Series {
    std::string name;
    Packing packing;
    io::SnapshotOptions options;
    Trigger trigger;
  };

  void go_on_from(std::int64_t step);
  int kept_checkpoints() const;
  void read_series();
  std::vector<std::string> state_names() const;
  int number_bytes() const;
  void write_history(const Moment& now);
  bool left_before(const Moment& now, const std::string& file) const;
  bool flush_history(const Moment& now, bool stop);
  std::shared_ptr<PackedFields> pack(const char* region, const Packing& packing);
  void write_series(const Series& series, const Moment& now, double dt);
  void require_single(const PackedFields& fields, const Series& series, const Moment& now) const;
  void tell_late_overflows(const PackedFields& fields, const Series& series, const Moment& now);
  void draw(Picture& picture, const Moment& now, bool keep);
  io::SnapshotInfo info(const Moment& now, double dt) const;

  SimulationContext context_;
  io::RunDirectory run_;
  Simulation& simulation_;
  RunControl& control_;  ///< is told what is written
  std::vector<Series> series_;
  std::vector<Picture> picture_series_;
  Trigger history_trigger_, checkpoint_trigger_;
  std::optional<io::HistoryFile> history_;  // on rank 0
  std::int64_t restarted_at_ = -1, last_history_step_ = -1, last_checkpoint_step_ = -1;
  std::shared_ptr<std::atomic<bool>> checkpoint_written_ = std::make_shared<std::atomic<bool>>(true);
  std::set<std::string> overflows_told_;  ///< series and field
  std::int64_t pictures_ = 0, snapshots_ = 0, files_ = 0, bytes_handed_over_ = 0;
  io::Provenance provenance_;
  std::array<std::shared_ptr<PackedFields>, io::BackgroundWriter::slots> buffers_;
  io::BackgroundWriter background_;
};

}  // namespace tarn::apps
