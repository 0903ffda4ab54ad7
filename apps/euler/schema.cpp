// What an euler deck may say.
#include "tarn/apps/euler/schema.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"

namespace tarn::apps::euler {

using io::Key;
using io::KeyType;

namespace {

const char* const free_meaning = "the scalar of this name; required for each of euler.scalars";

Key formula_key(const std::string& name, const std::string& meaning, const char* unit, bool required = false) {
  return {.name = name, .type = KeyType::number_or_formula, .meaning = meaning, .unit = unit, .required = required};
}

}  // namespace

std::vector<Key> primitive_keys() {
  std::vector<Key> keys = {formula_key("density", "mass per volume, > 0", "", true)};
  for (const char axis : std::string("xyz")) {
    keys.push_back(formula_key(std::string("velocity_") + axis, std::string("along ") + axis, "length/time"));
    keys.back().required = axis == 'x';
    if (axis != 'x') keys.back().note = fmt::format("required where the grid has {}", axis);
  }
  keys.push_back(formula_key("pressure", "force per area, > 0", "", true));
  return keys;
}

namespace {

io::Table boundary_table() {
  io::Table boundary{.name = "boundary", .meaning = "what is beyond the faces whose kind is given"};
  for (int axis = 0; axis < 3; ++axis) {
    for (int side = 0; side < 2; ++side) {
      io::Table face{.name = face_name(axis, side),
                     .meaning = "formulas of x, y, z, t, where they are beyond the face; each scalar too",
                     .free_formulas = true,
                     .free_meaning = free_meaning,
                     .keys = primitive_keys()};
      face.keys.push_back(formula_key("wall", "where it is not 0 the face is a wall", ""));
      boundary.tables.push_back(face);
    }
  }
  return boundary;
}

io::Table floor_table() {
  const auto floor = [](const char* name) {
    return Key{.name = name,
               .type = KeyType::number,
               .meaning = std::string(name) + " is raised to this where first order does not keep it above",
               .above = 0,
               .note = "default: none"};
  };
  return {.name = "floor", .meaning = "what a state may not fall below", .keys = {floor("density"), floor("pressure")}};
}

Key choice(const char* name, const char* meaning, const char* fallback, std::vector<std::string> choices) {
  return {.name = name,
          .type = KeyType::choice,
          .meaning = meaning,
          .default_text = fallback,
          .choices = std::move(choices)};
}

/// The gas and how it is computed.
std::vector<Key> method_keys() {
  return {Key{.name = "gamma",
              .type = KeyType::number,
              .meaning = "ratio of the specific heats",
              .default_text = "1.4",
              .at_least = 1.000001,
              .at_most = 100},
          choice("riemann", "the Riemann solver", "\"hllc\"", {"llf", "hll", "hllc"}),
          choice("reconstruction", "inside cells: constant, linear, parabolic, or weno of order 5", "\"plm\"",
                 {"constant", "plm", "ppm", "weno5"}),
          choice("limiter", "of plm", "\"van_leer\"", {"minmod", "van_leer", "mc"}),
          choice("integrator", "strong stability preserving Runge-Kutta method of order 2 or 3; rk3 for ppm and weno5",
                 "\"rk2\"", {"rk2", "rk3"}),
          Key{.name = "gravity",
              .type = KeyType::numbers,
              .meaning = "acceleration along each axis of the grid",
              .unit = "length/time^2",
              .shortest = 1,
              .longest = 3,
              .note = "default: none"},
          Key{.name = "scalars",
              .type = KeyType::texts,
              .meaning = "names of passive scalars, which the gas carries with it",
              .note = "default: none"}};
}

}  // namespace

io::Table schema_table() {
  return {.name = "euler",
          .meaning = "compressible flow of an ideal gas",
          .required = true,
          .keys = method_keys(),
          .tables = {{.name = "initial",
                      .meaning = "the state at the start: formulas of x, y, z, which may use random; each scalar too",
                      .required = true,
                      .free_formulas = true,
                      .free_meaning = free_meaning,
                      .keys = primitive_keys()},
                     boundary_table(),
                     floor_table()}};
}

}  // namespace tarn::apps::euler
