// What stays in a run, for `tarn verify`; its decks are in verify/.
#include "tarn/apps/driver/verification.hpp"

namespace tarn::apps::gray_scott {

namespace {

/// What one substance loses the other gains, unless it is fed or removed, or something passes the faces.
std::vector<std::string> conserved(const io::Deck& deck) {
  for (const char* key : {"gray_scott.feed", "gray_scott.kill", "gray_scott.noise"}) {
    if (deck.number(key) != 0) return {};
  }
  if (has_boundary(deck, "held")) return {};
  return {"u + v"};
}

const bool verification_registered = register_verification({.app = "gray_scott", .conserved = conserved});

}  // namespace

}  // namespace tarn::apps::gray_scott
