#include "tarn/apps/driver/verification.hpp"

#include <algorithm>
#include <map>

#include "tarn/apps/driver/problem.hpp"

namespace tarn::apps {

namespace {

std::map<std::string, Verification>& registry() {
  static std::map<std::string, Verification> known;
  return known;
}

}  // namespace

bool has_boundary(const io::Deck& deck, const std::string& kind) {
  const auto kinds = boundary_kinds_of(deck);
  return std::any_of(kinds.begin(), kinds.begin() + dimensions_of(deck),
                     [&](const auto& sides) { return sides[0] == kind || sides[1] == kind; });
}

bool register_verification(Verification verification) {
  Verification& known = registry()[verification.app];
  known.app = verification.app;
  known.decks.insert(known.decks.end(), verification.decks.begin(), verification.decks.end());
  if (verification.conserved) known.conserved = std::move(verification.conserved);
  if (verification.orders) known.orders = std::move(verification.orders);
  return true;
}

const Verification& verification_of(const std::string& app) {
  static const Verification none;
  const auto found = registry().find(app);
  return found == registry().end() ? none : found->second;
}

}  // namespace tarn::apps
