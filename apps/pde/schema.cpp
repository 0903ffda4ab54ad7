// What a pde deck may say.
#include "tarn/apps/pde/boundary.hpp"
#include "tarn/apps/pde/pde.hpp"
#include "tarn/apps/pde/unit_check.hpp"

namespace tarn::apps::pde {

namespace {

using io::Key;
using io::KeyType;

/// @param of_name  what the formula under a name is
io::Table formulas(const char* name, const char* meaning, const char* of_name) {
  return {.name = name, .meaning = meaning, .free_formulas = true, .free_meaning = of_name};
}

}  // namespace

io::Table table() {
  return {.name = "pde",
          .meaning = "equations that the deck writes down",
          .required = true,
          .keys = {Key{.name = "integrator",
                       .type = KeyType::choice,
                       .meaning = "forward Euler, Runge-Kutta methods of order 2, 3 (ssp) and 4, or rkl2 for diffusion",
                       .default_text = "\"rk2\"",
                       .choices = {"euler", "rk2", "rk3", "rk4", "rkl2"}},
                   Key{.name = "stages",
                       .type = KeyType::integer,
                       .meaning = "of rkl2, an odd number: s stages go (s^2 + s - 2)/4 times as far as Euler's step",
                       .default_text = "9",
                       .at_least = 3,
                       .at_most = 999},
                   Key{.name = "order",
                       .type = KeyType::integer,
                       .meaning = "of the differences in space: 2 or 4",
                       .default_text = "2",
                       .at_least = 2,
                       .at_most = 4},
                   Key{.name = "face_mean",
                       .type = KeyType::choice,
                       .meaning =
                           "how diffuse() takes a diffusivity to the face between two cells; harmonic where it jumps",
                       .default_text = "\"arithmetic\"",
                       .choices = {"arithmetic", "harmonic"}},
                   Key{.name = "speed",
                       .type = KeyType::formulas,
                       .meaning = "of [pde.flux]: the fastest signal along each axis, for Lax-Friedrichs fluxes",
                       .longest = 3},
                   Key{.name = "signals",
                       .type = KeyType::formula_pairs,
                       .meaning = "of [pde.flux]: the slowest and the fastest signal along each axis, for HLL fluxes",
                       .longest = 3,
                       .note = "instead of speed"},
                   Key{.name = "limiter",
                       .type = KeyType::choice,
                       .meaning = "of [pde.flux]: of the slopes inside cells",
                       .default_text = "\"van_leer\"",
                       .choices = {"minmod", "van_leer", "mc"}},
                   Key{.name = "trust_dt",
                       .type = KeyType::boolean,
                       .meaning = "whether time.dt is taken even if it is above the largest stable step",
                       .default_text = "false"}},
          .tables = {formulas("equations", "d/dt of each field; the keys are the fields",
                              "d/dt of the field of this name: any name of letters, digits and _"),
                     {.name = "flux",
                      .meaning = "conservation laws: the flux of each field along each axis of the grid",
                      .free_key = Key{.name = "field",
                                      .type = KeyType::formulas,
                                      .meaning = "one formula of fields, constants and t for each axis",
                                      .shortest = 1,
                                      .longest = 3}},
                     formulas("initial", "each field at the start, of x, y, z; may use random",
                              "the field of this name; required for each field if there is no [pde.manufactured]"),
                     formulas("manufactured",
                              "a solution that the equations are made to have, of x, y, z, t, for tarn verify: what is "
                              "left over becomes a source, and the start and the faces are taken from it",
                              "the solution for the field of this name; required for each field"),
                     formulas("let", "names for expressions of space, time, constants and fields",
                              "any name of letters, digits and _; other formulas of [pde] can then use it"),
                     formulas("output", "further fields for snapshots and pictures",
                              "the field of this name, for fields of [[output]] and field of [[image]]"),
                     formulas("history", "further columns of history.csv, of integral(...) and mean(...)",
                              "the column of this name"),
                     boundary_table(),
                     units_table()}};
}

}  // namespace tarn::apps::pde
