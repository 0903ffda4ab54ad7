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

/// How many values of a face are NaN or infinite.
template <class Real>
std::int64_t count_bad(const Space& space, const Field<Real, 2>& values) {
  const auto columns = static_cast<std::int64_t>(values.extent(1));
  std::int64_t count = 0;
  Kokkos::parallel_reduce(
      "tarn::pde::count_bad",
      Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, static_cast<std::int64_t>(values.size())),
      KOKKOS_LAMBDA(const std::int64_t n, std::int64_t& sum) {
        const Real value = values(n / columns, n % columns);
        sum += value - value == 0 ? 0 : 1;
      },
      count);
  return count;
}

}  // namespace

template <class Real>
FacedGhosts<Real>::FacedGhosts(const SimulationContext& context, const System& system,
                               const std::vector<FieldFaces>& faces)
    : system_(system), ghosts_(context.patch, conditions_for(faces, system.order), static_cast<int>(faces.size())) {
  if (system.order == 4) {
    polynomials_ = std::make_shared<PolynomialFaces<Real>>(context.patch, faces);
    ghosts_.set_own([polynomials = polynomials_](const Fields<Real>& u, const GhostFace& face, double) {
      polynomials->fill(u, face);
    });
  }
  for (std::size_t field = 0; field < faces.size(); ++field) {
    for (const FaceFormula& face : faces[field].formulas)
      add(context, face, static_cast<int>(field));
  }
}

template <class Real>
void FacedGhosts<Real>::add(const SimulationContext& context, const FaceFormula& face, int field) {
  const bool moves = face.formula ? face.formula->uses("t") : (system_.dependence(face.node) & on_time) != 0;
  faces_move_ = faces_move_ || moves;
  slots_.push_back({field, face.axis, face.side, face.part, !face.formula});
  if (!context.patch.at_boundary(face.axis, face.side)) return;
  Value value{slots_.size() - 1,
              moves,
              face.axis,
              face.side,
              face.formula,
              nullptr,
              polynomials_ ? polynomials_->given(face.axis, face.side, field, face.part)
                           : ghosts_.given(face.axis, face.side, field, face.part)};
  if (!face.formula)
    value.program = std::make_shared<Compiled<double>>(system_, lowered(system_, {face.node}, nullptr), context.grid,
                                                       context.grid.row_length(sizeof(double)));
  evaluate(value, 0);
  values_.push_back(value);
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
  std::vector<std::int64_t> bad(slots_.size(), 0);
  for (const Value& value : values_)
    bad[value.slot] = count_bad<Real>(ghosts_.patch().space(), value.values);
  ghosts_.patch().ranks().sum(bad.data(), static_cast<int>(bad.size()));
  std::vector<FaceSlot> found;
  for (std::size_t n = 0; n < slots_.size(); ++n) {
    if (bad[n] > 0) found.push_back(slots_[n]);
  }
  return found;
}

template class FacedGhosts<float>;
template class FacedGhosts<double>;

}  // namespace tarn::apps::pde
