// What stays in a run, and which orders its errors have, for `tarn verify`; its decks are in verify/.
#include "tarn/apps/driver/verification.hpp"

#include <algorithm>
#include <map>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/verify/deck_solution.hpp"
#include "tarn/apps/pde/system.hpp"

namespace tarn::apps::pde {

namespace {

/// What has a flux and no rate beside it stays in a domain without ends.
std::vector<std::string> conserved(const io::Deck& deck) {
  for (const auto& kinds : boundary_kinds_of(deck)) {
    if (kinds[0] != "periodic") return {};
  }
  std::vector<std::string> fields = deck.names("pde.flux");
  const auto rates = deck.names("pde.equations");
  std::erase_if(fields, [&](const auto& field) { return std::find(rates.begin(), rates.end(), field) != rates.end(); });
  return fields;
}

/// The rates, and the fields of [pde.let].
std::vector<int> expressions_of(const System& system) {
  std::vector<int> nodes = system.rates;
  for (const Named& one : system.auxiliaries)
    nodes.push_back(one.node);
  return nodes;
}

/// Whether the deck tells the solution of every field by formulas that have as many derivatives as one wants, and so do
/// the equations. Of one that is manufactured this has been looked at.
bool is_smooth(const io::Deck& deck, const System& system) {
  if (is_manufactured(deck)) return true;
  ops::Graph graph;
  std::vector<int> solution;
  for (const SolutionPart& part : exact_parts(deck, graph))
    solution.push_back(part.node);
  return solution.size() == system.fields.size() && !has_kink(graph, solution) &&
         !has_kink(system.graph, expressions_of(system));
}

/// Limiters cut off smooth extremes, and rk2 with long steps makes them steep.
std::optional<double> order_of_laws(const io::Deck& deck) {
  constexpr double longest_share = 0.5;
  if (deck.text("pde.integrator") == "rk2" && !(deck.number("time.cfl") <= longest_share)) return {};
  const auto norms = deck.texts("verify.norms");
  return norms.size() == 1 && norms[0] == "l1" ? 1.5 : 1;
}

/// In space, where the solution is smooth.
std::optional<double> order_of_differences(const io::Deck& deck, const System& system) {
  if (has_boundary(deck, "outflow")) return {};
  if (!deck.names("pde.flux").empty()) return order_of_laws(deck);
  if (system.order == 2 || !has_boundary(deck, "given")) return system.order;
  // Between faces two operators in a row lose order, and integrals are sums over cells.
  const auto& graph = system.graph;
  const auto parts = graph.parts_of(expressions_of(system));
  const bool has_sums = std::any_of(parts.begin(), parts.end(), [&](int part) {
    return graph[part].kind == ops::NodeKind::operation && !is_stencil(static_cast<Operator>(graph[part].index));
  });
  return system.auxiliaries.empty() && !has_sums ? 4 : 2;
}

/// Of rates that have no kink or jump in time or in the fields; limiters have some. Faces give values at the stages'
/// times: between them a method of higher order has its second.
std::optional<double> order_in_time(const io::Deck& deck, const System& system) {
  const auto parts = system.graph.parts_of(expressions_of(system));
  const bool has_kinks = std::any_of(parts.begin(), parts.end(), [&](int part) {
    return has_kink(system.graph[part]) && (system.dependence(part) & ~unsigned{on_space}) != 0;
  });
  if (has_kinks || !deck.names("pde.flux").empty()) return {};
  const std::map<std::string, double> orders{{"euler", 1}, {"rk2", 2}, {"rk3", 3}, {"rk4", 4}, {"rkl2", 2}};
  const double order = orders.at(deck.text("pde.integrator"));
  return has_boundary(deck, "given") ? std::min(order, 2.) : order;
}

Orders orders(const io::Deck& deck) {
  io::Problems problems;
  const System system = read_system(deck, problems);
  problems.throw_if_any();
  return {is_smooth(deck, system) ? order_of_differences(deck, system) : std::nullopt, order_in_time(deck, system)};
}

const bool verification_registered = register_verification({.app = "pde", .conserved = conserved, .orders = orders});

}  // namespace

}  // namespace tarn::apps::pde
