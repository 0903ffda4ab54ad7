#pragma once

#include <functional>
#include <string>

#include "tarn/io/deck/deck.hpp"

namespace tarn::apps {

/// Tells what a run of a deck without problems computes, kernel by kernel, for `tarn check --explain`.
using Explain = std::function<std::string(const io::Deck& deck)>;

/// An app that can tell it registers how; returns true so that a namespace-scope constant can call it.
bool register_explanation(const std::string& app, Explain explain);

/// @throws UsageError if the deck's app has nothing to tell
std::string explanation_of(const io::Deck& deck);

}  // namespace tarn::apps
