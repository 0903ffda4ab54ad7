#pragma once

#include <string>

#include "tarn/apps/pde/system.hpp"

namespace tarn::apps::pde {

/// An operation as decks write it.
std::string operation_text(ops::OpCode code, const std::string& a, const std::string& b = {});

/// A text in parentheses, unless it is a part that stands by itself.
std::string in_parentheses(const std::string& text);

/// An expression as decks write it; of one that is long, what is deep in it is left out.
std::string text_of(const System& system, int node);

}  // namespace tarn::apps::pde
