// What stays in a run, for `tarn verify`; its decks are in verify/.
#include "tarn/apps/driver/verification.hpp"

#include <algorithm>

#include "tarn/apps/driver/problem.hpp"

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

const bool verification_registered = register_verification({.app = "pde", .conserved = conserved});

}  // namespace

}  // namespace tarn::apps::pde
