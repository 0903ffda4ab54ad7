#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
class Error;
}  // namespace CLI

namespace tarn::cli {

/// What was written on a command line and means nothing, and what was likely meant; empty: all of it means something.
/// The parser would name a missing word first, which misleads: a mistyped option is not a missing deck.
/// @param program  has parsed the words, or failed to
/// @param words    as they were written, without the program's name
std::string unknown_words(const CLI::App& program, const std::vector<std::string>& words);

/// What the parser found, in words that need no knowledge of it.
/// @param command  the innermost one that was named
std::string complaint(const CLI::App& command, const CLI::Error& error);

}  // namespace tarn::cli
