#include "tarn/io/deck/describe.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"

namespace tarn::cli {

namespace {

std::string described_app, described_place;
bool describe_as_json = false, as_json_schema = false;

std::vector<io::Schema> schemas() {
  if (!described_app.empty()) return {apps::schema_of(apps::find_app(described_app))};
  std::vector<io::Schema> all;
  for (const auto& app : apps::all_apps())
    all.push_back(apps::schema_of(app));
  return all;
}

void print_describe_json() {
  auto json = nlohmann::ordered_json::array();
  for (const auto& schema : schemas())
    json.push_back(nlohmann::ordered_json::parse(io::describe_as_json(schema, described_place)));
  print("{}", apps::json_text({{"apps", json}}));
}

int run_describe(int&, char**&) {
  mute_all_but_one();
  if (describe_as_json) {
    print_describe_json();
  } else if (as_json_schema) {
    print("{}\n", io::json_schema(schemas()));
  } else {
    for (const auto& schema : schemas())
      print("{}", described_place.empty() ? io::describe(schema) : io::describe(schema, described_place));
  }
  return apps::exit_code::done;
}

}  // namespace

Command add_describe(CLI::App& program) {
  auto* command =
      program.add_subcommand("describe", "every table and key of a deck: type, unit, default, range, meaning");
  command->add_option("app", described_app, "the app; default: all");
  auto* table =
      command->add_option("table", described_place, "one table or key of it, such as time or time.dt; default: all");
  auto* json = command->add_flag("--json", describe_as_json, "print the same as JSON");
  command->add_flag("--json-schema", as_json_schema, "print a JSON Schema that editors and validators take")
      ->excludes(table)
      ->excludes(json);
  return {command, run_describe};
}

}  // namespace tarn::cli
