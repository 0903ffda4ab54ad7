#include "tarn/apps/driver/verify/errors.hpp"

#include <algorithm>
#include <cmath>

#include "tarn/core/error.hpp"
#include "tarn/core/grid/interior.hpp"
#include "tarn/ops/reduce/statistics.hpp"

namespace tarn::apps {

namespace {

/// Calls use(number, box) for this rank's cells, x fastest.
template <class Use>
void for_each_box(const Grid& grid, const Use& use) {
  const Domain& domain = grid.domain();
  const auto end = [&](int axis, int cell) { return domain.lower[axis] + cell * domain.spacing(axis); };
  std::size_t n = 0;
  for (int k = 0; k < grid.cells(2); ++k) {
    for (int j = 0; j < grid.cells(1); ++j) {
      for (int i = 0; i < grid.cells(0); ++i) {
        const std::array<int, 3> local{i, j, k};
        Box box;
        for (int axis = 0; axis < 3; ++axis) {
          const int cell = grid.offset(axis) + local[axis];
          box.lower[axis] = end(axis, cell);
          box.upper[axis] = end(axis, cell + 1);
        }
        use(n++, box);
      }
    }
  }
}

/// The field of the state that an exact solution is of, whatever its precision.
template <class Use>
void with_field(const Simulation& simulation, const std::string& name, const Use& use) {
  for (const NamedField& field : simulation.state()) {
    if (field.name != name) continue;
    std::visit(use, field.values);
    return;
  }
  throw Error("there is an exact solution of '" + name + "', but the state has no such field");
}

/// @param errors  magnitudes, in this rank's own cells
ErrorNorms norms_of(const Patch& patch, const HostField<double, 3>& errors) {
  const auto on_device = patch.grid().make_field<double>("tarn::verify::errors");
  copy_interior_from_host<double>(patch.space(), patch.grid(), errors, on_device);
  const auto s = ops::statistics<double>(patch.space(), patch.ranks(), patch.grid(), on_device);
  const auto cells = static_cast<double>(patch.grid().domain().size());
  if (s.not_finite > 0) return {std::nan(""), std::nan(""), std::nan("")};
  return {s.sum / cells, std::sqrt(s.sum_of_squares / cells), s.maximum};
}

}  // namespace

std::vector<FieldError> errors_of(const Patch& patch, const Simulation& simulation,
                                  const std::vector<ExactField>& exact, double time) {
  const Grid& grid = patch.grid();
  std::vector<FieldError> errors;
  for (const ExactField& known : exact) {
    double largest = 0;
    const HostField<double, 3> differences("tarn::verify::differences", grid.cells(2), grid.cells(1), grid.cells(0));
    with_field(simulation, known.field, [&](const auto& values) {
      using Real = typename std::decay_t<decltype(values)>::non_const_value_type;
      const HostField<Real, 3> host("tarn::verify::values", grid.cells(2), grid.cells(1), grid.cells(0));
      copy_interior_to_host<Real>(patch.space(), grid, values, host);
      for_each_box(grid, [&](std::size_t n, const Box& box) {
        const double exact_value = known.value(box, time);
        largest = std::max(largest, std::abs(exact_value));
        differences.data()[n] = std::abs(static_cast<double>(host.data()[n]) - exact_value);
      });
    });
    errors.push_back({known.field, norms_of(patch, differences), patch.ranks().max(largest)});
  }
  return errors;
}

std::vector<FieldError> differences(const Patch& patch, const Simulation& simulation, const Simulation& from) {
  const Grid& grid = patch.grid();
  std::vector<FieldError> found;
  for (const NamedField& field : from.state()) {
    double largest = 0;
    const HostField<double, 3> apart("tarn::verify::apart", grid.cells(2), grid.cells(1), grid.cells(0));
    std::visit(
        [&](const auto& values) {
          using Real = typename std::decay_t<decltype(values)>::non_const_value_type;
          const HostField<Real, 3> one("tarn::verify::one", grid.cells(2), grid.cells(1), grid.cells(0));
          const HostField<Real, 3> other("tarn::verify::other", grid.cells(2), grid.cells(1), grid.cells(0));
          copy_interior_to_host<Real>(patch.space(), grid, values, one);
          with_field(simulation, field.name, [&](const auto& of_other) {
            if constexpr (std::is_same_v<decltype(of_other), decltype(values)>)
              copy_interior_to_host<Real>(patch.space(), grid, of_other, other);
          });
          for (std::size_t n = 0; n < one.size(); ++n) {
            apart.data()[n] = std::abs(static_cast<double>(one.data()[n]) - static_cast<double>(other.data()[n]));
            largest = std::max(largest, std::abs(static_cast<double>(one.data()[n])));
          }
        },
        field.values);
    found.push_back({field.name, norms_of(patch, apart), patch.ranks().max(largest)});
  }
  return found;
}

void set_to(const Patch& patch, Simulation& simulation, const std::vector<ExactField>& exact, double time) {
  const Grid& grid = patch.grid();
  for (const ExactField& known : exact) {
    with_field(simulation, known.field, [&](const auto& values) {
      using Real = typename std::decay_t<decltype(values)>::non_const_value_type;
      const HostField<Real, 3> host("tarn::verify::values", grid.cells(2), grid.cells(1), grid.cells(0));
      for_each_box(grid,
                   [&](std::size_t n, const Box& box) { host.data()[n] = static_cast<Real>(known.value(box, time)); });
      copy_interior_from_host<Real>(patch.space(), grid, host, values);
    });
  }
  simulation.restarted(time);
}

}  // namespace tarn::apps
