#pragma once

#include <string>
#include <vector>

#include "tarn/apps/pde/face_values.hpp"
#include "tarn/apps/pde/system.hpp"
#include "tarn/io/deck/deck.hpp"

namespace tarn::apps::pde {

/// A formula of a face that gave what is no number.
struct FaceFlaw {
  io::Position position;  ///< of what the deck has there
  std::string key;        ///< of it
  std::string text;       ///< what is wrong with it
};

/// What is wrong with a face that gave NaN or infinity.
FaceFlaw flaw_of(const io::Deck& deck, const System& system, const FaceSlot& slot);

/// The same as sentences, for errors of a running simulation.
std::vector<std::string> face_flaws(const io::Deck& deck, const System& system, const std::vector<FaceSlot>& slots);

}  // namespace tarn::apps::pde
