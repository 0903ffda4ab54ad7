#include <algorithm>
#include <filesystem>
#include <fstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::cli {

namespace {

namespace fs = std::filesystem;

/// What the comment at a deck's beginning says of it: its first lines, up to one that ends a sentence.
std::string first_comment(const fs::path& deck) {
  std::ifstream file(deck);
  std::string line, text;
  while (std::getline(file, line) && line.rfind("# ", 0) == 0) {
    text += (text.empty() ? "" : " ") + line.substr(2);
    if (text.back() == '.') break;
  }
  return text;
}

/// Where the decks lie that come with this program, one folder for each app: share/tarn/decks beside the folder of an
/// installed program, or input_decks beside a program or one folder up, as in a build folder.
fs::path folder_of_decks() {
  std::error_code unreadable;
  const fs::path beside = fs::read_symlink("/proc/self/exe", unreadable).parent_path();
  for (const auto& place : {beside.parent_path() / "share/tarn/decks", beside / "input_decks"}) {
    if (fs::is_directory(place, unreadable)) return place;
  }
  return beside.parent_path() / "input_decks";
}

bool list_as_json = false;

/// The decks that come with an app, as one would name them here, and what they are.
std::vector<std::pair<std::string, std::string>> decks_of(const std::string& app) {
  std::vector<fs::path> decks;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(folder_of_decks() / app, missing)) {
    if (entry.path().extension() == ".toml") decks.push_back(entry.path());
  }
  std::sort(decks.begin(), decks.end());
  std::vector<std::pair<std::string, std::string>> shown;
  for (const auto& deck : decks)
    shown.emplace_back(fs::proximate(deck, missing).string(), first_comment(deck));
  return shown;
}

void print_list_json() {
  auto shown = nlohmann::ordered_json::array();
  for (const auto& app : apps::all_apps()) {
    auto decks = nlohmann::ordered_json::array();
    for (const auto& [file, summary] : decks_of(app.name))
      decks.push_back({{"file", file}, {"summary", summary}});
    shown.push_back({{"name", app.name}, {"summary", app.summary}, {"decks", decks}});
  }
  print("{}", apps::json_text({{"apps", shown}}));
}

int run_list(int&, char**&) {
  mute_all_but_one();
  if (list_as_json) {
    print_list_json();
    return apps::exit_code::done;
  }
  for (const auto& app : apps::all_apps()) {
    print("{:<12} {}\n", app.name, app.summary);
    for (const auto& [file, summary] : decks_of(app.name))
      print("  {}\n      {}\n", io::path_text(file), summary);
  }
  return apps::exit_code::done;
}

}  // namespace

Command add_list(CLI::App& program) {
  auto* command = program.add_subcommand("list", "the apps, and the decks that come with them");
  command->add_flag("--json", list_as_json, "print JSON");
  return {command, run_list};
}

}  // namespace tarn::cli
