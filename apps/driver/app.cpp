#include "tarn/apps/driver/app.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/common_schema.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/report.hpp"
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
io::Deck checked(io::Deck deck, io::Problems& problems) {
  const App& app = find_app(deck.app());
  if (app.is_simulation()) {
    check_common(deck, problems);
  } else {
    check_run(deck, problems);
  }
  app.check(deck, problems);
  if (app.is_simulation() && problems.empty()) {
    const Model model = app.model(deck);
    check_layers(deck, model, problems);
    if (app.fields_from_deck) check_fields(deck, model, problems);
    check_steps(deck, app, problems);
  }
  problems.throw_if_any();
  return deck;
}

}  // namespace

bool register_app(App app) {
  auto& apps = registry();
  const auto after = std::find_if(apps.begin(), apps.end(), [&](const App& a) { return a.name > app.name; });
  apps.insert(after, std::move(app));
  return true;
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

Model model_of(const io::Deck& deck) {
  const App& app = find_app(deck.app());
  require(app.is_simulation(), "a deck of " + app.name + " has no model");
  return app.model(deck);
}

NamedField Simulation::output(const std::string& name) {
  for (const NamedField& field : state()) {
    if (field.name == name) return field;
  }
  throw Error("the app declares the field '" + name + "' but its simulation has none of that name");
}

const io::Schema& schema_of(const App& app) {
  static std::map<std::string, io::Schema> made;
  const auto found = made.find(app.name);
  if (found != made.end()) return found->second;
  io::Schema schema{app.name, app.summary, common_tables(app)};
  schema.tables.insert(schema.tables.end(), app.tables.begin(), app.tables.end());
  io::check_schema(schema);
  return made.emplace(app.name, std::move(schema)).first->second;
}

io::Deck read_deck(const std::string& file, const std::vector<std::string>& overrides) {
  io::Problems problems;
  return checked(io::Deck::read(file, overrides, schemas(), problems), problems);
}

io::Deck parse_deck(const std::string& text, const std::string& source, const std::vector<std::string>& overrides) {
  io::Problems problems;
  return checked(io::Deck::parse(text, source, overrides, schemas(), problems), problems);
}

}  // namespace tarn::apps
