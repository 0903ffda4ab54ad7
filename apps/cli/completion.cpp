#include <fmt/format.h>

#include "tarn/apps/cli/manual.hpp"
#include "tarn/apps/driver/app.hpp"

namespace tarn::cli {

namespace {

std::string joined(const std::vector<std::string>& words, const char* between = " ") {
  std::string text;
  for (const auto& word : words)
    text += (text.empty() ? "" : between) + word;
  return text;
}

std::string app_names() {
  std::vector<std::string> names;
  for (const auto& app : apps::all_apps())
    names.push_back(app.name);
  return joined(names);
}

std::vector<std::string> inner_names(const CommandWords& command) {
  std::vector<std::string> names;
  for (const auto& inner : command.inner)
    names.push_back(inner.path.back());
  return names;
}

std::vector<std::string> option_names(const CommandWords& command) {
  std::vector<std::string> names;
  for (const auto& word : command.words)
    names.insert(names.end(), word.names.begin(), word.names.end());
  return names;
}

bool takes(const CommandWords& command, const std::string& positional) {
  return std::any_of(command.words.begin(), command.words.end(),
                     [&](const Word& word) { return word.names.empty() && word.value == positional; });
}

/// What completes the value of an option in bash; nothing where it is free.
std::string bash_values(const Word& word) {
  if (!word.choices.empty())
    return fmt::format("mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$now\")", joined(word.choices));
  const std::string& name = word.names.back();
  for (const char* place : {"--root", "--run-dir", "--restart", "--output"}) {
    if (name == place) return "mapfile -t COMPREPLY < <(compgen -f -- \"$now\")";
  }
  return ":";
}

std::string bash_positionals(const CommandWords& command) {
  if (!command.inner.empty())
    return fmt::format("mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$now\")", joined(inner_names(command)));
  if (takes(command, "app")) return fmt::format("mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$now\")", app_names());
  for (const auto& word : command.words) {
    if (word.names.empty() && !word.choices.empty())
      return fmt::format("mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$now\")", joined(word.choices));
  }
  if (takes(command, "deck"))
    return "mapfile -t COMPREPLY < <(compgen -f -X '!*.toml' -- \"$now\"; compgen -d -- \"$now\")";
  if (takes(command, "problem"))
    return fmt::format(
        "mapfile -t COMPREPLY < <(compgen -W '{}' -- \"$now\"; compgen -f -X '!*.toml' -- \"$now\"; "
        "compgen -d -- \"$now\")",
        app_names());
  return takes(command, "path") || takes(command, "first") ? "mapfile -t COMPREPLY < <(compgen -f -- \"$now\")" : ":";
}

/// The branch of one command: values after options that take one, options after a dash, and else positionals.
std::string bash_branch(const CommandWords& command) {
  std::string text = fmt::format("    '{}')\n      case $before in\n", joined(command.path));
  for (const auto& word : command.words) {
    if (!word.names.empty() && !word.value.empty() && !word.value_optional)
      text += fmt::format("        {}) {}; return ;;\n", joined(word.names, " | "), bash_values(word));
  }
  text += fmt::format("        *) ;;\n      esac\n      options='{}'\n", joined(option_names(command)));
  text += fmt::format("      [[ $now == -* ]] || {{ {}; return; }}\n      ;;\n", bash_positionals(command));
  for (const auto& inner : command.inner)
    text += bash_branch(inner);
  return text;
}

/// A text within a specification of zsh's _arguments, in single quotes.
std::string zsh(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out;
}

std::string zsh_action(const std::string& name, const std::vector<std::string>& choices) {
  if (!choices.empty()) return fmt::format("({})", joined(choices));
  if (name == "app") return fmt::format("({})", app_names());
  if (name == "problem") return fmt::format("{{compadd {}; _files -g \"*.toml\"}}", app_names());
  if (name == "deck") return "_files -g \"*.toml\"";
  for (const char* place : {"path", "first", "second", "--root", "--run-dir", "--restart", "--output"}) {
    if (name == place) return "_files";
  }
  return " ";
}

std::string zsh_word(const Word& word) {
  if (word.names.empty())
    return fmt::format(" '{}:{}:{}'", word.required ? "" : ":", word.value, zsh_action(word.value, word.choices));
  std::string text;
  const std::string exclusive = word.names.size() > 1 ? fmt::format("({})", joined(word.names)) : "";
  for (const auto& name : word.names) {
    text += fmt::format(" '{}{}[{}]", exclusive.empty() ? "*" : exclusive, name, zsh(word.meaning));
    if (!word.value.empty()) {
      text += fmt::format("{}{}:{}", word.value_optional ? "::" : ":", zsh(word.value),
                          zsh_action(word.names.back(), word.choices));
    }
    text += "'";
  }
  return text;
}

std::string zsh_described(const CommandWords& command) {
  std::string text;
  for (const auto& inner : command.inner)
    text += fmt::format(" '{}:{}'", inner.path.back(), zsh(inner.meaning));
  return text;
}

std::string zsh_branch(const CommandWords& command) {
  std::string text = fmt::format("    {})\n", command.path.back());
  if (command.inner.empty()) {
    text += "      _arguments";
    for (const auto& word : command.words)
      text += zsh_word(word);
    return text + "\n      ;;\n";
  }
  text += fmt::format("      if (( CURRENT == 2 )); then\n        commands=({} )\n", zsh_described(command));
  text += "        _describe command commands\n        return\n      fi\n";
  text += "      shift words; (( CURRENT-- ))\n      case $words[1] in\n";
  for (const auto& inner : command.inner)
    text += zsh_branch(inner);
  return text + "      esac\n      ;;\n";
}

}  // namespace

std::string bash_completion(const CommandWords& program) {
  std::string text =
      "# bash completion of tarn, made by `tarn manual bash`\n_tarn() {\n"
      "  local now=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command='' options='' word\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD - 1}\"; do\n"
      "    [[ $word == -* ]] && break\n    case \"$command $word\" in\n";
  std::string paths;
  for (const auto& command : program.inner) {
    paths += fmt::format("{}' {}'", paths.empty() ? "      " : " | ", joined(command.path));
    for (const auto& inner : command.inner)
      paths += fmt::format(" | '{}'", joined(inner.path));
  }
  text += paths +
          ") command=${command:+$command }$word ;;\n      *) break ;;\n    esac\n  done\n"
          "  COMPREPLY=()\n  case $command in\n" +
          bash_branch(program) + "    *) return ;;\n  esac\n";
  return text +
         "  mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$now\")\n}\ncomplete -o filenames -F _tarn tarn\n";
}

std::string zsh_completion(const CommandWords& program) {
  std::string text = fmt::format(
      "#compdef tarn\n# zsh completion of tarn, made by `tarn manual zsh`\n_tarn() {{\n  local -a commands\n"
      "  if (( CURRENT == 2 )); then\n    commands=({} )\n    _describe command commands\n    return\n  fi\n"
      "  shift words; (( CURRENT-- ))\n  case $words[1] in\n",
      zsh_described(program));
  for (const auto& command : program.inner)
    text += zsh_branch(command);
  return text + "  esac\n}\n_tarn \"$@\"\n";
}

}  // namespace tarn::cli
