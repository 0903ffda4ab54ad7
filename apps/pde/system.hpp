#pragma once

#include <array>
#include <string>
#include <vector>

#include "tarn/apps/driver/check_values.hpp"
#include "tarn/apps/pde/edges.hpp"
#include "tarn/apps/pde/manufactured.hpp"
#include "tarn/apps/pde/operators.hpp"
#include "tarn/apps/pde/origins.hpp"
#include "tarn/io/deck/deck.hpp"
#include "tarn/ops/formula/graph.hpp"

namespace tarn::apps::pde {

/// Numbers of the graph's variables: fields from 0 on, then auxiliary fields; and these.
enum Coordinate : int { coordinate_x = -1, coordinate_y = -2, coordinate_z = -3, time_t = -4 };

/// What an expression depends on.
enum Dependence : unsigned {
  on_space = 1,
  on_time = 2,
  on_fields = 4,     ///< in the cell
  on_neighbors = 8,  ///< by a stencil
  on_domain = 16,    ///< by an integral or a mean
};

/// A name for an expression.
struct Named {
  std::string name;
  int node = -1;
};

/// How slopes inside cells are limited, so that no new extremes come up.
enum class Limiter { minmod, van_leer, mc };

/// Conservation laws: how numerical fluxes are made of those that the deck gives.
struct Laws {
  std::vector<int> slowest, fastest;  ///< signals along each axis; without `slowest` the fastest in both directions
  Limiter limiter = Limiter::van_leer;
};

/// What is computed before other things can be.
struct Task {
  bool is_field = false;
  int number = 0;  ///< of the auxiliary field, or the node of the integral or mean

  bool operator==(const Task&) const = default;
};

/// The equations of a deck: expressions that share their parts.
struct System {
  int dimensions = 1;
  std::array<double, 3> spacing{1, 1, 1};
  std::int64_t cells = 1;  ///< of the domain
  int order = 2;           ///< of differences in space, 2 or 4
  bool harmonic = false;   ///< how a diffusivity is taken to faces
  std::vector<std::string> fields;
  ops::Graph graph;
  std::vector<int> rates;  ///< d/dt of each field
  Laws laws;
  std::vector<Named> auxiliaries;  ///< computed into fields of their own before the rates, later ones from earlier ones
  Manufactured manufactured;
  std::vector<Named> outputs;
  std::vector<Named> history;     ///< numbers of the whole domain
  Origins origins;                ///< of the graph's nodes
  std::vector<FieldEdges> edges;  ///< of the fields, then of the auxiliary fields; none: nothing is known of faces
  int reach = 0;                  ///< cells that the widest operator reads to each side

  int field_count() const { return static_cast<int>(fields.size()); }
  double cell_volume() const;
  /// Takes the graph away, and with it all that names its nodes.
  void forget_expressions();
  /// Bits of Dependence; what auxiliary fields depend on does not count, they are fields.
  unsigned dependence(int node) const;
  /// Whether it is one number for the whole domain.
  bool is_uniform(int node) const { return (dependence(node) & (on_space | on_fields | on_neighbors)) == 0; }
  /// Whether it is a formula of space and perhaps time.
  bool is_of_space(int node) const {
    const unsigned on = dependence(node);
    return (on & on_space) != 0 && (on & ~(on_space | on_time)) == 0;
  }
  /// Whether the time is in any expression.
  bool changes_in_time() const;
  /// What has to be computed before expressions, in this order: integrals and means, and auxiliary fields.
  std::vector<Task> tasks(const std::vector<int>& roots) const;

 private:
  void add_tasks(const std::vector<int>& roots, std::vector<Task>& tasks) const;

  mutable std::vector<unsigned> dependence_;
};

/// The name of a variable of the graph.
std::string variable_name(const System& system, int index);

/// Whether the deck asks for a solution that its equations are made to have.
bool is_manufactured(const io::Deck& deck);

/// What a field of a deck without problems is at the start, of x, y, z and perhaps t, which is 0.
ops::Formula start_of(const io::Deck& deck, const std::string& field);

/// Reads the equations, and adds what is wrong with them. The deck's grid and constants are sound.
System read_system(const io::Deck& deck, io::Problems& problems);

/// A formula of x, y, z (and t) that stands outside the equations, such as an initial value; it may use names of
/// [pde.let] that need no fields.
enum class Outside { initial, boundary, solution };
ops::Formula formula_outside(const io::Deck& deck, const io::FormulaText& text, Outside place);

/// Adds what is wrong with such a formula, and with its values at the start.
/// @param places  where it is used
void check_outside(const io::Deck& deck, const io::FormulaText& text, const std::string& key, Outside place,
                   const Places& places, io::Problems& problems);

}  // namespace tarn::apps::pde
