#include "tarn/apps/plot/source.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/plot/block.hpp"
#include "tarn/apps/plot/member_series.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/store/ensemble_layout.hpp"

namespace tarn::plot {

namespace fs = std::filesystem;

namespace {

bool is_run(const fs::path& path) {
  std::error_code none;
  return !io::is_ensemble(path) && (fs::exists(path / "run.json", none) || fs::exists(path / "MANIFEST.jsonl", none) ||
                                    fs::exists(path / "deck.toml", none));
}

/// "fields" of "out/fields-0000000100.h5".
std::string series_name(const fs::path& file) {
  const std::string stem = file.stem().string();
  const auto dash = stem.rfind('-');
  return dash == std::string::npos ? stem : stem.substr(0, dash);
}

/// The run's name as run.json tells it, else that of its directory.
std::string run_name(const fs::path& run) {
  try {
    const auto file = io::open_regular_file(run / "run.json");
    const auto json = file ? nlohmann::json::parse(file->read_all()) : nlohmann::json();
    if (json.is_object() && json.contains("name") && json["name"].is_string()) return json["name"];
  } catch (const nlohmann::json::exception&) {  // a run that is being written, or somebody else's text
  }
  const fs::path real = fs::weakly_canonical(run);
  return (real.has_filename() ? real : real.parent_path()).filename().string();
}

/// Whether a file ends with the seal of tarn's snapshots; see io/hdf5/seal.hpp.
bool has_seal(const fs::path& file) {
  constexpr int tail = 32, mark = 8;
  std::ifstream in(file, std::ios::binary);
  std::array<char, mark> bytes{};
  in.seekg(-tail, std::ios::end);
  in.read(bytes.data(), mark);
  return in.good() && std::string_view(bytes.data(), mark) == "TARNSEAL";
}

}  // namespace

Source::Source(const fs::path& path, std::optional<std::uint64_t> member) : path_(path) {
  const auto status = fs::status(path);
  if (!fs::exists(status)) throw io::Io(path, "there is no such file or directory", ENOENT);
  if (!fs::is_directory(status)) {
    open_file(member);
    return;
  }
  if (member)
    throw UsageError(io::path_text(path) +
                     ": --member is for a file of the series of many members; give the member's own "
                     "directory");
  if (!is_run(path)) {
    const bool latest = fs::exists(path / "latest");
    throw UsageError(
        fmt::format("{} is no run directory{}{}", io::path_text(path),
                    latest ? fmt::format("; runs lie in it, such as {}", io::path_text(path / "latest")) : "",
                    io::advice_on_ensemble(path)));
  }
  run_.emplace(path);
  name_ = run_name(path);
  find_series();
}

void Source::open_file(std::optional<std::uint64_t> member) {
  name_ = path_.stem().string();
  const auto members = members_in(path_);
  if (!members) {
    if (member) throw UsageError(io::path_text(path_) + ": --member is for a file of the series of many members");
    series_.push_back({name_, {{path_, 0, 0, has_seal(path_)}}});
    return;
  }
  if (!member || *member >= *members) {
    throw UsageError(fmt::format("{} has the series of {}: --member 0 to --member {} choose one", io::path_text(path_),
                                 io::counted(*members, "member"), std::max<std::uint64_t>(*members, 1) - 1));
  }
  series_.push_back(series_of_member(path_, *member));
}

void Source::find_series() {
  if (series_file_of_batch(*run_)) return;  // each member has its own
  const auto add = [&](const std::string& name, Snapshot snapshot) {
    const auto known = std::find_if(series_.begin(), series_.end(), [&](const auto& s) { return s.name == name; });
    auto& to = known != series_.end() ? *known : series_.emplace_back(Series{name, {}});
    to.snapshots.push_back(std::move(snapshot));
  };
  for (const auto& entry : run_->files("snapshot"))
    add(series_name(entry.file), {path_ / entry.file, entry.step, entry.time, true});
  if (series_.empty()) {  // what writes no snapshots is seen by its checkpoints, of which the newest are kept
    for (const auto& entry : run_->files("checkpoint")) {
      std::error_code none;
      if (fs::exists(path_ / entry.file, none)) add("checkpoints", {path_ / entry.file, entry.step, entry.time, true});
    }
  }
  for (auto& series : series_) {
    std::stable_sort(series.snapshots.begin(), series.snapshots.end(),
                     [](const auto& a, const auto& b) { return a.step < b.step; });
  }
  // What takes no steps: a table of results, arrays of each item, sets of datasets.
  for (const char* kind : {"results", "arrays", "dataset"}) {
    auto entries = run_->files(kind);
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.file < b.file; });
    std::int64_t number = 0;
    for (const auto& entry : entries) {
      if (fs::path(entry.file).extension() == ".h5") add(kind, {path_ / entry.file, number++, 0, false});
    }
  }
  if (!series_.empty()) return;
  if (const auto batch = batch_of(path_)) series_ = series_in_batch(*batch);
}

std::string Source::deck() const {
  if (run_) {
    std::error_code none;
    return fs::exists(path_ / "deck.toml", none) ? run_->deck() : std::string();
  }
  return deck_in(series_.front().snapshots.front());
}

std::vector<std::string> names_of(const std::vector<Source>& sources) {
  std::vector<std::string> names;
  for (const auto& source : sources)
    names.push_back(source.name());
  if (std::set<std::string>(names.begin(), names.end()).size() == names.size()) return names;
  for (std::size_t n = 0; n < names.size(); ++n)
    names[n] = sources[n].path().string();
  return names;
}

}  // namespace tarn::plot
