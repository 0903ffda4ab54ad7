#include "tarn/apps/cli/continuation.hpp"

#include <fmt/format.h>

#include "tarn/apps/batch/shell_words.hpp"
#include "tarn/io/deck/deck_text.hpp"

namespace tarn::cli {

using batch::shell_word;

std::string how_to_go_on(const apps::RunRequest& request, const std::string& directory, int ranks) {
  const bool is_gone = request.deck_on_input || io::is_read_once(request.deck);
  std::string command = "tarn run ";
  if (is_gone) {
    command += shell_word(directory + "/deck.toml");  // overrides included
  } else {
    command += shell_word(request.deck);
    for (const auto& key : request.overrides)
      command += " --set " + shell_word(key);
  }
  if (request.root != apps::RunRequest().root) command += " --root " + shell_word(request.root);
  command += " --run-dir " + shell_word(directory) + " --restart";
  if (ranks > 1) command += fmt::format(" -n {}", ranks);
  return "to go on: " + command + "\n";
}

}  // namespace tarn::cli
