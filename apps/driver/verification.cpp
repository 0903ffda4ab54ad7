#include "tarn/apps/driver/verification.hpp"

#include <map>

namespace tarn::apps {

namespace {

std::map<std::string, Verification>& registry() {
  static std::map<std::string, Verification> known;
  return known;
}

}  // namespace

bool register_verification(Verification verification) {
  Verification& known = registry()[verification.app];
  known.app = verification.app;
  known.decks.insert(known.decks.end(), verification.decks.begin(), verification.decks.end());
  if (verification.conserved) known.conserved = std::move(verification.conserved);
  return true;
}

const Verification& verification_of(const std::string& app) {
  static const Verification none;
  const auto found = registry().find(app);
  return found == registry().end() ? none : found->second;
}

}  // namespace tarn::apps
