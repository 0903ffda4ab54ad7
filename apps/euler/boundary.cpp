#include "tarn/apps/euler/boundary.hpp"

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/euler/cell_kernels.hpp"
#include "tarn/apps/euler/euler.hpp"
#include "tarn/core/grid/for_each_cell.hpp"
#include "tarn/ops/formula/evaluate.hpp"

namespace tarn::apps::euler {

namespace {

/// A ghost and the cell that it mirrors at a face.
struct Mirror {
  int axis;
  int sum;  ///< of the two indices along the axis

  KOKKOS_FUNCTION Index operator()(int on_axis, Index n) const { return axis == on_axis ? sum - n : n; }
};

Mirror mirror_at(const GhostFace& face) {
  // The ghosts lie below (above) the face, the cells that they mirror above (below) it.
  const int at_face = face.side == 0 ? face.cells.end[face.axis] : face.cells.begin[face.axis];
  return {face.axis, 2 * at_face - 1};
}

/// Ghosts behind a wall across gravity. At rest pressure rises as gravity * density: so does that of a ghost from that
/// of the cell inside.
template <class Real, int Dim>
struct HeavyWall {
  Gas<Real> gas;
  Fields<Real> u;
  Mirror mirror;
  Real rise;  ///< gravity * spacing [length^2/time^2]

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    const Index n = mirror.axis == 0 ? i : mirror.axis == 1 ? j : k;
    const Index km = mirror(2, k), jm = mirror(1, j), im = mirror(0, i);
    for (int m = 0; m < static_cast<int>(u.extent(0)); ++m)
      u(m, k, j, i) = u(m, km, jm, im);
    u(1 + mirror.axis, k, j, i) = -u(1 + mirror.axis, km, jm, im);
    const auto away = static_cast<Real>(n - (mirror.sum - n));
    const Real more = away * rise * u(0, k, j, i);
    const Real pressure = primitive_of(gas, conserved_in<Real, Dim>(u, k, j, i)).pressure;
    if (pressure + more > 0) u(Dim + 1, k, j, i) = u(Dim + 1, k, j, i) + more * gas.per_less_one;
  }
};

/// Ghosts behind a given face: what the formulas left there is made conserved, or the cell inside is mirrored.
template <class Real, int Dim>
struct GivenCells {
  MakeConserved<Real, Dim> make;
  Mirror mirror;
  ops::FormulaKernel wall;
  CellCenters centers;
  double time;
  bool has_wall;

  KOKKOS_FUNCTION void operator()(Index k, Index j, Index i) const {
    if (!has_wall || !is_wall(static_cast<int>(k), static_cast<int>(j), static_cast<int>(i))) return make(k, j, i);
    for (int m = 0; m < static_cast<int>(make.u.extent(0)); ++m) {
      const Real inside = make.u(m, mirror(2, k), mirror(1, j), mirror(0, i));
      make.u(m, k, j, i) = m == 1 + mirror.axis ? -inside : inside;
    }
  }
  KOKKOS_FUNCTION bool is_wall(int k, int j, int i) const {
    const double variables[4] = {centers(0, i), centers(1, j), centers(2, k), time};
    return wall(variables, ops::RandomCell{}) != 0;
  }
};

}  // namespace

template <class Real, int Dim>
Boundary<Real, Dim>::Boundary(const SimulationContext& context, const Options& options)
    : context_(context), options_(options), kinds_(boundary_kinds_of(context.deck)) {
  const std::size_t fields = Dim + 2 + options.scalars.size();
  for (int axis = 0; axis < Dim; ++axis) {
    for (int side = 0; side < 2; ++side) {
      const std::string& kind = kinds_[axis][side];
      auto& conditions = conditions_[axis][side];
      if (kind == "periodic") continue;
      const bool heavy = kind == "reflect" && options.gravity[axis] != 0;
      const FaceRule rule = kind == "outflow"          ? FaceRule::copy
                            : kind == "inflow"         ? FaceRule::held
                            : kind == "given" || heavy ? FaceRule::own
                                                       : FaceRule::mirror;
      conditions.assign(fields, {rule});
      conditions[1 + axis].factor = -1;
      if (kind == "given") add_given(axis, side);
    }
  }
}

template <class Real, int Dim>
void Boundary<Real, Dim>::add_given(int axis, int side) {
  Given given;
  const std::string table = "euler.boundary." + face_name(axis, side) + ".";
  for (const std::string& name : primitive_names(Dim, options_.scalars))
    given.fields.push_back(formula_of(context_.deck, table + name, FormulaUse::of_time));
  if (context_.deck.has(table + "wall")) given.wall = formula_of(context_.deck, table + "wall", FormulaUse::of_time);
  given_[axis][side] = std::move(given);
}

template <class Real, int Dim>
Walls Boundary<Real, Dim>::walls() const {
  Walls walls;
  for (int axis = 0; axis < Dim; ++axis) {
    const Grid& grid = context_.grid;
    for (int side = 0; side < 2; ++side) {
      if (kinds_[axis][side] != "reflect" || options_.gravity[axis] == 0) continue;
      if (context_.patch.at_boundary(axis, side))
        walls.at[axis][side] = grid.ghosts(axis) + (side == 0 ? 0 : grid.cells(axis));
    }
  }
  return walls;
}

template <class Real, int Dim>
void Boundary<Real, Dim>::fill(const Fields<Real>& u, const GhostFace& face, double time) const {
  const auto gas = Gas<Real>::of(options_.gamma);
  const auto& given = given_[face.axis][face.side];
  const Grid& grid = context_.grid;
  const Space& space = context_.patch.space();
  if (!given) {
    const auto rise = static_cast<Real>(options_.gravity[face.axis] * grid.spacing(face.axis));
    for_each_cell("tarn::euler::heavy_wall", space, face.cells, HeavyWall<Real, Dim>{gas, u, mirror_at(face), rise});
    return;
  }
  for (std::size_t n = 0; n < given->fields.size(); ++n)
    ops::set_from_formula<Real>(space, given->fields[n], grid, face.cells, one_of(u, static_cast<int>(n)), time, 0, 0);
  const ops::Formula wall = given->wall.value_or(ops::Formula::constant(0));
  for_each_cell("tarn::euler::given_cells", space, face.cells,
                GivenCells<Real, Dim>{{gas, u, grid.interior()},
                                      mirror_at(face),
                                      wall.kernel({"x", "y", "z", "t"}),
                                      CellCenters(grid),
                                      time,
                                      given->wall.has_value()});
}

template class Boundary<float, 1>;
template class Boundary<float, 2>;
template class Boundary<float, 3>;
template class Boundary<double, 1>;
template class Boundary<double, 2>;
template class Boundary<double, 3>;

}  // namespace tarn::apps::euler
