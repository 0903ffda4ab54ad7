#include "tarn/apps/driver/start_or_continue.hpp"

#include <chrono>
#include <filesystem>
#include <thread>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/lease.hpp"
#include "tarn/io/store/names.hpp"
#include "tarn/io/store/run_json.hpp"
#include "tarn/io/store/run_lock.hpp"

namespace tarn::apps {

namespace {

namespace fs = std::filesystem;

/// Whether a directory holds what is needed to go on in it, if only from the start.
bool is_begun(const fs::path& run) {
  std::error_code error;
  return fs::is_regular_file(run / "deck.toml", error) && fs::is_directory(fs::symlink_status(run / "ckpt", error));
}

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

}  // namespace

bool is_auto(const RunRequest& request) {
  return request.restart && *request.restart == "auto";
}

bool begins_from_file(const RunRequest& request) {
  return request.restart && *request.restart != "latest" && !is_auto(request);
}

bool makes_its_directory(const Communicator& ranks, const RunRequest& request) {
  if (!request.run_directory) return !request.restart || begins_from_file(request);
  std::error_code error;
  return ranks.broadcast(!fs::exists(*request.run_directory, error));
}

std::optional<io::RunDirectory> find_begun(const Communicator& ranks, const io::Deck& deck, const RunRequest& request) {
  std::string path;
  io::agree_on_root(ranks, [&] {
    const auto wanted = request.run_directory
                            ? fs::path(*request.run_directory)
                            : io::RunDirectory::find_latest(request.root, run_name_of(deck)).value_or(fs::path());
    if (wanted.empty() || !is_begun(wanted)) return;
    wait_for_the_dead(wanted);
    path = wanted.string();
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
