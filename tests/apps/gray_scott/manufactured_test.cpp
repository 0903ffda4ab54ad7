// Second order on a manufactured solution: sources make given u and v solve the equations with every term in them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/apps/gray_scott/rate.hpp"
#include "tarn/core/grid/interior.hpp"
#include "tarn/ops/formula/evaluate.hpp"
#include "tarn/ops/integrate/cell_equations.hpp"
#include "tarn/ops/integrate/integrator.hpp"
#include "tarn/tests/apps/support/stepped_case.hpp"

namespace tarn::apps::gray_scott {
namespace {

constexpr double du = 0.02, dv = 0.01, feed = 0.3, kill = 0.2, end_time = 0.4;

/// u = 0.6 + 0.2 c e^-t and v = 0.4 + 0.1 c (1 + sin(t)), c the product of cos(2 pi x) of the axes; periodic.
struct Solution {
  int dimensions;

  std::string c() const {
    return dimensions == 1   ? "cos(2*pi*x)"
           : dimensions == 2 ? "cos(2*pi*x)*cos(2*pi*y)"
                             : "cos(2*pi*x)*cos(2*pi*y)*cos(2*pi*z)";
  }
  std::string u() const { return fmt::format("(0.6 + 0.2*{}*exp(-t))", c()); }
  std::string v() const { return fmt::format("(0.4 + 0.1*{}*(1 + sin(t)))", c()); }
  /// du/dt - du laplacian(u) + u v^2 - feed (1 - u)
  std::string source_u() const {
    return fmt::format("-0.2*{0}*exp(-t) + {1}*{2}*4*pi^2*0.2*{0}*exp(-t) + {3}*{4}^2 - {5}*(1 - {3})", c(), du,
                       dimensions, u(), v(), feed);
  }
  /// dv/dt - dv laplacian(v) - u v^2 + (feed + kill) v
  std::string source_v() const {
    return fmt::format("0.1*{0}*cos(t) + {1}*{2}*4*pi^2*0.1*{0}*(1 + sin(t)) - {3}*{4}^2 + {5}*{4}", c(), dv,
                       dimensions, u(), v(), feed + kill);
  }
};

ops::Formula formula(const std::string& text) {
  return ops::Formula(text, {.variables = {"x", "y", "z", "t"}, .constants = {}, .refused = {}});
}

/// The app's rate and a source for each field.
template <class Real, int Dim>
struct ForcedRate {
  static constexpr int fields = 2, reach = 1;
  static constexpr bool takes_lanes = true;

  Rate<Real, Dim, false> rate;
  Field<const Real, 3> source_u, source_v;

  template <class Cell>
  KOKKOS_FORCEINLINE_FUNCTION auto operator()(const Cell& cell) const {
    auto rates = rate(cell);
    rates[0] += at(source_u, cell.k, cell.j, cell.i);
    rates[1] += at(source_v, cell.k, cell.j, cell.i);
    return rates;
  }
};

template <int Dim>
class ForcedCase {
 public:
  explicit ForcedCase(int cells)
      : solution_{Dim},
        patch_(runtime().space(), runtime().communicator(), domain_of_cells(cells), 1,
               choose_transport(runtime().communicator())),
        regions_(runtime().space()),
        equations_(patch_, same_conditions({FaceRule::mirror}, 2), 2, regions_),
        sources_(grid().template make_fields<double>("test::sources", 2)) {
    const auto initial = grid().template make_fields<double>("test::initial", 2);
    set(solution_.u(), 0, one_of(initial, 0));
    set(solution_.v(), 0, one_of(initial, 1));
    for (int axis = 0; axis < Dim; ++axis) {
      const double dx = grid().spacing(axis);
      rate_.weight_u[axis] = du / (dx * dx);
      rate_.weight_v[axis] = dv / (dx * dx);
    }
    rate_.feed = feed;
    rate_.removal = feed + kill;
    integrator_.emplace(ops::Scheme::ssp_rk2, 0, grid(), initial);
  }

  void advance(int steps) {
    for (int n = 0; n < steps; ++n)
      integrator_->step(*this, n * end_time / steps, end_time / steps);
  }

  /// For the integrator.
  template <class Combine>
  void set(const char* label, const Fields<double>& now, double time, const Fields<double>& out,
           const Combine& combine) {
    set(solution_.source_u(), time, one_of(sources_, 0));
    set(solution_.source_v(), time, one_of(sources_, 1));
    equations_.set(label, ForcedRate<double, Dim>{rate_, one_of(sources_, 0), one_of(sources_, 1)}, now, time, out,
                   combine, 1);
  }

  /// The largest error of a field.
  double error(int field) const {
    const auto exact = grid().template make_field<double>("test::exact");
    set(field == 0 ? solution_.u() : solution_.v(), end_time, exact);
    return apps::test::largest_difference(on_host(exact), on_host(one_of(integrator_->state(), field)));
  }

 private:
  static const Runtime& runtime() { return tarn::test::runtime(); }
  const Grid& grid() const { return patch_.grid(); }

  static Domain domain_of_cells(int cells) {
    Domain domain;
    domain.dimensions = Dim;
    for (std::size_t axis = 0; axis < Dim; ++axis) {
      domain.cells[axis] = cells + cells / 4 * static_cast<int>(axis);  // every axis is refined alike
      domain.periodic[axis] = true;
    }
    return domain;
  }

  void set(const std::string& text, double time, const Field<double, 3>& field) const {
    ops::set_from_formula<double>(runtime().space(), formula(text), grid(), grid().interior(), field, time, 0, 0);
  }

  std::vector<double> on_host(const Field<double, 3>& field) const {
    const HostField<double, 3> host("test::host", grid().cells(2), grid().cells(1), grid().cells(0));
    copy_interior_to_host<double>(runtime().space(), grid(), field, host);
    return {host.data(), host.data() + host.size()};
  }

  Solution solution_;
  Patch patch_;
  Regions regions_;
  ops::CellEquations<double> equations_;
  Fields<double> sources_;
  Rate<double, Dim, false> rate_{};
  std::optional<ops::Integrator<double>> integrator_;
};

template <int Dim>
void expect_order_two() {
  const std::vector<double> ladder{12, 16, 24};
  std::vector<double> errors_u, errors_v;

  for (const double cells : ladder) {
    ForcedCase<Dim> run(static_cast<int>(cells));
    run.advance(static_cast<int>(cells) * 2);
    errors_u.push_back(run.error(0));
    errors_v.push_back(run.error(1));
  }

  for (const auto& errors : {errors_u, errors_v}) {
    const double order = apps::fitted_order(ladder, errors);
    EXPECT_GE(order, 1.85) << testing::PrintToString(errors);
    EXPECT_LE(order, 2.3) << testing::PrintToString(errors);
  }
}

TEST(ManufacturedSolution, ConvergesWithOrderTwoIn1D) {
  expect_order_two<1>();
}
TEST(ManufacturedSolution, ConvergesWithOrderTwoIn2D) {
  expect_order_two<2>();
}
TEST(ManufacturedSolution, ConvergesWithOrderTwoIn3D) {
  expect_order_two<3>();
}

}  // namespace
}  // namespace tarn::apps::gray_scott
