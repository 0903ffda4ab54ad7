#include "tarn/apps/pde/names.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "tarn/apps/pde/operators.hpp"
#include "tarn/ops/formula/names.hpp"

namespace tarn::apps::pde {

std::vector<std::string> field_names(const io::Deck& deck) {
  return deck.names("pde.equations");
}

void check_names(const io::Deck& deck, io::Problems& problems) {
  std::map<std::string, std::string> taken;
  for (const char* name : {"x", "y", "z", "t", "pi", "random"})
    taken[name] = "formulas know it already";
  for (const auto& name : ops::detail::function_names())
    taken[name] = "it is a function";
  for (const auto& one : operators(3))
    taken[one.name] = "it is an operator";
  const auto take = [&](const std::string& name, const std::string& key, const io::Position& position,
                        const std::string& what) {
    const auto [found, is_new] = taken.emplace(name, what);
    if (!is_new)
      problems.add(position, key, fmt::format("the name '{}' is taken: {}; choose another one", name, found->second));
  };
  for (const auto& name : deck.names("pde.equations"))
    take(name, "pde.equations." + name, deck.position("pde.equations." + name), "it is a field");
  for (const auto& name : deck.names("pde.let"))
    take(name, "pde.let." + name, deck.position("pde.let." + name), "it stands in [pde.let]");
  for (const auto& name : deck.names("pde.output"))
    take(name, "pde.output." + name, deck.position("pde.output." + name), "it stands in [pde.output]");
  for (const auto& [name, formula] : deck.constants()) {
    if (name == "x" || name == "y" || name == "z" || name == "t") continue;  // said already
    if (ops::detail::find_function(name) != nullptr || name == "pi" || name == "random") continue;
    take(name, "constants." + name, formula.position, "it is a constant");
  }
}

}  // namespace tarn::apps::pde
