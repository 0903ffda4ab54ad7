// What stays in a run, for `tarn verify`; its decks are in verify/.
#include "tarn/apps/driver/verification.hpp"

namespace tarn::apps::heat {

namespace {

/// Heat is neither made nor lost, and an explicit step moves what leaves one cell into another. An implicit one is
/// solved to a tolerance.
std::vector<std::string> conserved(const io::Deck& deck) {
  if (deck.given("heat.source") || deck.given("heat.boundary_value")) return {};
  if (deck.text("heat.integrator") == "implicit") return {};
  if (has_boundary(deck, "dirichlet")) return {};
  return {"temperature"};
}

const bool verification_registered = register_verification({.app = "heat", .conserved = conserved});

}  // namespace

}  // namespace tarn::apps::heat
