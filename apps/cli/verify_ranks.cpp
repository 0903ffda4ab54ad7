// The same bits on any number of ranks: what `tarn verify` starts, and what the ranks do.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/verify.hpp"
#include "tarn/apps/driver/case.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/deck_text.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::cli {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// An empty file that is removed with this object.
class TemporaryFile {
 public:
  TemporaryFile() : path_((fs::temp_directory_path() / "tarn-verify-XXXXXX").string()) {
    const int file = ::mkstemp(path_.data());
    if (file < 0) throw DataError(io::path_text(path_) + ": no file for what the ranks find could be made");
    ::close(file);
  }
  ~TemporaryFile() { ::unlink(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string text_of(const std::vector<apps::Problem>& problems) {
  Json json = Json::array();
  for (const auto& problem : problems)
    json.push_back({{"text", problem.text}, {"source", problem.source}, {"overrides", problem.overrides}});
  return apps::json_text(json);  // the name of a deck's file may be any bytes
}

std::vector<apps::Problem> problems_in(const std::string& text) {
  std::vector<apps::Problem> problems;
  for (const auto& json : Json::parse(text)) {
    problems.push_back({json.at("text").get<std::string>(), json.at("source").get<std::string>(),
                        json.at("overrides").get<std::vector<std::string>>()});
  }
  return problems;
}

/// What came of one problem.
Json answer(const Runtime& runtime, const apps::Problem& problem) {
  const std::string deck = apps::grid_deck(problem);
  try {
    apps::parse_case(deck, problem.source)->check_ranks(runtime.communicator().size());
  } catch (const UsageError& error) {
    return {{"refused", error.what()}};
  }
  return {{"hashes", bits_of(runtime, problem)}};
}

}  // namespace

std::vector<std::string> bits_of(const Runtime& runtime, const apps::Problem& problem, apps::Observer& observer) {
  try {
    return apps::state_hashes(runtime, apps::short_deck(runtime, problem), observer);
  } catch (const NumericsError& error) {
    return {std::string("ended by: ") + error.what()};
  }
}

RanksResult run_on_ranks(int ranks, const std::vector<apps::Problem>& problems) {
  RanksResult result{ranks, no_launcher(), {}, {}, {}, 0};
  if (!result.skipped.empty()) return result;
  const TemporaryFile file;
  std::vector<std::string> words{"tarn", "verify", "--ranks-to", file.path()};
  std::vector<char*> argv;
  for (auto& word : words)
    argv.push_back(word.data());
  const int code = launch_ranks(ranks, static_cast<int>(argv.size()), argv.data(), text_of(problems), &result.signal);
  if (code != apps::exit_code::done) {
    result.failed = fmt::format("{} ranks ended with the exit code {}", ranks, code);
    return result;
  }
  std::ifstream in(file.path());
  const std::string text(std::istreambuf_iterator<char>(in), {});
  const Json answers = Json::parse(text, nullptr, false);
  if (!answers.is_array() || answers.size() != problems.size()) {
    result.failed = fmt::format("{} ranks have left no whole answer", ranks);
    return result;
  }
  for (const auto& one : answers) {
    result.hashes.push_back(one.value("hashes", std::vector<std::string>()));
    result.refused.push_back(one.value("refused", std::string()));
  }
  return result;
}

void answer_ranks(const Runtime& runtime, const std::string& file) {
  const Communicator& ranks = runtime.communicator();
  std::string text;
  ranks.agree([&] {
    if (ranks.is_root()) text = io::read_deck_text("/dev/stdin");
  });
  Json answers = Json::array();
  for (const auto& problem : problems_in(ranks.broadcast(text)))
    answers.push_back(answer(runtime, problem));
  ranks.agree([&] {
    if (!ranks.is_root()) return;
    std::ofstream out(file);
    out << apps::json_text(answers);
    if (!out.flush()) throw DataError(io::path_text(file) + ": could not be written");
  });
}

apps::Finding ranks_finding(const RanksResult& result, std::size_t problem, const std::vector<std::string>& alone) {
  using apps::Verdict;
  const std::string of = fmt::format("{}", result.ranks);
  if (!result.skipped.empty()) return {"ranks", of, Verdict::skipped, result.skipped};
  if (!result.failed.empty()) return {"ranks", of, Verdict::bad, result.failed};
  if (!result.refused[problem].empty()) return {"ranks", of, Verdict::skipped, result.refused[problem]};
  if (result.hashes[problem] == alone) return {"ranks", of, Verdict::good, "the same bits as on one rank"};
  return {"ranks", of, Verdict::bad, "other bits than on one rank"};
}

}  // namespace tarn::cli
