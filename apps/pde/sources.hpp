#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/pde/system.hpp"
#include "tarn/ops/formula/tree.hpp"

namespace tarn::apps::pde {

/// A formula of the deck, read once.
struct Source {
  std::string name;
  std::string key;
  io::FormulaText text;
  std::optional<ops::FormulaTree> tree{};
};

/// The formulas that a deck's equations are made of, as trees of one context: slots are the fields, then the names of
/// [pde.let], then the axes and t. What is no formula is told.
class Sources {
 public:
  /// @param fields, dimensions  of the system
  Sources(const io::Deck& deck, const std::vector<std::string>& fields, int dimensions, io::Problems& problems);

  std::vector<Source> equations, lets, outputs, history;
  std::vector<Source> fluxes;            ///< field by field, and axis by axis
  std::vector<Source> slowest, fastest;  ///< signals along each axis
  std::vector<Source> manufactured;

  const ops::FormulaContext& context() const { return context_; }
  /// Gives a source its tree.
  void read(Source& source) const;
  /// Adds an error of a formula; one without words was told where it arose.
  void complain(const Source& source, const ops::FormulaError& error) const;

 private:
  void collect(const std::string& table, std::vector<Source>& list) const;
  void collect_laws();
  void make_context();
  void refuse_missing_axes(const ops::FormulaTree& tree) const;

  const io::Deck& deck_;
  std::vector<std::string> fields_;
  int dimensions_;
  io::Problems& problems_;
  ops::FormulaContext context_;
};

/// Gives the node of a source's expression; -1 where it told what is wrong.
using ReadExpression = std::function<int(const Source& source)>;

/// Reads [pde.manufactured], and puts the solution into the equations.
void manufacture(const io::Deck& deck, const Sources& sources, const ReadExpression& converted, System& system,
                 io::Problems& problems);

}  // namespace tarn::apps::pde
