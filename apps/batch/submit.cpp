#include "tarn/apps/batch/submit.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/batch/job_forecast.hpp"
#include "tarn/apps/batch/job_record.hpp"
#include "tarn/apps/batch/job_script.hpp"
#include "tarn/apps/batch/run_reading.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/deck/deck_text.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/files/stamps.hpp"

namespace tarn::batch {

namespace {

namespace fs = std::filesystem;
using Print = std::function<void(const std::string&)>;

/// What is to run: one deck, or those of an ensemble's members.
struct Work {
  std::optional<io::Ensemble> ensemble;
  MemberCases cases;
};

Work read_work(const SubmitRequest& request) {
  const std::string text = io::read_deck_text(request.deck);
  io::Problems problems;
  Work work{io::read_ensemble(text, request.deck, request.overrides, request.ensemble, problems), {}};
  problems.throw_if_any();
  if (work.ensemble) {
    work.cases = member_cases(*work.ensemble, text, request.deck, request.overrides);
    return work;
  }
  auto overrides = request.overrides;
  auto made = apps::parse_case(text, request.deck, overrides);
  if (!made->deck().given("run.name")) {  // the file in the run's directory is called deck.toml
    overrides.push_back(fmt::format("run.name=\"{}\"", apps::run_name_of(made->deck())));
    made = apps::parse_case(text, request.deck, overrides);
  }
  work.cases.push_back(std::move(made));
  return work;
}

/// The job that a directory names, or the id itself.
/// @throws UsageError for what is neither
std::string job_named(const std::string& after) {
  std::error_code error;
  if (fs::is_directory(after, error)) return read_record(after).job;
  if (after.find_first_not_of("0123456789_") == std::string::npos) return after;
  throw UsageError(
      fmt::format("--after: {} is neither the number of a job nor the directory of a run", io::shortened(after)));
}

/// Of the largest member.
double largest_need(const Work& work, const JobRequest& job) {
  double bytes = 0;
  for (const auto& made : work.cases)
    bytes = std::max(bytes, bytes_per_node(*made, job));
  return bytes;
}

void tell_forecast(const SubmitRequest& request, const Work& work, const JobRequest& job, const Print& print) {
  const apps::Case& first = *work.cases.front();
  print(fmt::format(
      "deck    {}, app {}{}\n", io::path_text(request.deck), first.deck().app(),
      work.ensemble
          ? fmt::format("; {} in {}", io::counted(work.cases.size(), "member that differs", "members that differ"),
                        fmt::join(work.ensemble->keys, ", "))
          : ""));
  if (work.ensemble) print("of the first member:\n");
  print(first.forecast(request.destination.root, {}));
  print(time_text(first, job, request.destination.root));
  print(fmt::format("job     {} x {} for {}{}\n", io::counted(job.nodes, "node"),
                    io::counted(job.ranks_per_node, "rank"), limit_text(job.seconds),
                    job.partition.empty() ? "" : ", partition " + job.partition));
}

void check_ranks(const Work& work, const JobRequest& job) {
  for (const auto& made : work.cases)
    made->check_ranks(ranks_of(job));
}

/// @throws UsageError with all reasons
void require_possible(const Scheduler& scheduler, const JobRequest& job, double bytes) {
  const auto why = scheduler.impossible(job, bytes);
  if (why.empty()) return;
  throw UsageError(fmt::format("{} would never run this job:\n  {}", scheduler.name(), fmt::join(why, "\n  ")));
}

/// What a dry run says of a scheduler that is here and does not answer; else nothing.
/// @throws UsageError if it never would
std::string doubt_of(const Scheduler& scheduler, const std::string& missing, const JobRequest& job, double bytes) {
  if (!missing.empty()) return {};
  try {
    require_possible(scheduler, job, bytes);
  } catch (const DataError& error) {
    return fmt::format("{} did not say whether it would take this job: {}", scheduler.name(), error.what());
  }
  return {};
}

constexpr const char* job_deck = "job.toml";

/// A directory that was submitted before, or in which a run or an ensemble began without a job; nothing if it is none.
std::optional<fs::path> begun_before(const Destination& destination) {
  if (!destination.directory) return {};
  const fs::path directory = *destination.directory;
  std::error_code error;
  const auto is_file = [&](const char* name) { return fs::is_regular_file(directory / name, error); };
  const bool is_run = is_file("deck.toml") && fs::is_directory(directory / "ckpt", error);
  if (!is_run && !is_file("job.sh") && !EnsembleDirectory::is_one(directory)) return {};
  return fs::canonical(directory);
}

/// The file that the job runs in its directory. deck.toml tells what the run did so far, by which it knows whether it
/// is finished: another deck lies beside it, and the run itself puts that in its place.
/// @throws UsageError if there are an ensemble's runs
std::string deck_file(const std::optional<fs::path>& known, const Work& work) {
  if (!known || work.ensemble) return "deck.toml";
  if (EnsembleDirectory::is_one(*known))
    throw UsageError(io::path_text(*known) + ": holds an ensemble, and this deck is none");
  return io::read_file(*known / "deck.toml") == work.cases.front()->deck().text() ? "deck.toml" : job_deck;
}

/// The deck that the job of a directory was submitted with.
std::string deck_of_job(const fs::path& directory) {
  std::error_code error;
  return io::read_file(directory / (fs::exists(directory / job_deck, error) ? job_deck : "deck.toml"));
}

/// The directory that the job runs in. Of one that is known nothing is changed yet: its job may be under way.
fs::path prepare(const SubmitRequest& request, const Work& work, const std::string& name,
                 const std::optional<fs::path>& known) {
  if (known) {
    if (work.ensemble) EnsembleDirectory::open(*known).require_same(work.cases);
    return *known;
  }
  if (work.ensemble) return EnsembleDirectory::create(request.destination, name, *work.ensemble, work.cases).path();
  return prepare_run(request.destination, name, work.cases.front()->deck().text());
}

std::string how_to_follow(const fs::path& directory, const std::string& job) {
  const std::string word = io::shell_word(directory.string());
  return fmt::format(
      "job {}\nto follow it:  tarn submit --follow {}\nhow it stands: tarn submit --status {}\n"
      "to end it:     tarn submit --cancel {}\n",
      job, word, word, word);
}

/// Keeps others from submitting a directory's job while it is open.
io::FileDescriptor lock_submission(const fs::path& directory) {
  constexpr int readable = 0644;
  const fs::path path = directory / ".submit";
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, readable);
  if (descriptor < 0) throw DataError(fmt::format("{}: {}", io::path_text(path), std::strerror(errno)));
  auto file = io::FileDescriptor::adopt(path, descriptor);
  struct flock whole {};
  whole.l_type = F_WRLCK;
  if (::fcntl(file.get(), F_OFD_SETLK, &whole) == 0) return file;
  if (errno != EAGAIN && errno != EACCES) return file;  // a file system without locks
  throw UsageError(io::path_text(directory) + ": another tarn submit is at it right now");
}

/// What there is of an earlier job of a directory.
enum class Earlier { none, held, under_way };

Earlier look_for_earlier(const Scheduler& scheduler, const fs::path& directory) {
  std::error_code error;
  if (!fs::exists(directory / "job.json", error)) return Earlier::none;
  Earlier found = Earlier::none;
  for (const JobState& state : scheduler.states(read_record(directory).job, directory.string())) {
    const bool alive = state.kind == JobState::Kind::queued || state.kind == JobState::Kind::running;
    if (alive) found = std::max(found, state.held ? Earlier::held : Earlier::under_way);
  }
  return found;
}

/// What a job reads of its directory beside the run's own files.
struct JobFiles {
  std::string script, deck_file;
  std::string deck;  ///< its text; empty for ensembles, whose members have theirs
};

/// Lets the job of a directory go on that is held.
/// @returns its id
/// @throws UsageError if it has another deck
std::string release_held(const Scheduler& scheduler, const fs::path& directory, const JobFiles& files,
                         const Print& print) {
  const std::string job = read_record(directory).job;
  if (!files.deck.empty() && deck_of_job(directory) != files.deck) {
    throw UsageError(fmt::format("{}: job {} of this directory is held, and has another deck; end it by --cancel first",
                                 io::path_text(directory), job));
  }
  scheduler.release(job);
  print(fmt::format("job {} was held and goes on, as it was submitted first\n", job));
  return job;
}

void put_job_files(const fs::path& directory, const JobFiles& files) {
  if (files.deck_file == job_deck) {
    put_file(directory / job_deck, files.deck);
  } else {
    fs::remove(directory / job_deck);
  }
  put_file(directory / "job.sh", files.script);
}

/// Submits the script in a directory, unless there is a job of it; one that is held goes on.
/// @returns the job's id
/// @throws UsageError if a job is under way already
std::string submit_directory(const Scheduler& scheduler, const fs::path& directory, const JobFiles& files,
                             const Print& print) {
  const auto lock = lock_submission(directory);
  const Earlier earlier = look_for_earlier(scheduler, directory);
  if (earlier == Earlier::under_way) {
    throw UsageError(fmt::format("{}: job {} of this directory waits or runs already", io::path_text(directory),
                                 read_record(directory).job));
  }
  if (earlier == Earlier::held) return release_held(scheduler, directory, files, print);
  if (read_run(directory).status == "running")
    print("a run is at work in this directory, in no job that is known: the job waits until that has ended\n");
  put_job_files(directory, files);
  const std::string id = scheduler.submit((directory / "job.sh").string(), directory.string());
  write_record(directory, {scheduler.name(), id, io::utc_text()});
  return id;
}

/// What is asked for, what the site has, and what the deck says.
/// @throws UsageError
JobRequest job_of(const SubmitRequest& request, const Site& site, const Work& work,
                  const std::optional<fs::path>& known) {
  JobRequest job = request.job;
  if (job.partition.empty()) job.partition = site.partition;
  if (job.account.empty()) job.account = site.account;
  job.name = apps::run_name_of(work.cases.front()->deck());
  job.deck = deck_file(known, work);
  job.members = work.ensemble ? static_cast<std::int64_t>(work.cases.size()) : 0;
  job.after = request.after.empty() ? "" : job_named(request.after);
  check_request(job);
  return job;
}

/// @throws DataError for bytes that a shell or a scheduler would take for a part of a word
std::string lines_of(const std::string& file) {
  const std::string lines = file.empty() ? "" : io::read_file(file);
  const auto flaw = lines.find_first_of(std::string_view("\r\0", 2));
  if (flaw == std::string::npos) return lines;
  throw DataError(fmt::format("{}:{}: {}", io::path_text(file),
                              std::count(lines.begin(), lines.begin() + flaw, '\n') + 1,
                              lines[flaw] == '\r' ? "the line ends as on Windows, in CR and LF; LF alone is needed"
                                                  : "a zero byte is no part of a script"));
}

}  // namespace

Submitted submit(const SubmitRequest& request, const Print& print) {
  const Site site = read_site();
  const auto scheduler = make_scheduler(site.scheduler);
  const Work work = read_work(request);
  const auto known = begun_before(request.destination);
  const JobRequest job = job_of(request, site, work, known);
  check_ranks(work, job);
  const std::string root = fs::absolute(request.destination.root).lexically_normal().string();
  const std::string lines = lines_of(request.lines_file.empty() ? site.lines_file : request.lines_file);
  const std::string script = job_script(*scheduler, job, site, lines, root);
  const std::string missing = scheduler->missing();
  if (request.dry_run) {
    const std::string doubt = doubt_of(*scheduler, missing, job, largest_need(work, job));
    print(script);
    return {.script = script, .doubt = doubt};
  }
  if (missing.empty()) require_possible(*scheduler, job, largest_need(work, job));
  tell_forecast(request, work, job, print);
  if (!missing.empty()) {
    throw UsageError(
        fmt::format("{} is not here (missing: {}); --dry-run prints the script, and tarn run runs the deck "
                    "on this machine",
                    scheduler->name(), missing));
  }
  const fs::path directory = prepare(request, work, job.name, known);
  print(fmt::format("run directory: {}\n", io::path_text(directory)));
  if (!work.ensemble && read_run(directory).status == "done" && job.deck != job_deck) {
    print("nothing to do: the run is finished\n");
    return {.directory = directory.string()};
  }
  const std::string deck = work.ensemble ? "" : work.cases.front()->deck().text();
  const std::string id = submit_directory(*scheduler, directory, {script, job.deck, deck}, print);
  print(how_to_follow(directory, id));
  return {.directory = directory.string(), .job = id};
}

}  // namespace tarn::batch
