#include "tarn/apps/driver/simulation_case.hpp"

#include <filesystem>
#include <system_error>

#include "tarn/apps/driver/check_model.hpp"
#include "tarn/apps/driver/common_schema.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/report.hpp"
#include "tarn/apps/driver/restart.hpp"
#include "tarn/apps/driver/room.hpp"
#include "tarn/apps/driver/start_or_continue.hpp"
#include "tarn/apps/driver/verify/deck_solution.hpp"
#include "tarn/apps/driver/verify/plan.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/grid/grid.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::apps {

namespace {

/// The path of a file without links: <root>/latest points elsewhere once there is a new run. Collective.
std::string real_path(const Communicator& ranks, const std::string& file) {
  std::error_code error;
  const auto real = std::filesystem::canonical(file, error);
  return ranks.broadcast(error ? file : real.string());
}

}  // namespace

std::string SimulationCase::forecast(const std::string& root, const RunStart& start) const {
  return forecast_text(deck(), model_, root, start);
}

std::string SimulationCase::doubt() const {
  return doubt_of_memory(deck(), model_);
}

DiskNeed SimulationCase::disk_need(const std::string& /*root*/) const {
  return apps::disk_need(deck(), model_);
}

Domain SimulationCase::domain() const {
  return domain_of(deck());
}

void SimulationCase::check_ranks(int ranks) const {
  const Domain whole = domain();
  Decomposition(whole.cells, whole.periodic, ranks, 0, model_.ghosts);
}

/// Too many ranks, too little memory, what is asked for in the environment, and a checkpoint that does not fit.
Prepared SimulationCase::checked(const Runtime& runtime, const RunRequest& request) const {
  const auto& ranks = runtime.communicator();
  const Grid grid = cut_among(ranks, domain(), model_.ghosts);
  Prepared prepared{request};
  if (makes_its_directory(ranks, deck(), request)) {
    prepared.room = room_on_all(ranks, deck(), model_);
    if (model_.check_environment) ranks.agree(model_.check_environment);
    prepared.transport = choose_transport(ranks);
  }
  if (begins_from_file(request)) {
    check_checkpoint(ranks, *this, grid, *request.restart);
    prepared.request.restart = real_path(ranks, *request.restart);
  }
  return prepared;
}

const SimulationCase& as_simulation(const Case& made) {
  const auto* simulation = dynamic_cast<const SimulationCase*>(&made);
  if (!simulation)
    throw UsageError(io::path_text(made.deck().file()) + ": a deck of " + made.deck().app() + " takes no steps");
  return *simulation;
}

Patch make_patch(const Runtime& runtime, const SimulationCase& simulation, const std::optional<Transport>& transport) {
  const auto& ranks = runtime.communicator();
  return {runtime.space(), ranks, simulation.domain(), simulation.model().ghosts,
          transport ? *transport : choose_transport(ranks)};
}

App app_of(SimulationApp simulation) {
  App app{simulation.name, simulation.summary, simulation_tables(simulation), {}, simulation.bench};
  app.tables.insert(app.tables.end(), simulation.tables.begin(), simulation.tables.end());
  app.make = [simulation = std::move(simulation)](const io::Deck& deck, io::Problems& problems) {
    std::unique_ptr<const Case> made;
    check_common(deck, problems);
    simulation.check(deck, problems);
    if (!problems.empty()) return made;
    Model model = simulation.model(deck);
    check_model(deck, model, simulation.fields_from_deck, problems);
    if (problems.empty()) check_exact(deck, model, problems);
    if (problems.empty()) check_verify(deck, model, problems);
    if (!problems.empty()) return made;
    for (ExactField& field : exact_of(deck, model)) {
      std::erase_if(model.exact, [&](const ExactField& known) { return known.field == field.field; });
      model.exact.push_back(std::move(field));
    }
    made = std::make_unique<SimulationCase>(deck, std::move(model));
    return made;
  };
  return app;
}

}  // namespace tarn::apps
