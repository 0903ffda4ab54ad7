#include "tarn/apps/batch/ensemble_directory.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/batch/batch_plan.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/files/stamps.hpp"
#include "tarn/io/files/whole_file.hpp"
#include "tarn/io/store/ensemble_layout.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/run_directory.hpp"
#include "tarn/io/store/run_layout.hpp"
#include "tarn/io/store/vouched_file.hpp"

namespace tarn::batch {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

fs::path exact(const std::string& directory) {
  fs::path path = fs::absolute(directory).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

fs::path make_run(const fs::path& path, const std::string& deck) {
  io::furnish_run(path, io::require_unused(path));
  put_file(path / "deck.toml", deck);
  return path;
}

/// What is wrong with the decks of members; what is wrong with several of them is told once.
class Flaws {
 public:
  explicit Flaws(const io::Ensemble& ensemble) : ensemble_(ensemble) {}

  void add(std::size_t member, const io::DeckError& error) {
    for (const auto& problem : error.problems()) {
      const auto general = without_value(member, problem);
      const auto same =
          std::find_if(flaws_.begin(), flaws_.end(), [&](const Flaw& flaw) { return flaw.general == general; });
      if (same == flaws_.end()) {
        flaws_.push_back({general, problem, {member}});
      } else if (same->members.back() != member) {
        same->members.push_back(member);
      }
    }
  }

  std::size_t size() const { return flaws_.size(); }

  std::vector<io::DeckProblem> problems() const {
    std::vector<io::DeckProblem> problems;
    for (const Flaw& flaw : flaws_) {
      problems.push_back(flaw.members.size() == 1 ? flaw.own : flaw.general);
      problems.back().of = owner_of(flaw);
    }
    return problems;
  }

 private:
  struct Flaw {
    io::DeckProblem general;  ///< without the value that the member has
    io::DeckProblem own;      ///< as the first member's deck has it
    std::vector<std::size_t> members;
  };

  std::string owner_of(const Flaw& flaw) const {
    const std::size_t count = flaw.members.size();
    if (count == 1) return fmt::format("member {} ({})", flaw.members[0], settings_of(flaw.members[0]));
    if (count == ensemble_.members.size()) return "every member";
    return "members " + members_text(flaw.members);
  }

  std::string settings_of(std::size_t member) const {
    std::string settings;
    for (const auto& [key, value] : ensemble_.members[member])
      settings += fmt::format("{}{} = {}", settings.empty() ? "" : ", ", key, value);
    return settings;
  }

  /// Members get their values as overrides.
  io::DeckProblem without_value(std::size_t member, io::DeckProblem problem) const {
    for (const auto& [key, value] : ensemble_.members[member]) {
      if (problem.position.source == fmt::format("--set {}={}", key, value)) problem.position = {};
    }
    return problem;
  }

  const io::Ensemble& ensemble_;
  std::vector<Flaw> flaws_;
};

}  // namespace

void put_file(const fs::path& path, const std::string& text) {
  io::put_whole_file(path, path.string() + "." + io::random_hex() + ".part", text);
  io::sync_directory(path.parent_path());
}

void put_vouched_file(const fs::path& directory, const std::string& name, const std::string& text) {
  io::append_writing(directory, {name});  // a directory that holds the file has a manifest
  put_file(directory / name, text);
  io::append_commit(directory, io::entry_of_file(directory, name, "members"));
}

void record_lists(const EnsembleDirectory& ensemble) {
  const io::Manifest manifest = io::read_manifest(ensemble.path());
  for (const std::string list : {io::ensemble_list, io::batch_list}) {
    if (manifest.find(list) || !fs::is_regular_file(fs::symlink_status(ensemble.path() / list))) continue;
    io::append_commit(ensemble.path(), io::entry_of_file(ensemble.path(), list, "members"));
  }
}

fs::path prepare_run(const Destination& destination, const std::string& name, const std::string& deck) {
  if (destination.directory) return make_run(exact(*destination.directory), deck);
  const fs::path run = io::make_new_run(io::make_managed_root(destination.root), name);
  put_file(run / "deck.toml", deck);
  return run;
}

MemberCases member_cases(const io::Ensemble& ensemble, const std::string& text, const std::string& source,
                         const std::vector<std::string>& overrides) {
  constexpr std::size_t most_lines = 200;
  MemberCases cases;
  Flaws flaws(ensemble);
  for (std::size_t n = 0; n < ensemble.members.size() && flaws.size() < most_lines; ++n) {
    auto all = overrides;
    for (auto& override : ensemble.overrides_of(n))
      all.push_back(std::move(override));
    try {
      auto made = apps::parse_case(text, source, all);
      if (!made->deck().given("run.name")) {  // a member's file is called deck.toml
        all.push_back(fmt::format("run.name=\"{}\"", apps::run_name_of(made->deck())));
        made = apps::parse_case(text, source, all);
      }
      cases.push_back(std::move(made));
    } catch (const io::DeckError& error) {
      flaws.add(n, error);
    }
  }
  if (flaws.size() > 0) throw io::DeckError(flaws.problems());
  return cases;
}

EnsembleDirectory EnsembleDirectory::create(const Destination& destination, const std::string& name,
                                            const io::Ensemble& ensemble, const MemberCases& members) {
  fs::path path;
  if (destination.directory) {
    path = exact(*destination.directory);
    io::make_directories(path);
    if (is_one(path)) throw DataError(io::path_text(path) + ": holds an ensemble; --restart continues it");
    if (!fs::is_empty(path))
      throw DataError(io::path_text(path) +
                      ": is not empty, and holds no whole ensemble; remove it, or choose another directory");
  } else {
    const auto root = io::make_managed_root(destination.root);
    path = root.path / fmt::format("{}-ensemble-{}-{}", name, io::utc_stamp(), io::random_hex());
    io::make_new_directory(path);
  }
  EnsembleDirectory directory(io::make_managed_root(path).path);
  directory.keys_ = ensemble.keys;
  nlohmann::ordered_json json;
  json["name"] = name;
  json["keys"] = ensemble.keys;
  json["members"] = Json::array();
  for (std::size_t n = 0; n < members.size(); ++n) {
    auto& values = directory.values_.emplace_back();
    for (const auto& [key, value] : ensemble.members[n])
      values.push_back(value);
    json["members"].push_back({{"directory", member_name(n)}, {"values", values}});
    make_run(directory.member(n), members[n]->deck().text());
  }
  // Last: with it the directory is an ensemble.
  put_vouched_file(directory.path_, io::ensemble_list, apps::json_text(json));
  return directory;
}

bool EnsembleDirectory::is_one(const fs::path& path) {
  return io::is_ensemble(path);
}

EnsembleDirectory EnsembleDirectory::open(const fs::path& path) {
  if (!is_one(path)) throw DataError(io::path_text(path) + ": holds no ensemble: there is no ensemble.json");
  EnsembleDirectory directory(fs::canonical(path));
  const auto json = Json::parse(io::read_file(path / io::ensemble_list), nullptr, false);
  const auto broken = [&] { return DataError(io::path_text(path / io::ensemble_list) + ": is not what tarn wrote"); };
  if (!json.is_object() || !json.contains("keys") || !json.contains("members")) throw broken();
  try {
    directory.keys_ = json["keys"].get<std::vector<std::string>>();
    for (const auto& member : json["members"])
      directory.values_.push_back(member.at("values").get<std::vector<std::string>>());
  } catch (const Json::exception&) {
    throw broken();
  }
  for (const auto& values : directory.values_) {
    if (values.size() != directory.keys_.size()) throw broken();
  }
  return directory;
}

std::optional<fs::path> EnsembleDirectory::find_latest(const std::string& root, const std::string& name) {
  auto found = io::RunDirectory::find_latest(root, name + "-ensemble");
  return found && is_one(*found) ? found : std::nullopt;
}

void EnsembleDirectory::require_same(const MemberCases& members) const {
  const std::string help = "; begin a new ensemble, or give the deck and the overrides that this one began with";
  if (members.size() != size()) {
    throw UsageError(fmt::format("{}: has {}, the deck {}{}", io::path_text(path_), io::counted(size(), "member"),
                                 members.size(), help));
  }
  for (std::size_t n = 0; n < members.size(); ++n) {
    if (io::read_file(member(n) / "deck.toml") == members[n]->deck().text()) continue;
    throw UsageError(fmt::format("{}: member {} has another deck{}", io::path_text(path_), n, help));
  }
}

std::string EnsembleDirectory::member_name(std::size_t number) {
  return io::ensemble_member_name(number);
}

}  // namespace tarn::batch
