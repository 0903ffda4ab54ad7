#include "tarn/apps/cli/continuation.hpp"

#include <fmt/format.h>

#include "tarn/io/deck/deck_text.hpp"

namespace tarn::cli {

namespace {

/// A word as a shell takes it.
std::string quoted(const std::string& word) {
  constexpr const char* plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=,:+@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string text = "'";
  for (const char c : word)
    text += c == '\'' ? "'\\''" : std::string(1, c);
  return text + "'";
}

}  // namespace

std::string how_to_go_on(const apps::RunRequest& request, const std::string& directory, int ranks) {
  const bool is_gone = request.deck_on_input || io::is_read_once(request.deck);
  std::string command = "tarn run ";
  if (is_gone) {
    command += quoted(directory + "/deck.toml");  // overrides included
  } else {
    command += quoted(request.deck);
    for (const auto& key : request.overrides)
      command += " --set " + quoted(key);
  }
  if (request.root != apps::RunRequest().root) command += " --root " + quoted(request.root);
  command += " --run-dir " + quoted(directory) + " --restart";
  if (ranks > 1) command += fmt::format(" -n {}", ranks);
  return "to go on: " + command + "\n";
}

}  // namespace tarn::cli
