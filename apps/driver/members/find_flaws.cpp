#include "tarn/apps/driver/members/find_flaws.hpp"

#include <fmt/format.h>

#include "tarn/core/grid/for_each_cell.hpp"
#include "tarn/core/memory/transfer.hpp"
#include "tarn/ops/reduce/statistics.hpp"

namespace tarn::apps {

namespace {

/// Marks the members that own a value NaN or infinite.
template <class Real>
struct MarkFlaws {
  Fields<const Real> fields;
  Field<int, 1> marks;
  int axis;  ///< that counts the members

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const auto count = static_cast<int>(fields.extent(0));
    for (int field = 0; field < count; ++field) {
      const Real value = fields(field, k, j, i);
      if (!(value - value == 0)) Kokkos::atomic_exchange(&marks(axis == 1 ? j : k), 1);
    }
  }
};

}  // namespace

template <class Real>
std::vector<std::size_t> members_with_flaws(const Space& space, const Grid& grid, const Fields<Real>& fields) {
  const int axis = grid.dimensions();
  const auto count = static_cast<std::size_t>(grid.cells(axis));
  const Field<int, 1> marks("tarn::apps::marks", count);
  for_each_cell("tarn::apps::mark_flaws", space, grid.interior(), MarkFlaws<Real>{fields, marks, axis});
  const HostField<int, 1> host("tarn::apps::marks", count);
  download(space, host, marks, "tarn::apps::marks");
  std::vector<std::size_t> found;
  for (std::size_t n = 0; n < count; ++n) {
    if (host(n) != 0) found.push_back(n);
  }
  return found;
}

template <class Real>
std::string flaw_in(const Patch& patch, const std::vector<NamedField>& state) {
  for (const NamedField& field : state) {
    const auto place =
        ops::first_not_finite<Real>(patch.space(), patch.ranks(), patch.grid(), std::get<Field<Real, 3>>(field.values));
    if (!place) continue;
    std::string cell = fmt::format("{}", (*place)[0]);
    for (int axis = 1; axis < patch.grid().dimensions(); ++axis)
      cell += fmt::format(", {}", (*place)[static_cast<std::size_t>(axis)]);
    return fmt::format("{} is NaN or infinite in cell ({})", field.name, cell);
  }
  return "a value is NaN or infinite";
}

template std::vector<std::size_t> members_with_flaws<float>(const Space&, const Grid&, const Fields<float>&);
template std::vector<std::size_t> members_with_flaws<double>(const Space&, const Grid&, const Fields<double>&);
template std::string flaw_in<float>(const Patch&, const std::vector<NamedField>&);
template std::string flaw_in<double>(const Patch&, const std::vector<NamedField>&);

}  // namespace tarn::apps
