#pragma once

#include <array>
#include <string>

#include <fmt/format.h>

namespace tarn::apps::heat::test {

enum class Kinds { periodic, dirichlet, neumann, mixed };
enum class Problem {
  decay,     ///< constant diffusivity, no source: the exact solution decays
  forced,    ///< constant diffusivity, a source that makes the solution oscillate in time
  variable,  ///< the same with a diffusivity that varies in space
};

/// A deck whose solution is known: g(t) times the product over the axes of sin(w x + phase), in the unit box.
///
/// The source of the forced problems is du/dt - div(kappa grad u), by hand; boundary values are the solution's, or
/// its derivative's, and change in time and along the face.
struct KnownSolution {
  int dimensions = 1;
  Kinds kinds = Kinds::periodic;
  Problem problem = Problem::decay;
  bool rkl2 = false;
  int stages = 0;  ///< of rkl2; 0 for the default
  double cfl = 0.8;
  std::string scheme;        ///< of the implicit integrator; empty for another one
  double dt = 0;             ///< of the implicit integrator
  bool anisotropic = false;  ///< whether each axis has a diffusivity of its own

  static constexpr double kappa = 0.7;

  /// The diffusivity along an axis over that along x.
  double share(int axis) const { return anisotropic ? std::array<double, 3>{1, 0.2, 3}.at(std::size_t(axis)) : 1; }

  /// Wave number: a whole wave where the box is periodic, half a wave elsewhere.
  const char* wave_number(int axis) const { return kinds_of(axis)[0] == "periodic" ? "(2 * pi)" : "pi"; }

  /// One factor, or its derivative.
  std::string factor(int axis, bool derivative) const {
    constexpr std::array<double, 3> phase{0.3, 0.8, 1.1};
    const char* w = wave_number(axis);
    const auto argument = fmt::format("({} * {} + {})", w, "xyz"[axis], phase[static_cast<std::size_t>(axis)]);
    return derivative ? fmt::format("{} * cos{}", w, argument) : "sin" + argument;
  }

  /// The product of the factors; along `derivative` its derivative.
  std::string product(int derivative = -1) const {
    std::string text = factor(0, derivative == 0);
    for (int axis = 1; axis < dimensions; ++axis)
      text += " * " + factor(axis, derivative == axis);
    return text;
  }

  /// The sum of the squares of the wave numbers, for the shares of the axes: minus the eigenvalue.
  std::string squares() const {
    std::string text = fmt::format("({}^2", wave_number(0));
    for (int axis = 1; axis < dimensions; ++axis)
      text += fmt::format(" + {} * {}^2", share(axis), wave_number(axis));
    return text + ")";
  }

  std::string in_time() const {
    if (problem == Problem::decay) return fmt::format("exp(-{} * {} * t)", kappa, squares());
    return "(2 + cos(30 * t))";
  }

  std::string exact() const { return in_time() + " * " + product(); }

  std::string sum_of_axes() const { return dimensions == 1 ? "x" : dimensions == 2 ? "(x + y)" : "(x + y + z)"; }

  std::string diffusivity() const {
    if (problem != Problem::variable) return fmt::format("{}", kappa);
    return fmt::format("1 + 0.3 * sin(2 * pi * {} + 0.5)", sum_of_axes());
  }

  /// What the deck says.
  std::string diffusivities() const {
    if (!anisotropic) return fmt::format("\"{}\"", diffusivity());
    std::string list;
    for (int axis = 0; axis < dimensions; ++axis)
      list += fmt::format("{}\"{} * ({})\"", axis == 0 ? "[" : ", ", share(axis), diffusivity());
    return list + "]";
  }

  std::string source() const {
    const std::string change = fmt::format("-30 * sin(30 * t) * {}", product());
    std::string text = fmt::format("{} + ({}) * {} * {}", change, diffusivity(), squares(), exact());
    if (problem == Problem::variable) {
      std::string gradients = product(0);
      for (int axis = 1; axis < dimensions; ++axis)
        gradients += fmt::format(" + {} * ", share(axis)) + product(axis);
      text += fmt::format(" - 0.6 * pi * cos(2 * pi * {} + 0.5) * {} * ({})", sum_of_axes(), in_time(), gradients);
    }
    return text;
  }

  std::array<std::string, 2> kinds_of(int axis) const {
    switch (kinds) {
      case Kinds::periodic:
        return {"periodic", "periodic"};
      case Kinds::dirichlet:
        return {"dirichlet", "dirichlet"};
      case Kinds::neumann:
        return {"neumann", "neumann"};
      default:
        if (axis == 2) return {"periodic", "periodic"};
        return axis == 0 ? std::array<std::string, 2>{"dirichlet", "neumann"}
                         : std::array<std::string, 2>{"neumann", "dirichlet"};
    }
  }

  std::string deck(int cells) const {
    std::string sides = std::to_string(cells), boundary, values;
    for (int axis = 1; axis < dimensions; ++axis)
      sides += fmt::format(", {}", cells);
    for (int axis = 0; axis < dimensions; ++axis) {
      const auto ends = kinds_of(axis);
      boundary += fmt::format("{} = [\"{}\", \"{}\"]\n", "xyz"[axis], ends[0], ends[1]);
      for (std::size_t side = 0; side < 2; ++side) {
        if (ends[side] == "periodic") continue;
        const auto value = in_time() + " * " + product(ends[side] == "neumann" ? axis : -1);
        values += fmt::format("{}_{} = \"{}\"\n", "xyz"[axis], side == 0 ? "lower" : "upper", value);
      }
    }
    const std::string at_start = problem == Problem::decay ? product() : "3 * " + product();
    return fmt::format("[run]\napp = \"heat\"\n[grid]\ncells = [{}]\n[grid.boundary]\n{}[time]\nend = 1\n{}\n", sides,
                       boundary, scheme.empty() ? fmt::format("cfl = {}", cfl) : fmt::format("dt = {}", dt)) +
           fmt::format("[heat]\ndiffusivity = {}\ninitial = \"{}\"\nintegrator = \"{}\"\n", diffusivities(), at_start,
                       !scheme.empty() ? "implicit"
                       : rkl2          ? "rkl2"
                                       : "euler") +
           (scheme.empty() ? "" : fmt::format("scheme = \"{}\"\ntolerance = 1e-12\n", scheme)) +
           (stages > 0 ? fmt::format("stages = {}\n", stages) : "") +
           (problem == Problem::decay ? "" : fmt::format("source = \"{}\"\n", source())) +
           (values.empty() ? "" : "[heat.boundary_value]\n" + values) +
           fmt::format("[exact]\ntemperature = \"{}\"\n", exact());
  }
};

}  // namespace tarn::apps::heat::test
