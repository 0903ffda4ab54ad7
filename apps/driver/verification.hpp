#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"

// What `tarn verify` measures an app by; an app beside its simulation, see docs/verify.md.

namespace tarn::apps {

/// The orders with which the errors of a method fall.
struct Orders {
  std::optional<double> space;  ///< in the width of cells; nothing: that they go to zero is all that is known
  std::optional<double> time;   ///< in the length of steps
};

/// How an app proves itself.
struct Verification {
  std::string app;  ///< its name
  /// Texts of decks, each with a run.name of its own, and as a rule with the tables [exact] and [verify].
  std::vector<std::string> decks = {};
  /// Fields of the state of a deck, or sums of them such as "u + v", whose integral over the domain stays as it is to
  /// rounding. Of decks without problems.
  std::function<std::vector<std::string>(const io::Deck&)> conserved = {};
  /// What the method promises for a deck, in the norms that this asks for. Of decks without problems.
  std::function<Orders(const io::Deck&)> orders = {};
};

/// Whether a face of the domain has this boundary kind: what stays between others may pass it. An axis that the deck
/// says nothing of has the app's default kind. Of decks without problems.
bool has_boundary(const io::Deck& deck, const std::string& kind);

/// Adds to what is registered for the app; the last `conserved` and the last `orders` count. The decks in the folder
/// verify/ of an app of tarn are registered by the build.
/// @returns true so that a namespace-scope constant can call it.
bool register_verification(Verification verification);

/// That of an app; nothing in it for an app that has registered none.
const Verification& verification_of(const std::string& app);

}  // namespace tarn::apps
