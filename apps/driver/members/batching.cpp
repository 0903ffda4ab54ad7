#include "tarn/apps/driver/members/batching.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/simulation_case.hpp"
#include "tarn/core/error.hpp"

namespace tarn::apps {

namespace {

std::map<std::string, Batching>& batching_registry() {
  static std::map<std::string, Batching> known;
  return known;
}

bool is_of_state(const Model& model, const std::string& field) {
  return std::any_of(model.state.begin(), model.state.end(), [&](const auto& known) { return known.name == field; });
}

/// What a series of a batch cannot be; empty: nothing is in the way.
std::string obstacle_of_series(const io::Deck& deck, const Model& model) {
  for (const auto& output : deck.tables("output")) {
    const auto fields = output.has("fields") ? output.texts("fields") : std::vector<std::string>{};
    if (!std::all_of(fields.begin(), fields.end(), [&](const auto& field) { return is_of_state(model, field); }))
      return fmt::format("the series {} has fields that are not of the state", output.text("series"));
    // Numbers that do not fit end a run, and those of a member that failed do not fit.
    if (output.text("precision") == "single" && deck.text("run.precision") != "single")
      return fmt::format("the series {} is in another precision than the run", output.text("series"));
  }
  return {};
}

}  // namespace

bool register_batching(Batching batching) {
  const std::string app = batching.app;
  return batching_registry().insert_or_assign(app, std::move(batching)).second;
}

const Batching& batching_of(const std::string& app) {
  const auto found = batching_registry().find(app);
  require(found != batching_registry().end(), "this program has no batches of the app " + app);
  return found->second;
}

std::string why_no_batch(const Case& made) {
  const io::Deck& deck = made.deck();
  const auto found = batching_registry().find(deck.app());
  const auto* simulation = dynamic_cast<const SimulationCase*>(&made);
  if (simulation == nullptr || found == batching_registry().end())
    return fmt::format("this program has no batches of the app {}", deck.app());
  if (dimensions_of(deck) == 3) return "a grid of 3 dimensions has no axis left for members";
  if (!deck.given("time.dt")) return "time.dt is not given, and each has steps of its own length";
  if (!deck.tables("image").empty()) return "each draws the pictures of its [[image]]";
  if (!simulation->model().exact.empty()) return "each is compared with its exact solution";
  const std::string of_series = obstacle_of_series(deck, simulation->model());
  if (!of_series.empty()) return of_series;
  return found->second.obstacle ? found->second.obstacle(deck) : "";
}

std::string kind_of(const Case& made) {
  const Batching& batching = batching_of(made.deck().app());
  return batching.kind ? batching.kind(made.deck()) : "";
}

bool may_vary(const std::string& app, const std::string& key) {
  if (key == "run.seed" || key.starts_with("constants.")) return true;
  const auto& keys = batching_of(app).keys;
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace tarn::apps
