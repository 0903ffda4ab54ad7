#include "tarn/io/store/names.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

#include <fmt/format.h>

#include "tarn/io/files/text.hpp"

namespace tarn::io {

namespace {

bool is_printable(char c) {
  return c >= 0x20 && c < 0x7f;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool ends_with_hex(std::string_view text) {
  constexpr std::size_t digits = 8;
  if (text.size() < digits) return false;
  const auto tail = text.substr(text.size() - digits);
  return std::all_of(tail.begin(), tail.end(), [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); });
}

/// Whether a text is a step as file names have it.
bool is_step(std::string_view text) {
  return text.size() >= 10 && text.size() <= 19 && is_digits(text);
}

/// Whether a text is <name>-<step>.
bool is_name_and_step(std::string_view text) {
  const auto dash = text.rfind('-');
  return dash != std::string_view::npos && dash > 0 && is_step(text.substr(dash + 1));
}

}  // namespace

bool is_relative_name(const std::string& name) {
  if (name.empty() || name.size() > 4096 || name.back() == '/') return false;
  if (std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; })) return false;
  std::string_view rest = name;
  while (!rest.empty()) {
    const auto part = rest.substr(0, rest.find('/'));
    if (part.empty() || part == "." || part == ".." || part.size() > 255) return false;
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  }
  return true;
}

bool is_run_directory_name(const std::string& name) {
  const std::string_view form = "-ddddddddTddddddZ-xxxxxxxx";
  if (name.size() <= form.size()) return false;
  const std::size_t start = name.size() - form.size();
  for (std::size_t n = 0; n < form.size(); ++n) {
    const char c = name[start + n];
    const bool hex = is_digit(c) || (c >= 'a' && c <= 'f');
    if (form[n] == 'd' ? !is_digit(c) : form[n] == 'x' ? !hex : c != form[n]) return false;
  }
  return run_name_flaw(name.substr(0, start)).empty();
}

std::string run_name_flaw(const std::string& name) {
  if (name.empty()) return "is empty";
  if (name.size() > 100) return fmt::format("has {} characters; at most 100 are allowed", name.size());
  if (name[0] == '.' || name[0] == '-') return fmt::format("must not start with '{}'", name[0]);
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c);
    if (letter || c == '.' || c == '_' || c == '-') continue;
    const std::string shown =
        is_printable(c) ? fmt::format("'{}'", c) : fmt::format("0x{:02x}", static_cast<unsigned char>(c));
    return fmt::format("has the character {}; allowed are A-Z a-z 0-9 . _ -", shown);
  }
  return {};
}

bool is_temporary_name(const std::string& name) {
  // Libraries that write the file may put a file of their own beside it, such as .part.locktest.0.
  const auto ending = name.find(".part");
  if (ending == std::string::npos || ending < 10) return false;
  if (ending + 5 != name.size() && name[ending + 5] != '.') return false;
  const auto before = std::string_view(name).substr(0, ending);
  return before[before.size() - 9] == '.' && ends_with_hex(before);
}

bool is_written_aside(const std::string& name) {
  for (const std::string_view start : {".lock-", ".tarn-root-", ".tarn-run-", ".latest-"}) {
    if (name.size() == start.size() + 8 && name.rfind(start, 0) == 0 && ends_with_hex(name)) return true;
  }
  return false;
}

bool is_dump_name(const std::string& relative) {
  if (!is_relative_name(relative)) return false;
  const auto slash = relative.find('/'), dot = relative.rfind('.');
  if (slash == std::string::npos || dot == std::string::npos || dot < slash || relative.find('/', slash + 1) < dot) {
    return false;
  }
  const auto folder = relative.substr(0, slash), ending = relative.substr(dot);
  const auto stem = std::string_view(relative).substr(slash + 1, dot - slash - 1);
  if (folder == "ckpt") return ending == ".h5" && is_step(stem);
  return ((folder == "out" && ending == ".h5") || (folder == "img" && ending == ".png")) && is_name_and_step(stem);
}

bool is_run_file_name(const std::string& relative) {
  if (is_dump_name(relative) || is_written_aside(relative)) return true;
  for (const char* name : {"deck.toml", "run.json", "history.csv", "report.html", "MANIFEST.jsonl", ".lock",
                           ".tarn-run", ".tarn-root", "job.sh", "job.toml", "job.json", "job.log", "job-starts",
                           "results.csv", "results.h5", "items.csv", "batch.json"}) {
    if (relative == name) return true;
  }
  const auto slash = relative.find('/');
  if (slash == std::string::npos) return is_dataset_name(relative);
  const std::string folder = relative.substr(0, slash), name = relative.substr(slash + 1);
  if (name.find('/') != std::string::npos || !is_relative_name(name)) return false;
  if (folder == "tmp") return is_temporary_name(name);
  if (folder == "ckpt") return name.size() > 4 && name.ends_with(".pin") && is_step(name.substr(0, name.size() - 4));
  if (folder == "items") {  // rank-0003.jsonl
    const std::string_view start = "rank-", ending = ".jsonl";
    return name.size() >= start.size() + ending.size() + 4 && name.starts_with(start) && name.ends_with(ending) &&
           std::all_of(name.begin() + start.size(), name.end() - ending.size(), is_digit);
  }
  if (folder != "superseded" || !name.ends_with(".h5")) return false;
  // <stem of a dump>.<number>.h5
  const auto stem = name.substr(0, name.size() - 3);
  const auto dot = stem.rfind('.');
  if (dot == std::string::npos || dot + 1 == stem.size()) return false;
  const std::string before = stem.substr(0, dot);
  return std::all_of(stem.begin() + static_cast<std::ptrdiff_t>(dot) + 1, stem.end(), is_digit) &&
         (is_step(before) || is_name_and_step(before) || is_dataset_name(before + ".h5"));
}

bool is_dataset_name(const std::string& name) {
  const std::string_view start = "data_", ending = ".h5";
  if (name.size() < start.size() + ending.size() + 4 || name.rfind(start, 0) != 0 || !name.ends_with(ending))
    return false;
  return std::all_of(name.begin() + start.size(), name.end() - ending.size(), is_digit);
}

}  // namespace tarn::io
