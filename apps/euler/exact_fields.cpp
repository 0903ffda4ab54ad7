#include "tarn/apps/euler/exact_fields.hpp"

namespace tarn::apps::euler {

std::vector<ExactField> exact_fields(const IsentropicVortex& vortex) {
  return exact_fields<2>(
      "C.-W. Shu, Lecture Notes in Mathematics 1697, Springer 1998, section 4.3",
      [vortex](const Box& cell, double time) {
        const double dx = vortex.velocity[0] * time, dy = vortex.velocity[1] * time;
        return vortex.cell_average({cell.lower[0] - dx, cell.lower[1] - dy}, {cell.upper[0] - dx, cell.upper[1] - dy});
      });
}

std::vector<ExactField> exact_fields(const ExactRiemann& solution, double place) {
  return exact_fields<1>(
      "E. F. Toro, Riemann Solvers and Numerical Methods for Fluid Dynamics, Springer 2009, chapter 4",
      [solution, place](const Box& cell, double time) -> Conserved<double, 1> {
        const auto average = solution.cell_average(cell.lower[0] - place, cell.upper[0] - place, time);
        return {average[0], {average[1]}, average[2]};
      });
}

}  // namespace tarn::apps::euler
