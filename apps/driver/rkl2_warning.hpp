#pragma once

#include <string>

#include "tarn/io/deck/deck.hpp"

namespace tarn::apps {

/// Says so where rkl2 goes so far with each step that the result may be wrong; empty where it does not.
/// @param step   of the run [time]
/// @param euler  the largest stable step of explicit Euler [time]; infinite if nothing limits it
std::string rkl2_warning(const io::Deck& deck, int stages, double step, double euler);

}  // namespace tarn::apps
