#include "tarn/apps/driver/run.hpp"

#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/driver/case.hpp"
#include "tarn/apps/driver/continuation.hpp"
#include "tarn/apps/driver/job_limits.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/members/run_batch.hpp"
#include "tarn/apps/driver/page/page_writer.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/provenance.hpp"
#include "tarn/apps/driver/recorder.hpp"
#include "tarn/apps/driver/start_or_continue.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/kokkos_compat.hpp"
#include "tarn/core/version.hpp"
#include "tarn/io/deck/deck_text.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/files/stamps.hpp"
#include "tarn/io/hdf5/version.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/ensemble_layout.hpp"
#include "tarn/io/store/kept_room.hpp"
#include "tarn/io/store/vouched_file.hpp"

namespace tarn::apps {

namespace {

namespace fs = std::filesystem;

/// Every rank reads the deck; they agree on what is wrong with it. What has been read already, or can be read once
/// only, is rank 0's to tell.
std::unique_ptr<const Case> read_together(const Communicator& ranks, const RunRequest& request) {
  const std::string input = request.deck_on_input ? "/dev/stdin" : request.deck;
  std::unique_ptr<const Case> made;
  if (!ranks.broadcast(request.deck_text || request.deck_on_input || io::is_read_once(input))) {
    ranks.agree([&] { made = read_case(request.deck, request.overrides); });
    return made;
  }
  std::string text;
  io::agree_on_root(ranks, [&] { text = request.deck_text ? *request.deck_text : io::read_deck_text(input); });
  text = ranks.broadcast(text);
  ranks.agree([&] { made = parse_case(text, request.deck, request.overrides); });
  return made;
}

/// The directory of the run, and whether what is in it is continued.
struct Place {
  io::RunDirectory directory;
  bool continued;
};

Place find_place(const Communicator& ranks, const io::Deck& deck, const RunRequest& request) {
  if (is_auto(request)) {
    if (auto begun = find_begun(ranks, deck, request)) return {*begun, true};
  }
  const bool latest = request.restart && *request.restart == "latest";
  if (!latest) {
    auto made = request.run_directory ? io::RunDirectory::create_at(ranks, *request.run_directory, request.lock)
                                      : io::RunDirectory::create(ranks, request.root, run_name_of(deck), request.lock);
    return {made, false};
  }
  std::string path = request.run_directory.value_or("");
  ranks.agree([&] {
    if (!path.empty() || !ranks.is_root()) return;
    const auto found = io::RunDirectory::find_latest(request.root, run_name_of(deck));
    if (!found) {
      throw DataError(fmt::format("there is no run named '{}' below {} to restart{}", run_name_of(deck),
                                  io::path_text(request.root), io::advice_on_ensemble(request.root)));
    }
    path = found->string();
  });
  return {io::RunDirectory::open(ranks, ranks.broadcast(path), request.lock), true};
}

/// Finds the directory of the run and tells where it is.
/// @returns nothing if an automatic restart finds that another process is at it: it is to be tried again
std::optional<Place> announce_place(const Communicator& ranks, const io::Deck& deck, const RunRequest& request,
                                    Observer& observer) {
  std::optional<Place> place;
  try {
    place = find_place(ranks, deck, request);
  } catch (const io::Locked& error) {
    if (!is_auto(request)) throw;
    if (ranks.is_root()) observer.warn(message_of(error));
    return {};
  }
  if (ranks.is_root()) observer.began(place->directory.path().string());
  for (const auto& note : place->directory.notes())
    observer.report(note + "\n");
  return place;
}

/// Whether an automatic restart finds the run finished; it is told then.
bool is_left_alone(const Communicator& ranks, const io::Deck& deck, const RunRequest& request, const Place& place,
                   Observer& observer) {
  std::string summary;
  if (!is_auto(request) || !place.continued || !is_finished(ranks, place.directory, deck, summary)) return false;
  if (ranks.is_root()) {
    observer.report("nothing to do: the run is finished\n");
    observer.ended(summary);
  }
  return true;
}

/// The life of one run in its directory, whatever it does there: what is told, and what run.json and report.html say.
class Run {
 public:
  Run(const RunContext& context, const Recorder& recorder)
      : context_(context), recorder_(recorder), ranks_(context.runtime.communicator()) {}

  int live(Work& work);

 private:
  enum class Warnings { all, none };
  void work_out(Work& work);
  void tell_failure(const std::exception& error, const Work& work);
  std::string run_json(const Work& work, Warnings warnings = Warnings::all) const;
  void store_summary(const Work& work) const;
  void store_last_summary(const Work& work);
  void tell_end(const Work& work) const;
  void keep_room();
  void begin_page();
  void end_page();

  const RunContext& context_;
  const Recorder& recorder_;
  const Communicator& ranks_;
  const std::string began_ = io::utc_text();
  Outcome outcome_;
  std::unique_ptr<PageWriter> page_;    ///< on rank 0
  std::unique_ptr<io::KeptRoom> room_;  ///< for the last run.json, on rank 0
};

int Run::live(Work& work) {
  if (ranks_.is_root()) context_.observer.report(work.header());
  ranks_.agree([&] { store_summary(work); });
  keep_room();
  begin_page();
  try {
    work_out(work);
  } catch (const std::exception& error) {
    tell_failure(error, work);
    throw;
  }
  end_page();
  if (ranks_.is_root()) context_.observer.report(work.report(outcome_));
  tell_end(work);
  return outcome_.exit_code;
}

void Run::work_out(Work& work) {
  work.start();
  ranks_.agree([&] {
    if (ranks_.is_root()) io::write_vouched_once(context_.directory, "deck.toml", context_.deck.text(), "deck");
  });
  outcome_ = work.run();
  ranks_.agree([&] { store_last_summary(work); });
}

/// Not together: this rank may have failed alone.
void Run::tell_failure(const std::exception& error, const Work& work) {
  outcome_ = {RunStatus::failed, exit_code_of(error), message_of(error)};
  try {
    store_last_summary(work);
  } catch (const std::exception& second) {
    context_.observer.warn(fmt::format("run.json could not be written: {}", second.what()));
  }
  end_page();
  tell_end(work);
}

void Run::begin_page() {
  if (!ranks_.is_root()) return;
  page_ = std::make_unique<PageWriter>(
      context_.directory, [this](nlohmann::ordered_json& json) { recorder_.tell(json); },
      [this](const std::string& text) { context_.observer.warn(text); });
}

void Run::end_page() {
  if (page_) page_->end(name_of(outcome_.status));
}

std::string Run::run_json(const Work& work, Warnings warnings) const {
  nlohmann::ordered_json json;
  std::error_code unreadable;  // where the folder that the program was started in is gone
  json["status"] = name_of(outcome_.status);
  json["exit_code"] = outcome_.exit_code;
  json["reason"] = outcome_.reason;
  json["run_again"] = outcome_.status == RunStatus::stopped && !outcome_.for_good;
  json["directory"] = context_.directory.path().string();
  json["app"] = context_.deck.app();
  json["name"] = run_name_of(context_.deck);
  json["deck"] = context_.deck.file();
  json["ranks"] = ranks_.size();
  json["device"] = device_name();
  json["host"] = host_name();
  json["began"] = began_;
  json["commit"] = {{"id", git_commit()}, {"state", git_state()}};
  json["restart"] = {
      {"folder", fs::current_path(unreadable).string()},
      {"command", command_to_go_on(context_.request, context_.directory.path().string(), ranks_.size())}};
  if (warnings == Warnings::all) recorder_.tell(json);
  work.tell(json);
  json["versions"] = {
      {"tarn", version()}, {"kokkos", kokkos_compat::version()}, {"hdf5", io::hdf5_version()}, {"mpi", mpi_version()}};
  return json_text(json);
}

void Run::store_summary(const Work& work) const {
  if (ranks_.is_root()) io::write_vouched(context_.directory, "run.json", run_json(work), "summary");
}

/// A disk that is full may be so for good: how the run ended is told in the room that was kept for it, if need be
/// without the warnings, of which such a run has many.
void Run::store_last_summary(const Work& work) {
  if (page_) page_->pause();  // which would take the room
  room_.reset();
  try {
    store_summary(work);
  } catch (const io::NoSpace&) {
    io::write_vouched(context_.directory, "run.json", run_json(work, Warnings::none), "summary");
  }
}

/// A run that does not find even that much goes on: there may be more at its end.
void Run::keep_room() {
  constexpr std::uint64_t bytes = 16 << 10;  // run.json without many warnings, and a block of the manifest
  if (!ranks_.is_root()) return;
  try {
    room_ = std::make_unique<io::KeptRoom>(context_.directory, bytes);
  } catch (const io::FileError& error) {
    context_.observer.warn(fmt::format("no room is kept for the last run.json: {}", error.what()));
  }
}

void Run::tell_end(const Work& work) const {
  if (ranks_.is_root()) context_.observer.ended(run_json(work));
}

int run_case(const Runtime& runtime, const RunRequest& request, const Case& made, Recorder& recorder) {
  const auto& ranks = runtime.communicator();
  ranks.agree(check_numbers_in_environment);
  const Prepared prepared = made.checked(runtime, request);  // before anything is made on the disk
  const RunRequest& checked = prepared.request;
  const auto place = announce_place(ranks, made.deck(), checked, recorder);
  if (!place) return exit_code::stopped;
  if (is_left_alone(ranks, made.deck(), checked, *place, recorder)) return exit_code::done;
  const RunContext context{runtime,  made.deck(),        checked,      place->directory, place->continued,
                           recorder, prepared.transport, prepared.room};
  const auto work = made.begin(context);
  if (const auto warning = work->warning(); ranks.is_root() && !warning.empty()) recorder.keep(warning);
  return Run(context, recorder).live(*work);
}

}  // namespace

const char* name_of(RunStatus status) {
  switch (status) {
    case RunStatus::running:
      return "running";
    case RunStatus::done:
      return "done";
    case RunStatus::stopped:
      return "stopped";
    default:
      return "failed";
  }
}

std::string message_of(const std::exception& error) {
  const std::string text = io::what_of(error);
  return dynamic_cast<const Error*>(&error) != nullptr ? text : text.substr(0, text.find('\n'));
}

int exit_code_of(const std::exception& error) {
  if (dynamic_cast<const fs::filesystem_error*>(&error)) return exit_code::data;
  const auto* known = dynamic_cast<const Error*>(&error);
  switch (known ? known->kind() : ErrorKind::other) {
    case ErrorKind::usage:
      return exit_code::usage;
    case ErrorKind::data:
      return exit_code::data;
    case ErrorKind::numerics:
      return exit_code::numerics;
    default:
      return exit_code::other;
  }
}

int run_deck(const Runtime& runtime, const RunRequest& request, Observer& observer) {
  Recorder recorder(observer);
  const auto made = read_together(runtime.communicator(), request);
  return run_case(runtime, request, *made, recorder);
}

int run_batch(const Runtime& runtime, const RunRequest& request, const BatchCase& batch, Observer& observer) {
  Recorder recorder(observer);
  return run_case(runtime, request, batch, recorder);
}

}  // namespace tarn::apps
