#include "tarn/apps/driver/face_formulas.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/core/error.hpp"

namespace tarn::apps {

namespace {

bool holds(const std::vector<std::string>& kinds, const std::string& kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

/// What is wrong with the formula of a face being there or not.
void check_face(const io::Deck& deck, const std::string& key, int axis, int side, const FaceNeeds& needs,
                io::Problems& problems) {
  const std::string kinds_key = std::string("grid.boundary.") + "xyz"[axis];
  const std::string kind = deck.boundary(kinds_key)[side];
  const int dimensions = dimensions_of(deck);
  const bool needed = holds(needs.needed_by, kind);
  if (!deck.given(key)) {
    if (axis < dimensions && needed)
      problems.add(deck.position(kinds_key), key, fmt::format("missing: a {} face needs its value", kind));
  } else if (axis >= dimensions) {
    problems.add(deck.position(key), key,
                 fmt::format("the grid has {} and no {} axis", dimensions_text(dimensions), "xyz"[axis]));
  } else if (!needed && !holds(needs.taken_by, kind)) {
    problems.add(deck.position(key), key, fmt::format("{} is {}: this face takes no value", kinds_key, kind));
  }
}

}  // namespace

std::vector<io::Key> face_keys(const std::string& meaning, const std::string& unit) {
  std::vector<io::Key> keys;
  for (int axis = 0; axis < 3; ++axis) {
    for (int side = 0; side < 2; ++side) {
      keys.push_back(
          {.name = face_name(axis, side),
           .type = io::KeyType::number_or_formula,
           .meaning = fmt::format("on the {} face of {}; {}", side == 0 ? "lower" : "upper", "xyz"[axis], meaning),
           .unit = unit});
    }
  }
  return keys;
}

std::vector<ValuesOf> check_faces(const io::Deck& deck, const std::string& table, const FaceNeeds& needs,
                                  io::Problems& problems) {
  std::vector<ValuesOf> used;
  if (!deck.valid("grid.cells")) return used;
  for (int axis = 0; axis < 3; ++axis) {
    if (!deck.valid(std::string("grid.boundary.") + "xyz"[axis])) continue;
    for (int side = 0; side < 2; ++side) {
      const std::string key = table + "." + face_name(axis, side);
      check_face(deck, key, axis, side, needs, problems);
      if (axis < dimensions_of(deck)) used.push_back({key, FormulaUse::of_time, on_face(axis, side)});
    }
  }
  return used;
}

FaceConditions face_conditions(const io::Deck& deck, const std::map<std::string, FaceRule>& rules, int fields) {
  FaceConditions conditions;
  const auto kinds = boundary_kinds_of(deck);
  for (int axis = 0; axis < dimensions_of(deck); ++axis) {
    for (int side = 0; side < 2; ++side) {
      if (kinds[axis][side] == "periodic") continue;
      const auto rule = rules.find(kinds[axis][side]);
      require(rule != rules.end(), "no rule for a face that is " + kinds[axis][side]);
      conditions[axis][side].assign(static_cast<std::size_t>(fields), {rule->second});
    }
  }
  return conditions;
}

template <class Real>
void set_face_values(const Space& space, const ops::Formula& formula, const Grid& grid, int axis, int side, double t,
                     const Field<Real, 2>& values) {
  const auto kernel = formula.kernel({"x", "y", "z", "t"});
  const CellCenters centers(grid);
  const int slow = axis == 2 ? 1 : 2, fast = axis == 0 ? 1 : 0;
  const double on_axis = side == 0 ? grid.domain().lower[axis] : grid.domain().upper[axis];
  const auto columns = static_cast<std::int64_t>(values.extent(1));
  const auto count = static_cast<std::int64_t>(values.size());
  Kokkos::parallel_for(
      "tarn::apps::set_face_values", Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, count),
      KOKKOS_LAMBDA(const std::int64_t n) {
        const auto a = static_cast<int>(n / columns), b = static_cast<int>(n % columns);
        double variables[4] = {0, 0, 0, t};
        variables[axis] = on_axis;
        variables[slow] = centers.wrapped(slow, a);
        variables[fast] = centers.wrapped(fast, b);
        values(a, b) = static_cast<Real>(kernel(variables, ops::RandomCell{}));
      });
}

template <class Real>
void FaceFormulas<Real>::add(const GhostCells<Real>& ghosts, int axis, int side, const ops::Formula& formula, int field,
                             int part) {
  const bool moves = formula.uses("t");
  move_ = move_ || moves;
  const Patch& patch = ghosts.patch();
  if (!patch.at_boundary(axis, side)) return;
  set_face_values<Real>(patch.space(), formula, patch.grid(), axis, side, 0, ghosts.given(axis, side, field, part));
  if (moves) moving_.push_back({axis, side, field, part, formula});
}

template <class Real>
void FaceFormulas<Real>::add_all(const GhostCells<Real>& ghosts, const io::Deck& deck, const std::string& table) {
  for (int axis = 0; axis < dimensions_of(deck); ++axis) {
    for (int side = 0; side < 2; ++side) {
      const std::string key = table + "." + face_name(axis, side);
      if (deck.has(key)) add(ghosts, axis, side, formula_of(deck, key, FormulaUse::of_time));
    }
  }
}

template <class Real>
void FaceFormulas<Real>::set(const GhostCells<Real>& ghosts, double time) {
  if (time == set_for_) return;
  set_for_ = time;
  const Patch& patch = ghosts.patch();
  for (const Face& face : moving_) {
    set_face_values<Real>(patch.space(), face.formula, patch.grid(), face.axis, face.side, time,
                          ghosts.given(face.axis, face.side, face.field, face.part));
  }
}

template <class Real>
bool FaceFormulas<Real>::move_x() const {
  return std::any_of(moving_.begin(), moving_.end(), [](const Face& face) { return face.axis == 0; });
}

template class FaceFormulas<float>;
template class FaceFormulas<double>;

template void set_face_values<float>(const Space&, const ops::Formula&, const Grid&, int, int, double,
                                     const Field<float, 2>&);
template void set_face_values<double>(const Space&, const ops::Formula&, const Grid&, int, int, double,
                                      const Field<double, 2>&);

}  // namespace tarn::apps
