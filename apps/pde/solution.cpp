// Reads [pde.manufactured].
#include <algorithm>
#include <utility>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/pde/boundary.hpp"
#include "tarn/apps/pde/sources.hpp"

namespace tarn::apps::pde {

namespace {

class SolutionReader {
 public:
  SolutionReader(const io::Deck& deck, const Sources& sources, const ReadExpression& converted, System& system,
                 io::Problems& problems)
      : deck_(deck), sources_(sources), converted_(converted), system_(system), problems_(problems) {}

  /// The solution of [pde.manufactured], and what it makes of the equations.
  void run() {
    for (const auto& field : system_.fields) {
      const auto own = std::find_if(sources_.manufactured.begin(), sources_.manufactured.end(),
                                    [&](const Source& source) { return source.name == field; });
      if (own == sources_.manufactured.end()) {
        problems_.add(deck_.position("pde.manufactured"), "pde.manufactured." + field, "missing: each field needs one");
      } else {
        system_.manufactured.values.push_back(of_space_and_time(*own));
      }
    }
    for (const Source& source : sources_.manufactured) {
      if (std::find(system_.fields.begin(), system_.fields.end(), source.name) == system_.fields.end())
        problems_.add(source.text.position, source.key, "no equation has this field");
    }
    if (!problems_.empty()) return;
    const Domain domain = domain_of(deck_);
    const std::string flaw =
        flaw_of_manufactured(system_, domain.periodic, domain.lower, domain.upper, deck_.number("time.end"));
    if (!flaw.empty()) {
      problems_.add(deck_.position("pde.manufactured"), "pde.manufactured", flaw + ": no order could be measured");
      return;
    }
    add_manufactured_sources(system_);
    add_mixtures();
  }

 private:
  int of_space_and_time(const Source& source) {
    const int node = converted_(source);
    if (node >= 0 && (system_.dependence(node) & ~unsigned{on_space | on_time}) != 0)
      problems_.add(source.text.position, source.key, "may use x, y, z, t, constants and names of these");
    return node;
  }

  /// a u + b du/dx of the solution, on faces that ask for it.
  void add_mixtures() {
    ops::Graph& graph = system_.graph;
    auto& made = system_.manufactured;
    for (std::size_t field = 0; field < made.values.size(); ++field) {
      const std::string name = variable_name(system_, static_cast<int>(field));
      for (int axis = 0; axis < system_.dimensions; ++axis) {
        for (int side = 0; side < 2; ++side) {
          const auto key = face_key(deck_, name, axis, side);
          if (!key || !deck_.given(*key + ".robin") || !deck_.valid(*key + ".robin")) continue;
          std::array<int, 2> parts{-1, -1};
          for (std::size_t n = 0; n < 2; ++n) {
            Source source{name, *key + ".robin", deck_.formula_list(*key + ".robin").at(n)};
            sources_.read(source);
            if (source.tree) parts[n] = of_space_and_time(source);
            if (parts[n] < 0) return;
          }
          const int slope = made.slopes[field][static_cast<std::size_t>(axis)];
          made.mixtures[{static_cast<int>(field), axis, side}] =
              graph.sum(graph.product(parts[0], made.values[field]), graph.product(parts[1], slope));
        }
      }
    }
  }

  const io::Deck& deck_;
  const Sources& sources_;
  const ReadExpression& converted_;
  System& system_;
  io::Problems& problems_;
};

}  // namespace

void manufacture(const io::Deck& deck, const Sources& sources, const ReadExpression& converted, System& system,
                 io::Problems& problems) {
  SolutionReader(deck, sources, converted, system, problems).run();
}

}  // namespace tarn::apps::pde
