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
  const std::string app = verification.app;
  return registry().insert_or_assign(app, std::move(verification)).second;
}

const Verification& verification_of(const std::string& app) {
  static const Verification none;
  const auto found = registry().find(app);
  return found == registry().end() ? none : found->second;
}

}  // namespace tarn::apps
