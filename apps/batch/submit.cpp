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
#include "tarn/apps/batch/shell_words.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/counted.hpp"
#include "tarn/io/deck/deck_text.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/names.hpp"

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
std::string job_named(const std::string& after) {
  std::error_code error;
  return fs::is_directory(after, error) ? read_record(after).job : after;
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
      "deck    {}, app {}{}\n", io::printable(request.deck), first.deck().app(),
      work.ensemble
          ? fmt::format("; {} in {}", io::counted(work.cases.size(), "member that differs", "members that differ"),
                        fmt::join(work.ensemble->keys, ", "))
          : ""));
  if (work.ensemble) print("of the first member:\n");
  print(first.forecast(request.destination.root));
  print(time_text(first, job, request.destination.root));
  print(fmt::format("job     {} x {} for {}{}\n", io::counted(job.nodes, "node"),
                    io::counted(job.ranks_per_node, "rank"), limit_text(job.seconds),
                    job.partition.empty() ? "" : ", partition " + job.partition));
}

void check_ranks(const Work& work, const JobRequest& job) {
  for (const auto& made : work.cases)
    made->check_ranks(job.nodes * job.ranks_per_node);
}

/// @throws UsageError with all reasons
void require_possible(const Scheduler& scheduler, const JobRequest& job, double bytes) {
  const auto why = scheduler.impossible(job, bytes);
  if (why.empty()) return;
  throw UsageError(fmt::format("{} would never run this job:\n  {}", scheduler.name(), fmt::join(why, "\n  ")));
}

/// A directory that was submitted before; nothing if it is none.
std::optional<fs::path> submitted_before(const Destination& destination) {
  std::error_code error;
  if (!destination.directory || !fs::exists(fs::path(*destination.directory) / "job.sh", error)) return {};
  return fs::canonical(*destination.directory);
}

/// The directory that the job runs in.
fs::path prepare(const SubmitRequest& request, const Work& work, const std::string& name) {
  if (auto known = submitted_before(request.destination)) {
    if (work.ensemble) {
      EnsembleDirectory::open(*known).require_same(work.cases);
    } else if (io::read_file(*known / "deck.toml") != work.cases.front()->deck().text()) {
      put_file(*known / "deck.toml", work.cases.front()->deck().text());
    }
    return *known;
  }
  if (work.ensemble) return EnsembleDirectory::create(request.destination, name, *work.ensemble, work.cases).path();
  return prepare_run(request.destination, name, work.cases.front()->deck().text());
}

std::string how_to_follow(const fs::path& directory, const std::string& job) {
  const std::string word = shell_word(directory.string());
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
  if (descriptor < 0) throw DataError(fmt::format("{}: {}", path.string(), std::strerror(errno)));
  auto file = io::FileDescriptor::adopt(path, descriptor);
  struct flock whole {};
  whole.l_type = F_WRLCK;
  if (::fcntl(file.get(), F_OFD_SETLK, &whole) == 0) return file;
  if (errno != EAGAIN && errno != EACCES) return file;  // a file system without locks
  throw UsageError(directory.string() + ": another tarn submit is at it right now");
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

/// Submits the script in a directory, unless there is a job of it; one that is held goes on.
/// @returns the job's id
/// @throws UsageError if a job is under way already
std::string submit_directory(const Scheduler& scheduler, const fs::path& directory, const std::string& script,
                             const Print& print) {
  const auto lock = lock_submission(directory);
  const Earlier earlier = look_for_earlier(scheduler, directory);
  if (earlier == Earlier::under_way) {
    throw UsageError(fmt::format("{}: job {} of this directory waits or runs already", directory.string(),
                                 read_record(directory).job));
  }
  if (earlier == Earlier::held) {
    const std::string job = read_record(directory).job;
    scheduler.release(job);
    print(fmt::format("job {} was held and goes on, as it was submitted first\n", job));
    return job;
  }
  put_file(directory / "job.sh", script);
  const std::string id = scheduler.submit((directory / "job.sh").string(), directory.string());
  write_record(directory, {scheduler.name(), id, io::utc_text()});
  return id;
}

std::string lines_of(const std::string& file) {
  return file.empty() ? "" : io::read_file(file);
}

}  // namespace

Submitted submit(const SubmitRequest& request, const Print& print) {
  const Site site = read_site();
  const auto scheduler = make_scheduler(site.scheduler);
  const Work work = read_work(request);
  JobRequest job = request.job;
  if (job.partition.empty()) job.partition = site.partition;
  if (job.account.empty()) job.account = site.account;
  job.name = apps::run_name_of(work.cases.front()->deck());
  job.members = work.ensemble ? static_cast<std::int64_t>(work.cases.size()) : 0;
  job.after = request.after.empty() ? "" : job_named(request.after);
  check_request(job);
  check_ranks(work, job);
  const std::string root = fs::absolute(request.destination.root).lexically_normal().string();
  const std::string lines = lines_of(request.lines_file.empty() ? site.lines_file : request.lines_file);
  const std::string script = job_script(*scheduler, job, site, lines, root);
  const std::string missing = scheduler->missing();
  const double bytes = largest_need(work, job);
  if (missing.empty()) require_possible(*scheduler, job, bytes);
  if (request.dry_run) {
    print(script);
    return {.script = script};
  }
  tell_forecast(request, work, job, print);
  if (!missing.empty()) {
    throw UsageError(
        fmt::format("{} is not here (missing: {}); --dry-run prints the script, and tarn run runs the deck "
                    "on this machine",
                    scheduler->name(), missing));
  }
  const fs::path directory = prepare(request, work, job.name);
  print(fmt::format("run directory: {}\n", directory.string()));
  if (!work.ensemble && read_run(directory).status == "done" &&
      io::read_file(directory / "deck.toml") == work.cases.front()->deck().text()) {
    print("nothing to do: the run is finished\n");
    return {.directory = directory.string()};
  }
  const std::string id = submit_directory(*scheduler, directory, script, print);
  print(how_to_follow(directory, id));
  return {.directory = directory.string(), .job = id};
}

}  // namespace tarn::batch
