#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/euler/exact_riemann.hpp"
#include "tarn/apps/euler/smooth_flows.hpp"

// Known flows as the driver takes exact solutions: averages of the fields of the state over cells.

namespace tarn::apps::euler {

/// @param average  of the conserved quantities over a cell at a time
template <int Dim>
std::vector<ExactField> exact_fields(const std::string& source,
                                     const std::function<Conserved<double, Dim>(const Box&, double)>& average) {
  std::vector<ExactField> fields{
      {"density", source, [average](const Box& cell, double time) { return average(cell, time).density; }}};
  for (int axis = 0; axis < Dim; ++axis) {
    fields.push_back({std::string("momentum_") + "xyz"[axis], source,
                      [average, axis](const Box& cell, double time) { return average(cell, time).momentum[axis]; }});
  }
  fields.push_back({"energy", source, [average](const Box& cell, double time) { return average(cell, time).energy; }});
  return fields;
}

/// To first order in the amplitude.
template <int Dim>
std::vector<ExactField> exact_fields(const SoundWave<Dim>& wave) {
  return exact_fields<Dim>("R. J. LeVeque, Finite Volume Methods for Hyperbolic Problems, Cambridge 2002, chapter 14",
                           [wave](const Box& cell, double time) {
                             double centre[Dim], width[Dim];
                             for (int axis = 0; axis < Dim; ++axis) {
                               centre[axis] = cell.centre(axis);
                               width[axis] = cell.upper[axis] - cell.lower[axis];
                             }
                             return wave.cell_average(centre, width, time);
                           });
}

/// A vortex that begins at x = y = 0, with a core of radius 1; until it comes to an end of the domain.
std::vector<ExactField> exact_fields(const IsentropicVortex& vortex);

/// Two gases along x that meet at a place until time 0.
std::vector<ExactField> exact_fields(const ExactRiemann& solution, double place);

}  // namespace tarn::apps::euler
