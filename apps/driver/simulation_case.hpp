#pragma once

#include <optional>

#include "tarn/apps/driver/case.hpp"

namespace tarn::apps {

/// The case of a simulation.
class SimulationCase : public Case {
 public:
  /// @param model  what the app makes of the deck
  SimulationCase(io::Deck deck, Model model) : Case(std::move(deck)), model_(std::move(model)) {}

  const Model& model() const { return model_; }  ///< exact solutions of the deck included
  /// What the run's patch is cut from.
  virtual Domain domain() const;
  /// Lines before all that the run says of itself; empty for none.
  virtual std::string title() const { return {}; }
  /// Called when a run has come to its end; all its files are written.
  virtual void finished(const RunContext& /*run*/) const {}

  std::string forecast(const std::string& root, const RunStart& start) const override;
  std::string doubt() const override;
  DiskNeed disk_need(const std::string& root) const override;
  void check_ranks(int ranks) const override;
  Prepared checked(const Runtime& runtime, const RunRequest& request) const override;
  std::unique_ptr<Work> begin(const RunContext& context) const override;

 protected:
  Model model_;  ///< of the deck
};

/// @throws UsageError if the deck's app is none whose runs are simulations
const SimulationCase& as_simulation(const Case& made);

/// The part of the domain that this rank advances. Collective.
/// @param transport  how cells get from rank to rank; nothing: choose_transport() does
/// @throws UsageError if so many ranks cannot share the grid; as choose_transport()
Patch make_patch(const Runtime& runtime, const SimulationCase& simulation,
                 const std::optional<Transport>& transport = {});

/// What the driver makes of an app whose runs are simulations: the tables that every simulation has, the checks of
/// what every such deck says, and the run.
App app_of(SimulationApp simulation);

}  // namespace tarn::apps
