#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace tarn::cli {

/// One option or positional of a command, as help, the man page and the completions tell it.
struct Word {
  std::vector<std::string> names;    ///< as they are written, such as "-n" or "--json"; none: a positional
  std::string value;                 ///< what follows the option, or is the positional's name; empty: nothing
  std::vector<std::string> choices;  ///< of the value, where it has few
  std::string meaning;               ///< one line
  std::string default_text;          ///< empty: none
  bool required = false;
  bool value_optional = false;  ///< the option stands without its value too
};

/// One command: `tarn run`, `tarn data ls`.
struct CommandWords {
  std::vector<std::string> path;  ///< the words that call it, without the program's name; none: the program itself
  std::string meaning;
  std::vector<Word> words;  ///< positionals first, each in the order of its definition
  std::vector<CommandWords> inner;
};

/// All commands of a program and their words, from the definitions that its parser works by. Hidden ones are left out.
CommandWords words_of(const CLI::App& program);

/// The innermost command that a command line named, or the program itself.
CommandWords words_of_parsed(const CLI::App& program);

}  // namespace tarn::cli
