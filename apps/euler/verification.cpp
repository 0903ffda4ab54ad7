// What stays in a run, for `tarn verify`; its decks are in verify/.
#include "tarn/apps/driver/verification.hpp"

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/euler/euler.hpp"

namespace tarn::apps::euler {

namespace {

/// All of it in a box without ends; mass, energy and scalars between walls that reflect. A floor adds to them, and
/// gravity changes momentum and energy.
std::vector<std::string> conserved(const io::Deck& deck) {
  if (deck.given("euler.floor.density") || deck.given("euler.floor.pressure")) return {};
  bool closed = true, periodic = true;
  for (const auto& kinds : boundary_kinds_of(deck)) {
    for (const auto& kind : kinds) {
      periodic = periodic && kind == "periodic";
      closed = closed && (kind == "periodic" || kind == "reflect");
    }
  }
  if (!closed) return {};
  const bool free = !deck.given("euler.gravity");
  std::vector<std::string> fields;
  for (const auto& field : state_fields(dimensions_of(deck), options_of(deck).scalars)) {
    if (field.name == "energy" && !free) continue;
    if (field.name.rfind("momentum_", 0) == 0 && !(free && periodic)) continue;
    fields.push_back(field.name);
  }
  return fields;
}

const bool verification_registered = register_verification({.app = "euler", .conserved = conserved});

}  // namespace

}  // namespace tarn::apps::euler
