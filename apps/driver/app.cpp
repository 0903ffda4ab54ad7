#include "tarn/apps/driver/app.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/simulation_case.hpp"
#include "tarn/core/error.hpp"

namespace tarn::apps {

namespace {

std::vector<App>& registry() {
  static std::vector<App> apps;
  return apps;
}

io::SchemaLookup schemas() {
  io::SchemaLookup lookup;
  for (const App& app : all_apps())
    lookup.apps.push_back(app.name);
  lookup.find = [](const std::string& name) -> const io::Schema* {
    for (const App& app : all_apps()) {
      if (app.name == name) return &schema_of(app);
    }
    return nullptr;
  };
  return lookup;
}

/// Adds what the schema cannot see, and throws all problems together.
std::unique_ptr<const Case> made(const io::Deck& deck, io::Problems& problems) {
  auto result = find_app(deck.app()).make(deck, problems);
  problems.throw_if_any();
  return result;
}

}  // namespace

bool register_app(App app) {
  auto& apps = registry();
  const auto after = std::find_if(apps.begin(), apps.end(), [&](const App& a) { return a.name > app.name; });
  apps.insert(after, std::move(app));
  return true;
}

bool register_simulation(SimulationApp app) {
  return register_app(app_of(std::move(app)));
}

const std::vector<App>& all_apps() {
  return registry();
}

const App& find_app(const std::string& name) {
  std::vector<std::string> names;
  for (const App& app : all_apps()) {
    if (app.name == name) return app;
    names.push_back(app.name);
  }
  throw UsageError(fmt::format("there is no app '{}'; the apps are: {}", name, fmt::join(names, ", ")));
}

NamedField Simulation::output(const std::string& name) {
  for (const NamedField& field : state()) {
    if (field.name == name) return field;
  }
  throw Error("the app declares the field '" + name + "' but its simulation has none of that name");
}

const io::Schema& schema_of(const App& app) {
  static std::map<std::string, io::Schema> known;
  const auto found = known.find(app.name);
  if (found != known.end()) return found->second;
  io::Schema schema{app.name, app.summary, app.tables};
  io::check_schema(schema);
  return known.emplace(app.name, std::move(schema)).first->second;
}

std::unique_ptr<const Case> read_case(const std::string& file, const std::vector<std::string>& overrides) {
  io::Problems problems;
  return made(io::Deck::read(file, overrides, schemas(), problems), problems);
}

std::unique_ptr<const Case> parse_case(const std::string& text, const std::string& source,
                                       const std::vector<std::string>& overrides) {
  io::Problems problems;
  return made(io::Deck::parse(text, source, overrides, schemas(), problems), problems);
}

}  // namespace tarn::apps
