#include "tarn/apps/batch/job_forecast.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/driver/needs.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/simulation_case.hpp"
#include "tarn/apps/driver/steps_per_pass.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/store/latest_link.hpp"
#include "tarn/io/store/names.hpp"

namespace tarn::batch {

namespace {

namespace fs = std::filesystem;

/// How fast a run was.
struct Speed {
  std::string run;
  double updates = 0;  ///< of cells, a second, a rank
  int ranks = 0;
};

std::optional<Speed> speed_of(const fs::path& run, const io::Deck& deck) {
  constexpr std::uint64_t largest = 1 << 20;  // bytes
  const auto file = io::open_regular_file(run / "run.json");
  if (!file || file->size() > largest) return {};
  const auto json = nlohmann::json::parse(file->read_all(), nullptr, false);
  if (!json.is_object()) return {};
  try {
    if (json.at("status") != "done" || json.at("app") != deck.app()) return {};
    if (json.at("precision") != deck.text("run.precision")) return {};
    const int ranks = json.at("ranks");
    const double updates = json.at("cell_updates_per_second");
    if (ranks < 1 || !(updates > 0)) return {};
    return Speed{run.filename().string(), updates / ranks, ranks};
  } catch (const nlohmann::json::exception&) {
    return {};
  }
}

/// Of the newest run that tells.
std::optional<Speed> known_speed(const io::Deck& deck, const std::string& root) {
  constexpr std::size_t most = 50;
  std::vector<std::pair<std::string, fs::path>> runs;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root, error)) {
    if (io::is_run_directory_name(entry.path().filename().string()))
      runs.emplace_back(io::start_of_run(entry.path()), entry.path());
  }
  std::sort(runs.rbegin(), runs.rend());
  for (std::size_t n = 0; n < std::min(runs.size(), most); ++n) {
    if (auto speed = speed_of(runs[n].second, deck)) return speed;
  }
  return {};
}

}  // namespace

double bytes_per_node(const apps::Case& made, const JobRequest& request) {
  const auto* simulation = dynamic_cast<const apps::SimulationCase*>(&made);
  if (simulation == nullptr) return 0;
  const auto need = apps::memory_need_of(made.deck(), simulation->model());
  const double least = need.least_on(ranks_of(request), apps::decides_steps_per_pass(made.deck()));
  const double arrays = request.gpus_per_node > 0 ? need.buffers : least + need.buffers;
  return arrays / request.nodes + need.each_rank * request.ranks_per_node;
}

std::string time_text(const apps::Case& made, const JobRequest& request, const std::string& root) {
  const auto* simulation = dynamic_cast<const apps::SimulationCase*>(&made);
  if (simulation == nullptr) return {};
  const io::Deck& deck = made.deck();
  const auto steps = apps::steps_of(deck, simulation->model());
  const auto speed = known_speed(deck, root);
  if (!steps || !speed) return {};
  const int ranks = ranks_of(request);
  const double seconds = *steps * static_cast<double>(apps::domain_of(deck).size()) / (speed->updates * ranks);
  const double starts = std::ceil(seconds / static_cast<double>(request.seconds));
  std::string text = fmt::format("time    about {} on {}, by {} on {}", apps::duration_text(seconds),
                                 io::counted(ranks, "rank"), speed->run, speed->ranks);
  text += starts > 1 ? fmt::format(": {:.0f} starts of {}\n", starts, limit_text(request.seconds))
                     : fmt::format(": within {}\n", limit_text(request.seconds));
  return text;
}

}  // namespace tarn::batch
