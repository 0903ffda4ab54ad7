#pragma once

#include <exception>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "tarn/io/deck/problems.hpp"

// What --json prints where an error comes instead of an answer.

namespace tarn::cli {

/// "2 problems in the deck".
std::string summary_of(const io::DeckError& error);

/// The message and the exit code; of a deck also each problem, with what is not known as null.
nlohmann::ordered_json error_json(const std::exception& error);
/// With an exit code that is not the error's own.
nlohmann::ordered_json error_json(const std::exception& error, int exit_code);

}  // namespace tarn::cli
