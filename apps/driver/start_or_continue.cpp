#include "tarn/apps/driver/start_or_continue.hpp"

#include <chrono>
#include <filesystem>
#include <thread>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/lease.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/names.hpp"
#include "tarn/io/store/run_json.hpp"
#include "tarn/io/store/run_layout.hpp"
#include "tarn/io/store/run_lock.hpp"

namespace tarn::apps {

namespace {

namespace fs = std::filesystem;

/// A machine that died leaves a lease that seems to live until it has no heartbeat for long enough. One that beats is
/// another's.
void wait_for_the_dead(const fs::path& run) {
  const auto found = io::read_lease(io::lock_path(run));
  if (!found || io::is_of_this_machine(*found)) return;
  for (auto lease = found; lease && io::is_alive(*lease) && lease->heartbeat == found->heartbeat;
       lease = io::read_lease(io::lock_path(run))) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
}

/// The directory that an automatic restart goes on in, if only from the start; empty if there is none.
fs::path begun_place(const io::Deck& deck, const RunRequest& request) {
  const auto wanted = request.run_directory
                          ? fs::path(*request.run_directory)
                          : io::RunDirectory::find_latest(request.root, run_name_of(deck)).value_or(fs::path());
  return !wanted.empty() && io::holds_a_run(wanted) ? wanted : fs::path();
}

bool is_new_or_empty(const fs::path& directory) {
  std::error_code error;
  if (!fs::exists(directory, error)) return true;
  return fs::is_directory(directory, error) && fs::is_empty(directory, error);
}

}  // namespace

bool is_auto(const RunRequest& request) {
  return request.restart && *request.restart == "auto";
}

bool begins_from_file(const RunRequest& request) {
  return request.restart && *request.restart != "latest" && !is_auto(request);
}

RunStart start_of(const io::Deck& deck, const RunRequest& request) {
  if (!request.restart) return {};
  const bool from_file = begins_from_file(request);
  const fs::path file = from_file ? fs::absolute(*request.restart).lexically_normal() : fs::path();
  const fs::path place = from_file ? file.parent_path().parent_path() : begun_place(deck, request);
  RunStart start;
  if (place.empty()) return start;
  for (const auto& entry : io::read_manifest(place).entries) {
    if (entry.kind != "checkpoint" || (from_file && place / entry.file != file)) continue;
    if (entry.step >= start.step) start = {entry.step, entry.time, !from_file};
  }
  return start;
}

bool makes_its_directory(const Communicator& ranks, const io::Deck& deck, const RunRequest& request) {
  bool makes = !request.restart || begins_from_file(request);
  io::agree_on_root(ranks, [&] {
    makes = makes || (is_auto(request) && begun_place(deck, request).empty());
    makes = makes && (!request.run_directory || is_new_or_empty(*request.run_directory));
  });
  return ranks.broadcast(makes);
}

std::optional<io::RunDirectory> find_begun(const Communicator& ranks, const io::Deck& deck, const RunRequest& request) {
  std::string path;
  io::agree_on_root(ranks, [&] {
    path = begun_place(deck, request).string();
    if (!path.empty()) wait_for_the_dead(path);
  });
  path = ranks.broadcast(path);
  if (path.empty()) return {};
  return io::RunDirectory::open(ranks, path, request.lock);
}

bool has_no_checkpoint(const Communicator& ranks, const io::RunDirectory& run) {
  bool none = true;
  io::agree_on_root(ranks, [&] {
    for (const auto& entry : fs::directory_iterator(run.path() / "ckpt"))
      none = none && !io::is_dump_name("ckpt/" + entry.path().filename().string());
  });
  return ranks.broadcast(none);
}

bool is_finished(const Communicator& ranks, const io::RunDirectory& run, const io::Deck& deck, std::string& summary) {
  bool finished = false;
  io::agree_on_root(ranks, [&] {
    std::error_code error;
    if (!fs::exists(run.path() / "run.json", error)) return;
    summary = io::read_file(run.path() / "run.json");
    finished = io::parse_run_json(summary).status == "done" && io::read_file(run.path() / "deck.toml") == deck.text();
  });
  return ranks.broadcast(finished);
}

}  // namespace tarn::apps
