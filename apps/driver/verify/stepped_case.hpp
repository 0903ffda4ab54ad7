#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tarn/apps/driver/simulation_case.hpp"
#include "tarn/apps/driver/verify/errors.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/profile/regions.hpp"

namespace tarn::apps {

/// An observer asked for the end of what it follows.
class AskedToStop : public Error {
 public:
  /// with what asked
  explicit AskedToStop(const std::string& by) : Error("stopped: " + by) {}
};

/// A deck's simulation that is stepped by hand: no run directory, no files. Members are collective.
class SteppedCase {
 public:
  /// @param observer  is asked before each step whether to stop; must outlive this
  /// @throws as parse_case() and as_simulation()
  SteppedCase(const Runtime& runtime, const std::string& deck_text, Observer& observer = nobody());

  Simulation& simulation() { return *simulation_; }                     ///< the one that is stepped
  const Simulation& simulation() const { return *simulation_; }         ///< the same
  const io::Deck& deck() const { return case_->deck(); }                ///< its deck
  const Model& model() const { return as_simulation(*case_).model(); }  ///< its model
  const Patch& patch() const { return patch_; }                         ///< what this rank advances
  const Grid& grid() const { return patch_.grid(); }                    ///< this rank's part
  double time() const { return time_; }                                 ///< where it stands
  /// Taken so far.
  int steps() const { return steps_; }

  /// Takes so many equal steps to a time.
  /// @throws AskedToStop on all ranks
  void advance(double end, int steps);
  /// Takes steps as long as the simulation allows each time.
  /// @throws AskedToStop on all ranks
  void advance(double end);

  /// Begins from an exact solution at time 0 instead of the deck's formulas.
  void start_from(const std::vector<ExactField>& exact) { set_to(patch_, *simulation_, exact, 0); }
  /// From the model's exact solution, at the present time; collective.
  std::vector<FieldError> errors() const { return errors(model().exact); }
  /// From another one.
  std::vector<FieldError> errors(const std::vector<ExactField>& exact) const {
    return errors_of(patch_, *simulation_, exact, time_);
  }

  /// This rank's own cells of a field of the state or an output, x fastest.
  std::vector<double> values(const std::string& field) const;
  /// The last entry of a column of the history.
  /// @throws Error if there is no such column
  double history(const std::string& name) const;

 private:
  void look_for_stop() const;

  Observer& observer_;
  std::unique_ptr<const Case> case_;
  Patch patch_;
  Regions regions_;
  std::unique_ptr<Simulation> simulation_;
  double time_ = 0;
  int steps_ = 0;
};

}  // namespace tarn::apps
