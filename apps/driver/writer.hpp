#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tarn/apps/driver/plane.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/io/snapshot/snapshot.hpp"
#include "tarn/io/store/history_file.hpp"
#include "tarn/io/store/run_directory.hpp"

namespace tarn::apps {

/// What a run writes into its directory: snapshots, pictures, history rows and checkpoints, each when its trigger
/// says so. Every member is collective.
class Writer {
 public:
  /// @param restarted_at  the step that the run goes on from; nothing for a new run
  Writer(const SimulationContext& context, const io::RunDirectory& run, const Simulation& simulation,
         std::optional<std::int64_t> restarted_at);

  /// The next time, after `time`, at which something must be written.
  std::optional<double> next_time(double time) const;

  /// Whether write() would write anything.
  bool due(const Moment& now) const;

  /// Writes what is due.
  /// @param all  everything, due or not, as for the first and the last state; a checkpoint not for the first
  void write(const Moment& now, double dt, bool all);

  /// Writes a checkpoint, and puts the history on the disk first. Where that fails it is told and, with the deck's
  /// `checkpoint.on_error = "continue"`, the run goes on; the older checkpoints are there.
  /// @throws io::FileError with `checkpoint.on_error = "stop"`, and wherever another run has taken the directory
  void write_checkpoint(const Moment& now, double dt);

  /// Whether the last checkpoint that was due has been written.
  bool checkpoint_written() const { return checkpoint_written_; }

  std::int64_t pictures() const { return pictures_; }
  std::int64_t snapshots() const { return snapshots_; }

 private:
  struct Series {
    std::string name;
    std::vector<std::string> fields;
    Trigger trigger;
  };
  struct Picture {
    std::string file;  ///< first part of the names
    std::string field;
    PlaneChoice plane;
    std::optional<double> minimum, maximum;
    std::string color_map;
    Trigger trigger;
  };

  void read_series();
  void read_pictures();
  void write_history(const Moment& now);
  bool left_before(const Moment& now, const std::string& file) const;
  void commit_checkpoint(const Moment& now, double dt);
  void write_series(const Series& series, const Moment& now, double dt);
  void draw(const Picture& picture, const Moment& now);
  std::string draw_plane(const Picture& picture, const Plane& plane, const NamedField& field, const Moment& now) const;
  std::string draw_line(const Picture& picture, const Plane& plane, const NamedField& field, const Moment& now) const;
  std::int64_t bytes_of(const std::vector<std::string>& fields) const;
  NamedField field(const std::string& name) const;
  io::SnapshotInfo info(const Moment& now, double dt) const;

  SimulationContext context_;
  const io::RunDirectory& run_;
  const Simulation& simulation_;
  std::vector<Series> series_;
  std::vector<Picture> picture_series_;
  Trigger history_trigger_, checkpoint_trigger_;
  std::optional<io::HistoryFile> history_;  // on rank 0
  std::int64_t restarted_at_ = -1, last_history_step_ = -1, last_checkpoint_step_ = -1;
  bool checkpoint_written_ = true;
  std::int64_t pictures_ = 0, snapshots_ = 0;
};

/// The fields of a simulation as host arrays, in the form that files are written from.
class HostFields {
 public:
  /// @param names  the fields wanted; all if empty
  HostFields(const Space& space, const Grid& grid, const std::vector<NamedField>& fields,
             const std::vector<std::string>& names);
  const std::vector<io::FieldData>& data() const { return data_; }

 private:
  std::vector<std::variant<HostField<float, 3>, HostField<double, 3>>> arrays_;
  std::vector<io::FieldData> data_;
};

/// This rank's block in the form that files are written from.
io::GridBlock block_of(const Grid& grid);

}  // namespace tarn::apps
