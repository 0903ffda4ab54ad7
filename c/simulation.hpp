#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/schedule.hpp"
#include "tarn/apps/driver/simulation_case.hpp"
#include "tarn/c/guard.hpp"
#include "tarn/core/profile/regions.hpp"
#include "tarn/io/store/run_directory.hpp"

/// A simulation that a caller steps by hand. Members are collective.
struct tarn_simulation {
 public:
  /// @throws io::DeckError, DataError, UsageError
  tarn_simulation(const tarn::Runtime& runtime, const std::string& deck, const std::vector<std::string>& overrides);

  /// Takes a step; 0: the one on the way to the deck's end.
  void step(double dt);
  /// What counts once fields of the state have been written to.
  void changed() { simulation_->restarted(now_.time); }
  /// A field of the state, or an output, which the next call may overwrite.
  tarn::apps::NamedField field(const std::string& name) { return simulation_->output(name); }
  /// @throws UsageError if the state has no such field
  tarn::apps::NamedField state_field(const std::string& name) const;

  void open_directory(const std::string& path);          ///< for files; see tarn_simulation_directory()
  void write_snapshot(const std::string& series);        ///< into the directory
  void write_checkpoint();                               ///< into the directory
  void restart(const std::optional<std::string>& file);  ///< nothing: the newest in the directory

  tarn::apps::Simulation& simulation() { return *simulation_; }
  const tarn::apps::Moment& now() const { return now_; }
  const tarn::Grid& grid() const { return patch_.grid(); }
  const tarn::Space& space() const { return patch_.space(); }
  const tarn::Communicator& ranks() const { return patch_.ranks(); }
  double end() const { return made_->deck().number("time.end"); }  ///< the deck's [time]

 private:
  const tarn::io::RunDirectory& directory() const;
  std::vector<std::string> state_names() const;

  std::unique_ptr<const tarn::apps::Case> made_;
  tarn::Patch patch_;
  tarn::Regions regions_;
  tarn::apps::SimulationContext context_;
  std::unique_ptr<tarn::apps::Simulation> simulation_;
  std::optional<tarn::io::RunDirectory> directory_;
  tarn::apps::Moment now_;
  double dt_ = 0;  ///< of the last step
};
