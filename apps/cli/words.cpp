#include "tarn/apps/cli/words.hpp"

#include <CLI/CLI.hpp>

#include "tarn/io/files/text.hpp"

namespace tarn::cli {

namespace {

/// Of "TEXT:{uniform,normal}"; "JOB|RUN" and "[latest|FILE]" say what may follow, and are no words to be written.
std::vector<std::string> choices_in(const std::string& type) {
  const auto brace = type.find(":{"), end = type.find('}');
  if (brace == std::string::npos || end == std::string::npos) return {};
  return io::split(type.substr(brace + 2, end - brace - 2), ',');
}

/// What a page calls the value: the word for a plain type, without the limits behind it, the choices, or what the
/// definition says, such as HH:MM:SS.
std::string value_name(const CLI::Option& option, const std::vector<std::string>& choices) {
  const std::string type = option.get_type_name();
  if (!choices.empty()) {
    std::string text;
    for (const auto& choice : choices)
      text += (text.empty() ? "" : "|") + choice;
    return text;
  }
  for (const char* plain : {"TEXT", "INT", "UINT", "FLOAT"}) {
    if (type.substr(0, type.find(':')) == plain) return plain;
  }
  return type;
}

Word word_of(const CLI::Option& option) {
  Word word;
  word.meaning = option.get_description();
  word.default_text = option.get_default_str();
  word.required = option.get_required();
  word.choices = choices_in(option.get_type_name());
  if (option.get_positional()) {
    word.value = option.get_name(true);
    return word;
  }
  for (const auto& name : option.get_snames())
    word.names.push_back("-" + name);
  for (const auto& name : option.get_lnames())
    word.names.push_back("--" + name);
  if (option.get_items_expected_max() == 0) return word;  // a flag
  word.value = value_name(option, word.choices);
  word.value_optional = option.get_items_expected_min() == 0;
  return word;
}

CommandWords words_below(const CLI::App& command, const std::vector<std::string>& path) {
  CommandWords found{path, command.get_description(), {}, {}};
  for (const bool positionals : {true, false}) {
    for (const CLI::Option* option : command.get_options()) {
      if (option->get_positional() == positionals && !option->get_group().empty())
        found.words.push_back(word_of(*option));
    }
  }
  for (const CLI::App* inner : command.get_subcommands({})) {
    if (inner->get_group().empty()) continue;
    auto words = path;
    words.push_back(inner->get_name());
    found.inner.push_back(words_below(*inner, words));
  }
  return found;
}

}  // namespace

CommandWords words_of(const CLI::App& program) {
  return words_below(program, {});
}

CommandWords words_of_parsed(const CLI::App& program) {
  const CLI::App* command = &program;
  std::vector<std::string> path;
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    path.push_back(command->get_name());
  }
  return words_below(*command, path);
}

}  // namespace tarn::cli
