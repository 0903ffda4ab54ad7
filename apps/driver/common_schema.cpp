#include "tarn/apps/driver/common_schema.hpp"

#include <limits>

#include "tarn/apps/driver/verify/deck_solution.hpp"
#include "tarn/apps/driver/verify/plan.hpp"
#include "tarn/io/image/color_map.hpp"

namespace tarn::apps {

namespace {

using io::Key;
using io::KeyType;
using io::Table;

Table run_table(const std::string& app) {
  return {.name = "run",
          .meaning = "what is run",
          .required = true,
          .keys = {
              Key{.name = "app", .type = KeyType::choice, .meaning = "the app", .required = true, .choices = {app}},
              Key{.name = "name", .type = KeyType::text, .meaning = "the run's name; default: the deck's file name"},
              Key{.name = "seed",
                  .type = KeyType::integer,
                  .meaning = "seed of `random` in formulas",
                  .default_text = "0",
                  .at_least = 0},
          }};
}

Table constants_table() {
  return {.name = "constants",
          .meaning = "names for formulas, each a number or a formula of other constants",
          .free_formulas = true};
}

Key precision_key() {
  return {.name = "precision",
          .type = KeyType::choice,
          .meaning = "floating-point type of the fields",
          .default_text = "\"double\"",
          .choices = {"single", "double"}};
}

Key boundary_key(const SimulationApp& app, const std::string& axis) {
  return {.name = axis,
          .type = KeyType::boundary,
          .meaning = "both ends of the " + axis + " axis, or [lower, upper]",
          .default_text = '"' + app.boundary_kinds.front() + '"',
          .choices = app.boundary_kinds};
}

Table grid_table(const SimulationApp& app) {
  Table boundary{.name = "boundary",
                 .meaning = "what is beyond the ends of the axes",
                 .keys = {boundary_key(app, "x"), boundary_key(app, "y"), boundary_key(app, "z")}};
  return {.name = "grid",
          .meaning = "a uniform grid of one to three dimensions",
          .required = true,
          .keys =
              {
                  Key{.name = "cells",
                      .type = KeyType::integers,
                      .meaning = "cells along x, y, z",
                      .required = true,
                      .at_least = 1,
                      .at_most = std::numeric_limits<int>::max() / 2,
                      .shortest = 1,
                      .longest = 3},
                  Key{.name = "lower",
                      .type = KeyType::numbers,
                      .meaning = "lower ends of the axes; default 0 each",
                      .unit = "length",
                      .shortest = 1,
                      .longest = 3},
                  Key{.name = "upper",
                      .type = KeyType::numbers,
                      .meaning = "upper ends of the axes; default 1 each",
                      .unit = "length",
                      .shortest = 1,
                      .longest = 3},
              },
          .tables = {boundary}};
}

Table time_table() {
  return {.name = "time",
          .meaning = "how far, and in which steps",
          .required = true,
          .keys = {
              Key{.name = "end",
                  .type = KeyType::number,
                  .meaning = "the run ends at this time",
                  .unit = "time",
                  .required = true,
                  .above = 0},
              Key{.name = "cfl",
                  .type = KeyType::number,
                  .meaning = "step as a share of the scheme's stability limit",
                  .default_text = "0.9",
                  .above = 0,
                  .at_most = 1,
                  .note = "not together with dt"},
              Key{.name = "dt",
                  .type = KeyType::number,
                  .meaning = "fixed step, shortened only to end and to write",
                  .unit = "time",
                  .above = 0,
                  .note = "instead of cfl"},
              Key{.name = "max_steps",
                  .type = KeyType::integer,
                  .meaning = "the run ends after this many steps",
                  .at_least = 1},
              Key{.name = "max_walltime",
                  .type = KeyType::duration,
                  .meaning = "the run writes a checkpoint and stops after this long, to be continued",
                  .unit = "HH:MM:SS",
                  .above = 0},
          }};
}

Table slice_table() {
  const auto key = [](const char* axis) {
    return Key{.name = axis,
               .type = KeyType::numbers,
               .meaning = std::string("along ") + axis + ": [place] for the plane of cells there, or [lower, upper]",
               .unit = "length",
               .shortest = 1,
               .longest = 2};
  };
  return {.name = "slice", .meaning = "a part of the domain", .keys = {key("x"), key("y"), key("z")}};
}

/// What a key may name; nothing where decks name fields themselves, which check_fields() looks at.
std::vector<std::string> field_names(const SimulationApp& app) {
  std::vector<std::string> names;
  for (const auto& field : app.fields)
    names.push_back(field.name);
  return names;
}

/// A key that names a field, or a list of them.
Key field_key(const SimulationApp& app, Key key, KeyType closed, KeyType open) {
  key.type = app.fields_from_deck ? open : closed;
  if (!app.fields_from_deck) key.choices = field_names(app);
  return key;
}

Table output_table(const SimulationApp& app) {
  return {
      .name = "output",
      .meaning = "a series of snapshots, HDF5; the first and the last state are always written",
      .list = true,
      .keys =
          {
              Key{.name = "series",
                  .type = KeyType::text,
                  .meaning = "first part of the files' names",
                  .default_text = "\"fields\""},
              Key{.name = "every",
                  .type = KeyType::schedule,
                  .meaning = "when a snapshot is written",
                  .required = true},
              field_key(
                  app,
                  Key{.name = "fields", .meaning = "what is in it; default: the fields of the state", .shortest = 1},
                  KeyType::choices, KeyType::texts),
              Key{.name = "stride",
                  .type = KeyType::integers,
                  .meaning = "every so many cells; one number for all axes, or one for each",
                  .default_text = "[1]",
                  .at_least = 1,
                  .at_most = std::numeric_limits<int>::max() / 2,
                  .shortest = 1,
                  .longest = 3},
              Key{.name = "precision",
                  .type = KeyType::choice,
                  .meaning = "of the numbers in the files; \"run\" is that of the run",
                  .default_text = "\"run\"",
                  .choices = {"run", "single"}},
              Key{.name = "compression",
                  .type = KeyType::choice,
                  .meaning = "of the files",
                  .default_text = "\"none\"",
                  .choices = {"none", "deflate"}},
          },
      .tables = {slice_table()}};
}

Table image_table(const SimulationApp& app) {
  return {
      .name = "image",
      .meaning = "a series of pictures, PNG: a line in 1D, a colour map in 2D, a plane of cells in 3D",
      .list = true,
      .keys = {
          field_key(app, Key{.name = "field", .meaning = "what is shown", .required = true}, KeyType::choice,
                    KeyType::text),
          Key{.name = "every",
              .type = KeyType::schedule,
              .meaning = "when a picture is drawn; the first and the last state always are",
              .required = true},
          Key{.name = "normal",
              .type = KeyType::choice,
              .meaning = "3D: the axis that the plane is normal to",
              .default_text = "\"z\"",
              .choices = {"x", "y", "z"}},
          Key{.name = "at",
              .type = KeyType::number,
              .meaning = "3D: where the plane cuts that axis; default: middle",
              .unit = "length"},
          Key{.name = "range",
              .type = KeyType::choice,
              .meaning = "ends that are not given: the series' own, or each picture's",
              .default_text = "\"series\"",
              .choices = {"series", "frame"}},
          Key{.name = "minimum", .type = KeyType::number, .meaning = "lower end of the colours or of the value axis"},
          Key{.name = "maximum", .type = KeyType::number, .meaning = "upper end of the colours or of the value axis"},
          Key{.name = "color_map",
              .type = KeyType::choice,
              .meaning = "the colours",
              .default_text = "\"thermal\"",
              .choices = io::color_map_names()},
      }};
}

}  // namespace

std::vector<Table> common_tables(const std::string& app) {
  return {run_table(app), constants_table()};
}

std::vector<Table> simulation_tables(const SimulationApp& app) {
  Table run = run_table(app.name);
  run.keys.insert(run.keys.begin() + 2, precision_key());
  Table history{.name = "history",
                .meaning = "reduced quantities in history.csv",
                .keys = {Key{.name = "every",
                             .type = KeyType::schedule,
                             .meaning = "when a row is written",
                             .default_text = "{ steps = 10 }"}}};
  Table checkpoint{.name = "checkpoint",
                   .meaning = "states that a run can be continued from",
                   .keys = {Key{.name = "every",
                                .type = KeyType::schedule,
                                .meaning = "when one is written; the last state always is",
                                .default_text = "{ walltime = \"00:10:00\" }"},
                            Key{.name = "keep",
                                .type = KeyType::integer,
                                .meaning = "how many are kept",
                                .default_text = "2",
                                .at_least = 1,
                                .at_most = 1000},
                            Key{.name = "on_error",
                                .type = KeyType::choice,
                                .meaning = "what a checkpoint that cannot be written means: go on without it, or end",
                                .default_text = "\"continue\"",
                                .choices = {"continue", "stop"}}}};
  return {run,     constants_table(), grid_table(app), time_table(),  output_table(app), image_table(app),
          history, checkpoint,        exact_table(),   verify_table()};
}

}  // namespace tarn::apps
