#include "tarn/io/deck/describe.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/run.hpp"

namespace tarn::cli {

namespace {

std::string name, place;
bool as_json_schema = false;

int run(int&, char**&) {
  mute_all_but_one();
  if (!place.empty()) {
    print("{}", io::describe(apps::schema_of(apps::find_app(name)), place));
    return apps::exit_code::done;
  }
  std::vector<io::Schema> schemas;
  for (const auto& app : apps::all_apps()) {
    if (name.empty()) schemas.push_back(apps::schema_of(app));
  }
  if (!name.empty()) schemas.push_back(apps::schema_of(apps::find_app(name)));
  if (as_json_schema) {
    print("{}\n", io::json_schema(schemas));
  } else {
    for (const auto& schema : schemas)
      print("{}", io::describe(schema));
  }
  return apps::exit_code::done;
}

}  // namespace

Command add_describe(CLI::App& program) {
  auto* command =
      program.add_subcommand("describe", "every table and key of a deck: type, unit, default, range, meaning");
  command->add_option("app", name, "the app; default: all");
  auto* table = command->add_option("table", place, "one table or key of it, such as time or time.dt; default: all");
  command->add_flag("--json-schema", as_json_schema, "print a JSON Schema that editors and validators take")
      ->excludes(table);
  return {command, run};
}

}  // namespace tarn::cli
