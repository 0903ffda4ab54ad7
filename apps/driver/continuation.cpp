#include "tarn/apps/driver/continuation.hpp"

#include <fmt/format.h>

#include "tarn/io/deck/deck_text.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::apps {

std::string command_to_go_on(const RunRequest& request, const std::string& directory, int ranks) {
  const bool is_gone = request.deck_on_input || io::is_read_once(request.deck);
  std::string command = "tarn run ";
  if (is_gone) {
    command += io::shell_word(directory + "/deck.toml");  // overrides included
  } else {
    command += io::shell_word(request.deck);
    for (const auto& key : request.overrides)
      command += " --set " + io::shell_word(key);
  }
  if (request.root != RunRequest().root) command += " --root " + io::shell_word(request.root);
  command += " --run-dir " + io::shell_word(directory) + " --restart";
  if (ranks > 1) command += fmt::format(" -n {}", ranks);
  return command;
}

}  // namespace tarn::apps
