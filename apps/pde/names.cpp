#include "tarn/apps/pde/names.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "tarn/apps/pde/operators.hpp"
#include "tarn/ops/formula/names.hpp"

namespace tarn::apps::pde {

std::vector<std::string> field_names(const io::Deck& deck) {
  auto names = deck.names("pde.equations");
  for (const auto& name : deck.names("pde.flux")) {
    if (!has_name(deck, "pde.equations", name)) names.push_back(name);
  }
  return names;
}

bool has_name(const io::Deck& deck, const std::string& table, const std::string& name) {
  const auto names = deck.names(table);
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool check_fields(const io::Deck& deck, io::Problems& problems) {
  constexpr std::size_t most = 64;
  const std::size_t count = field_names(deck).size();
  const char* const table = deck.names("pde.flux").empty() ? "pde.equations" : "pde.flux";
  if (count > most)
    problems.add(deck.position(table), table, fmt::format("has {} fields, at most {} are possible", count, most));
  return count <= most;
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
  for (const auto& name : field_names(deck)) {
    const std::string key = (has_name(deck, "pde.equations", name) ? "pde.equations." : "pde.flux.") + name;
    take(name, key, deck.position(key), "it is a field");
  }
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
