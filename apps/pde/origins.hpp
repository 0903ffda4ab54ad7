#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tarn/io/deck/deck.hpp"
#include "tarn/ops/formula/tree.hpp"

namespace tarn::apps::pde {

/// Where a formula stands in the deck, or a part of it.
struct DeckPlace {
  io::Position position;
  std::string key;
};

/// An operation of a formula.
struct Origin {
  DeckPlace place;
  std::string right;  ///< the name that its right operand is; empty: that is none
};

/// Where operations of the equations' graph stand in the deck's formulas: one may stand in several.
class Origins {
 public:
  void clear() { formulas_.clear(); }
  /// @param made  the node of the graph that each node of the formula's tree has become
  void add(const std::string& key, const io::FormulaText& text, const ops::FormulaTree& tree,
           const std::vector<int>& made);
  /// Where a node stands in the formula of a key; if it does not, in one of [pde.let].
  std::optional<Origin> find(const std::string& key, int node) const;

 private:
  struct Formula {
    std::string key;
    io::FormulaText text;
    ops::FormulaTree tree;
    std::map<int, int> numbers;  ///< in the tree, by the node
  };

  std::optional<Origin> find_in(const std::string& beginning_of_key, int node) const;

  std::vector<Formula> formulas_;
};

}  // namespace tarn::apps::pde
