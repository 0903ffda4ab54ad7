#include "tarn/apps/pde/face_values.hpp"

#include "tarn/apps/driver/face_formulas.hpp"
#include "tarn/apps/pde/polynomial_faces.hpp"

namespace tarn::apps::pde {

namespace {

/// Of fourth order faces that are not periodic are the app's own.
FaceConditions conditions_for(const std::vector<FieldFaces>& faces, int order) {
  return order == 2 ? conditions_of(faces) : same_conditions({.rule = FaceRule::own}, static_cast<int>(faces.size()));
}

/// Evaluates a program of space and time on a face of the domain, as set_face_values() does a formula.
template <int capacity, class Real>
void set_face_from_program(const Space& space, const Compiled<double>& compiled, const Grid& grid, int axis, int side,
                           const Field<Real, 2>& values) {
  const CellCenters centers(grid);
  const CellProgram<double>& program = compiled.on_device();
  const Kokkos::View<const int*, Space> axes = compiled.load_arrays();
  const int slow = axis == 2 ? 1 : 2, fast = axis == 0 ? 1 : 0;
  const double on_axis = side == 0 ? grid.domain().lower[axis] : grid.domain().upper[axis];
  const auto columns = static_cast<std::int64_t>(values.extent(1));
  Kokkos::parallel_for(
      "tarn::pde::set_face_from_program",
      Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, static_cast<std::int64_t>(values.size())),
      KOKKOS_LAMBDA(const std::int64_t n) {
        const auto a = static_cast<int>(n / columns), b = static_cast<int>(n % columns);
        double place[3] = {0, 0, 0};
        place[axis] = on_axis;
        place[slow] = centers.wrapped(slow, a);
        place[fast] = centers.wrapped(fast, b);
        const auto load = [&](int m) { return place[-1 - axes(m)]; };
        double registers[capacity];
        program.run(load, registers);
        values(a, b) = static_cast<Real>(program.value(program.results(0), load, registers));
      });
}

/// Some of the values of a face, a box of (slower axis, faster axis).
struct FacePart {
  std::int64_t row, column;  ///< the first
  std::int64_t rows, columns;
};

/// Those beside cells; where mixed derivatives read the corners beyond two faces, all.
FacePart part_that_is_read(const Grid& grid, int axis, bool with_corners) {
  const int slow = axis == 2 ? 1 : 2, fast = axis == 0 ? 1 : 0;
  if (with_corners) return {0, 0, grid.extent(slow), grid.extent(fast)};
  return {grid.ghosts(slow), grid.ghosts(fast), grid.cells(slow), grid.cells(fast)};
}

bool reads_corners(const System& system) {
  for (int n = 0; n < system.graph.size(); ++n) {
    const auto& node = system.graph[n];
    if (node.kind == ops::NodeKind::operation && is_mixed(static_cast<Operator>(node.index))) return true;
  }
  return false;
}

/// How many values a and b of a face leave a ghost unknown.
template <class Real>
std::int64_t count_unknown_ghosts(const Space& space, const FacePart& part, const Field<Real, 2>& a,
                                  const Field<Real, 2>& b, int order, Real outward, int ghosts) {
  std::int64_t count = 0;
  Kokkos::parallel_reduce(
      "tarn::pde::count_unknown_ghosts",
      Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, part.rows * part.columns),
      KOKKOS_LAMBDA(const std::int64_t n, std::int64_t& sum) {
        const auto row = part.row + n / part.columns, column = part.column + n % part.columns;
        sum += leaves_ghost_unknown(a(row, column), b(row, column), order, outward, ghosts) ? 1 : 0;
      },
      count);
  return count;
}

/// How many values of a face are NaN or infinite.
template <class Real>
std::int64_t count_bad(const Space& space, const FacePart& part, const Field<Real, 2>& values) {
  std::int64_t count = 0;
  Kokkos::parallel_reduce(
      "tarn::pde::count_bad",
      Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, part.rows * part.columns),
      KOKKOS_LAMBDA(const std::int64_t n, std::int64_t& sum) {
        const Real value = values(part.row + n / part.columns, part.column + n % part.columns);
        sum += value - value == 0 ? 0 : 1;
      },
      count);
  return count;
}

}  // namespace

template <class Real>
FacedGhosts<Real>::FacedGhosts(const SimulationContext& context, const System& system,
                               const std::vector<FieldFaces>& faces)
    : system_(system),
      ghosts_(context.patch, conditions_for(faces, system.order), static_cast<int>(faces.size())),
      reads_corners_(reads_corners(system)) {
  if (system.order == 4) {
    polynomials_ = std::make_shared<PolynomialFaces<Real>>(context.patch, faces);
    ghosts_.set_own([polynomials = polynomials_](const Fields<Real>& u, const GhostFace& face, double) {
      polynomials->fill(u, face);
    });
  }
  for (std::size_t field = 0; field < faces.size(); ++field) {
    for (const FaceFormula& face : faces[field].formulas) {
      const auto& axis = faces[field].condition[static_cast<std::size_t>(face.axis)];
      const bool is_robin = axis[static_cast<std::size_t>(face.side)].rule == FaceRule::robin;
      add(context, face, static_cast<int>(field), is_robin);
    }
  }
}

template <class Real>
void FacedGhosts<Real>::add(const SimulationContext& context, const FaceFormula& face, int field, bool is_robin) {
  const bool moves = face.formula ? face.formula->uses("t") : (system_.dependence(face.node) & on_time) != 0;
  faces_move_ = faces_move_ || moves;
  slots_.push_back({field, face.axis, face.side, face.part, !face.formula, is_robin});
  if (!context.patch.at_boundary(face.axis, face.side)) return;
  Value value{slots_.size() - 1, moves, face.axis, face.side, face.formula, nullptr, given(slots_.back(), face.part)};
  if (!face.formula)
    value.program = std::make_shared<Compiled<double>>(system_, lowered(system_, {face.node}, nullptr), context.grid,
                                                       context.grid.row_length(sizeof(double)));
  evaluate(value, 0);
  values_.push_back(value);
}

template <class Real>
Field<Real, 2> FacedGhosts<Real>::given(const FaceSlot& slot, int part) const {
  return polynomials_ ? polynomials_->given(slot.axis, slot.side, slot.field, part)
                      : ghosts_.given(slot.axis, slot.side, slot.field, part);
}

template <class Real>
void FacedGhosts<Real>::evaluate(const Value& value, double time) const {
  const Patch& patch = ghosts_.patch();
  if (value.formula) {
    set_face_values<Real>(patch.space(), *value.formula, patch.grid(), value.axis, value.side, time, value.values);
    return;
  }
  value.program->set_numbers(system_, {time, {}});
  with_room_for(value.program->program(), [&](auto room) {
    set_face_from_program<decltype(room)::value, Real>(patch.space(), *value.program, patch.grid(), value.axis,
                                                       value.side, value.values);
  });
}

template <class Real>
void FacedGhosts<Real>::set(double time) {
  if (time == set_for_) return;
  set_for_ = time;
  evaluate_moving(time);
  constexpr std::size_t most_times = 1024;  // as many as stages are between two looks for bad values, or more
  if (faces_move_) times_.push_back(time);
  if (times_.size() > most_times) times_.pop_front();
}

template <class Real>
void FacedGhosts<Real>::evaluate_moving(double time) const {
  for (const Value& value : values_) {
    if (value.moves) evaluate(value, time);
  }
}

template <class Real>
bool FacedGhosts<Real>::x_faces_stay() const {
  return std::none_of(values_.begin(), values_.end(),
                      [](const Value& value) { return value.moves && value.axis == 0; });
}

template <class Real>
std::vector<FaceSlot> FacedGhosts<Real>::bad_faces() const {
  auto found = bad_at(set_for_);
  if (!found.empty() || times_.empty()) return found;
  for (auto time = times_.begin(); time != times_.end() && found.empty(); ++time) {
    evaluate_moving(*time);
    found = bad_at(*time);
  }
  evaluate_moving(set_for_);
  return found;
}

/// Of the values as they are.
/// @param time  that they were evaluated for
template <class Real>
std::vector<FaceSlot> FacedGhosts<Real>::bad_at(double time) const {
  const Patch& patch = ghosts_.patch();
  const Grid& grid = patch.grid();
  const std::size_t count = slots_.size();
  std::vector<std::int64_t> bad(2 * count, 0);  // values, then what robin leaves unknown
  for (const Value& value : values_) {
    const FaceSlot& slot = slots_[value.slot];
    const FacePart part = part_that_is_read(grid, slot.axis, reads_corners_);
    bad[value.slot] = count_bad<Real>(patch.space(), part, value.values);
    if (!slot.is_robin || slot.part != 0) continue;
    const auto outward = static_cast<Real>(grid.spacing(slot.axis) * (slot.side == 0 ? -1 : 1));
    bad[count + value.slot] = count_unknown_ghosts<Real>(patch.space(), part, given(slot, 0), given(slot, 1),
                                                         system_.order, outward, grid.ghosts(slot.axis));
  }
  patch.ranks().sum(bad.data(), static_cast<int>(bad.size()));
  std::vector<FaceSlot> found;
  for (std::size_t n = 0; n < count; ++n) {
    for (const bool is_unknown : {false, true}) {
      if (bad[is_unknown ? count + n : n] == 0) continue;
      found.push_back(slots_[n]);
      found.back().leaves_ghost_unknown = is_unknown;
      found.back().time = time;
    }
  }
  return found;
}

template class FacedGhosts<float>;
template class FacedGhosts<double>;

}  // namespace tarn::apps::pde
