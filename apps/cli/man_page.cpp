#include <fmt/format.h>

#include "tarn/apps/cli/manual.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/version.hpp"

namespace tarn::cli {

namespace {

/// A text as roff takes it: hyphens that can be copied, and no line that begins as a request does.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '-') {
      out += "\\-";
    } else if (c == '\\') {
      out += "\\e";
    } else {
      out += c;
    }
  }
  if (!out.empty() && (out[0] == '.' || out[0] == '\'')) out.insert(0, "\\&");
  return out;
}

std::string name_of(const CommandWords& command) {
  std::string name = "tarn";
  for (const auto& word : command.path)
    name += " " + word;
  return name;
}

std::string value_text(const Word& word) {
  return word.value_optional ? word.value : fmt::format("\\fI{}\\fR", roff(word.value));
}

std::string synopsis(const CommandWords& command) {
  std::string line = fmt::format("\\fB{}\\fR", roff(name_of(command)));
  for (const auto& word : command.words) {
    if (!word.names.empty()) continue;
    const std::string name = fmt::format("\\fI{}\\fR", roff(word.value));
    line += word.required ? " " + name : " [" + name + "]";
  }
  return line + " [\\fIOPTIONS\\fR]";
}

std::string entry(const Word& word) {
  std::string head;
  for (const auto& name : word.names)
    head += fmt::format("{}\\fB{}\\fR", head.empty() ? "" : ", ", roff(name));
  if (!word.value.empty()) head += (head.empty() ? "" : " ") + value_text(word);
  std::string text = roff(word.meaning);
  if (!word.default_text.empty()) text += fmt::format("; default {}", roff(word.default_text));
  return fmt::format(".TP\n{}\n{}\n", head, text);
}

void add_command(const CommandWords& command, std::string& out) {
  out += fmt::format(".SS {}\n{}.\n", synopsis(command), roff(command.meaning));
  for (const auto& word : command.words) {
    if (word.names != std::vector<std::string>{"-h", "--help"}) out += entry(word);
  }
  for (const auto& inner : command.inner)
    add_command(inner, out);
}

std::string exit_codes() {
  namespace code = apps::exit_code;
  const std::pair<int, const char*> codes[] = {
      {code::done, "done"},
      {code::usage, "bad deck or usage, or a run that cannot fit"},
      {code::data, "data or file error"},
      {code::numerics, "the numbers went bad, or \\fBtarn verify\\fR found what is not as it should be"},
      {code::stopped, "stopped early with a valid checkpoint: run again with \\fB\\-\\-restart\\fR to go on"},
      {code::other, "anything else; of \\fBtarn compare\\fR: the two differ"}};
  std::string out = ".SH EXIT STATUS\n";
  for (const auto& [number, meaning] : codes)
    out += fmt::format(".TP\n\\fB{}\\fR\n{}\n", number, meaning);
  return out;
}

}  // namespace

std::string man_page(const CommandWords& program) {
  std::string out = fmt::format(".TH TARN 1 \"\" \"tarn {}\" \"User Commands\"\n", version());
  out += ".SH NAME\ntarn \\- runs simulation apps from input decks\n.SH SYNOPSIS\n";
  out += "\\fBtarn\\fR \\fICOMMAND\\fR [\\fIARGUMENTS\\fR] [\\fIOPTIONS\\fR]\n.SH COMMANDS\n";
  for (const auto& command : program.inner)
    add_command(command, out);
  out += ".SH OPTIONS\n";
  for (const auto& word : program.words)
    out += entry(word);
  out += exit_codes();
  return out + ".SH SEE ALSO\n\\fBtarn describe\\fR \\fIAPP\\fR prints every table and key of a deck.\n";
}

}  // namespace tarn::cli
