#include "tarn/apps/driver/run.hpp"

#include <filesystem>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/restart.hpp"
#include "tarn/apps/driver/time_loop.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/deck_text.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/vouched_file.hpp"

namespace tarn::apps {

namespace {

namespace fs = std::filesystem;

/// Every rank reads the deck; they agree on what is wrong with it. What can be read once only is read by rank 0.
io::Deck read_deck_together(const Runtime& runtime, const RunRequest& request) {
  const auto& ranks = runtime.communicator();
  const std::string input = request.deck_on_input ? "/dev/stdin" : request.deck;
  std::optional<io::Deck> deck;
  if (!ranks.broadcast(request.deck_on_input || io::is_read_once(input))) {
    ranks.agree([&] { deck = read_deck(request.deck, request.overrides); });
    return *deck;
  }
  std::string text;
  io::agree_on_root(ranks, [&] { text = io::read_deck_text(input); });
  text = ranks.broadcast(text);
  ranks.agree([&] { deck = parse_deck(text, request.deck, request.overrides); });
  return *deck;
}

/// The directory of the run, and whether what is in it is continued.
struct Place {
  io::RunDirectory directory;
  bool continued;
};

Place find_place(const Communicator& ranks, const io::Deck& deck, const RunRequest& request) {
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
      throw DataError(fmt::format("there is no run named '{}' below {} to restart", run_name_of(deck), request.root));
    }
    path = found->string();
  });
  return {io::RunDirectory::open(ranks, ranks.broadcast(path), request.lock), true};
}

Patch make_patch(const Runtime& runtime, const io::Deck& deck, const Model& model) {
  const auto& ranks = runtime.communicator();
  return {runtime.space(), ranks, domain_of(deck), model.ghosts, choose_mpi_buffers(ranks)};
}

Bandwidth measure(const Space& space, const io::Deck& deck) {
  constexpr std::size_t bytes = 64 << 20;  // of one array: past the caches, and milliseconds on a host
  constexpr int repeats = 3;
  return deck.text("run.precision") == "single" ? measure_bandwidth<float>(space, bytes / sizeof(float), repeats)
                                                : measure_bandwidth<double>(space, bytes / sizeof(double), repeats);
}

/// Finds the directory of the run and tells where it is.
Place announce_place(const Communicator& ranks, const io::Deck& deck, const RunRequest& request, Observer& observer) {
  Place place = find_place(ranks, deck, request);
  if (ranks.is_root()) observer.began(place.directory.path().string());
  for (const auto& note : place.directory.notes())
    observer.report(note + "\n");
  return place;
}

/// Runs an app that is no simulation.
int run_other(const Runtime& runtime, const RunRequest& request, const io::Deck& deck, const App& app,
              Observer& observer) {
  const auto& ranks = runtime.communicator();
  if (request.restart && *request.restart != "latest") {
    throw UsageError(
        fmt::format("--restart {}: {} has no checkpoint files; --restart alone continues the newest run, and with "
                    "--run-dir that one",
                    *request.restart, app.name));
  }
  const Place place = announce_place(ranks, deck, request, observer);
  return app.run({runtime, deck, request, place.directory, place.continued, observer});
}

/// What a run begins from, if not from its initial state.
struct Checkpoint {
  std::string file;
  Moment moment;
};

/// Times one thing after the other, with what the device does of it.
class Laps {
 public:
  explicit Laps(const Space& space) : space_(space) {}

  /// Seconds since the last call, or since this began.
  double next() {
    space_.fence();
    const double seconds = clock_.seconds();
    clock_.reset();
    return seconds;
  }

 private:
  Space space_;
  Kokkos::Timer clock_;
};

/// One run of a simulation, from the directory to the end report.
class Run {
 public:
  Run(const Runtime& runtime, const RunRequest& request, const io::Deck& deck, const Place& place, Observer& observer)
      : runtime_(runtime),
        request_(request),
        deck_(deck),
        place_(place),
        app_(find_app(deck.app())),
        model_(app_.model(deck)),
        patch_(make_patch(runtime, deck, model_)),
        regions_(runtime.space()),
        context_{runtime, deck_, patch_, regions_, observer} {}

  int run();

 private:
  bool is_root() const { return runtime_.communicator().is_root(); }
  void write_summary() const;
  void tell_end() const;
  void store_summary() const;
  std::optional<Checkpoint> find_checkpoint() const;
  void advance(const std::optional<Checkpoint>& from);

  const Runtime& runtime_;
  const RunRequest& request_;
  const io::Deck& deck_;
  const Place& place_;
  const App& app_;
  const Model model_;
  Patch patch_;
  Regions regions_;
  SimulationContext context_;
  RunSummary summary_;
};

int Run::run() {
  const auto from = find_checkpoint();  // before anything in the directory changes
  const Moment start = from ? from->moment : Moment{};
  if (is_root())
    context_.observer.report(header_text(context_, app_, place_.directory.path().parent_path().string(),
                                         {start.step, start.time, place_.continued}));
  write_summary();
  try {
    advance(from);
  } catch (const std::exception& error) {
    summary_.status = RunStatus::failed;
    summary_.exit_code = exit_code_of(error);
    summary_.reason = message_of(error);
    summary_.regions = regions_.report();
    try {
      store_summary();  // not together: this rank may have failed alone
    } catch (const std::exception& second) {
      context_.observer.warn(fmt::format("run.json could not be written: {}", second.what()));
    }
    tell_end();
    throw;
  }
  summary_.exit_code = summary_.status == RunStatus::stopped ? exit_code::stopped : exit_code::done;
  summary_.regions = regions_.report();
  write_summary();
  if (is_root()) context_.observer.report(end_text(context_, summary_, place_.directory.path().string()));
  tell_end();
  return summary_.exit_code;
}

/// The checkpoint that the run begins from, if it does; it fits the deck.
std::optional<Checkpoint> Run::find_checkpoint() const {
  if (!request_.restart) return {};
  const auto& ranks = runtime_.communicator();
  std::vector<std::string> skipped;
  const std::string file =
      place_.continued ? newest_checkpoint(ranks, place_.directory, skipped) : std::string(*request_.restart);
  if (ranks.is_root()) {
    for (const auto& line : skipped)
      context_.observer.warn("skipped " + line);
  }
  return Checkpoint{file, check_checkpoint(ranks, deck_, patch_.grid(), file)};
}

void Run::advance(const std::optional<Checkpoint>& from) {
  const auto& ranks = runtime_.communicator();
  Laps laps(runtime_.space());
  const auto simulation = model_.create(context_);
  summary_.start.initial_state = laps.next();
  std::optional<std::int64_t> restarted_at;
  Moment start;
  if (from) {
    start = load_checkpoint(context_, from->file, *simulation);
    summary_.start.checkpoint = laps.next();
    summary_.steps = start.step;
    summary_.time = start.time;
    if (is_root()) {
      context_.observer.report(
          fmt::format("restart from {}: step {}, time {:g}\n", from->file, start.step, start.time));
    }
  }
  if (place_.continued) restarted_at = start.step;
  ranks.agree([&] {
    if (ranks.is_root()) io::write_vouched_once(place_.directory, "deck.toml", deck_.text(), "deck");
  });
  laps.next();
  summary_.peak = measure(runtime_.space(), deck_);
  summary_.start.bandwidth = laps.next();
  Writer writer(context_, place_.directory, *simulation, restarted_at);
  TimeLoop loop(context_, *simulation, writer);
  try {
    loop.run(start, !place_.continued, summary_);
  } catch (...) {
    summary_.remarks = simulation->remarks();
    context_.observer.progress_ended();
    throw;
  }
  summary_.remarks = simulation->remarks();
  context_.observer.progress_ended();
}

void Run::tell_end() const {
  if (is_root()) context_.observer.ended(run_json(context_, summary_, place_.directory.path().string()));
}

void Run::write_summary() const {
  runtime_.communicator().agree([&] { store_summary(); });
}

void Run::store_summary() const {
  if (!runtime_.communicator().is_root()) return;
  io::write_vouched(place_.directory, "run.json", run_json(context_, summary_, place_.directory.path().string()),
                    "summary");
}

}  // namespace

std::string message_of(const std::exception& error) {
  const std::string text = error.what();
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

void check_ranks(const io::Deck& deck, int ranks) {
  if (!find_app(deck.app()).is_simulation()) return;
  const Domain domain = domain_of(deck);
  Decomposition(domain.cells, domain.periodic, ranks, 0, model_of(deck).ghosts);
}

namespace {

/// The path of a file without links: <root>/latest points elsewhere once there is a new run. Collective.
std::string real_path(const Communicator& ranks, const std::string& file) {
  std::error_code error;
  const auto real = std::filesystem::canonical(file, error);
  return ranks.broadcast(error ? file : real.string());
}

}  // namespace

int run_deck(const Runtime& runtime, const RunRequest& request, Observer& observer) {
  const auto& ranks = runtime.communicator();
  const io::Deck deck = read_deck_together(runtime, request);
  const App& app = find_app(deck.app());
  if (!app.is_simulation()) return run_other(runtime, request, deck, app, observer);
  // Too many ranks, and a checkpoint that does not fit: before anything is made on the disk.
  const Patch patch = make_patch(runtime, deck, app.model(deck));
  RunRequest resolved = request;
  if (request.restart && *request.restart != "latest") {
    check_checkpoint(ranks, deck, patch.grid(), *request.restart);
    resolved.restart = real_path(ranks, *request.restart);
  }
  const Place place = announce_place(ranks, deck, resolved, observer);
  return Run(runtime, resolved, deck, place, observer).run();
}

}  // namespace tarn::apps
