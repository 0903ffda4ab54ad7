#include "tarn/apps/batch/submit.hpp"

#include <poll.h>
#include <unistd.h>

#include <cctype>
#include <csignal>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/apps/batch/job_status.hpp"
#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/cli/stop_signals.hpp"
#include "tarn/apps/driver/json_text.hpp"
#include "tarn/apps/driver/run.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/duration.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/deck/size.hpp"

namespace tarn::cli {

namespace {

using Json = nlohmann::ordered_json;

struct SubmitOptions {
  batch::SubmitRequest request;
  std::string time, memory, run_directory, status, cancel, follow;
  bool json = false;
};

SubmitOptions submit_options;

void print_text(const std::string& text) {
  print("{}", text);
  flush_output();
}

std::int64_t seconds_of(const std::string& time) {
  const auto duration = io::parse_duration(time);
  if (!duration.flaw.empty()) throw UsageError("--time: " + duration.flaw);
  if (duration.seconds <= 0) throw UsageError("--time: a job needs some time");
  return static_cast<std::int64_t>(duration.seconds);
}

/// Whole megabytes (2^20 bytes), as schedulers count them. A number alone would be bytes in a deck and megabytes to
/// Slurm, and is refused.
std::int64_t megabytes_of(const std::string& memory) {
  constexpr std::uint64_t megabyte = 1 << 20;
  const auto complain = [&](const std::string& flaw) { throw UsageError("--memory-per-node: " + flaw); };
  const auto without_unit = io::parse_size(memory);
  if (without_unit && std::string("0123456789.").find(memory.back()) != std::string::npos)
    complain(fmt::format("{} of what? write {}GB or {}MB", io::shortened(memory), memory, memory));
  // "16G" as Slurm writes it
  std::string text = memory;
  if (text.size() > 1 && std::string("KMGTkmgt").find(text.back()) != std::string::npos) {
    text.back() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.back())));
    text += "iB";
  }
  const auto bytes = io::parse_size(text);
  if (!bytes) {
    complain(fmt::format("expected a number and its unit, such as 16GB, 16GiB or 16G (which is 16GiB); got {}",
                         io::shortened(memory)));
  }
  return static_cast<std::int64_t>((*bytes + megabyte - 1) / megabyte);
}

/// On the standard error, so that the script may go into a file.
void tell_doubt(const batch::Submitted& made) {
  if (!made.doubt.empty()) tell("tarn: {}\n", made.doubt);
}

int submit_deck() {
  auto& request = submit_options.request;
  if (request.deck.empty())
    throw UsageError("a deck is needed, or --status, --follow or --cancel with a run directory");
  if (submit_options.time.empty())
    throw UsageError("--time HH:MM:SS is needed: how long each start of the job may take");
  request.job.seconds = seconds_of(submit_options.time);
  if (!submit_options.memory.empty()) request.job.memory_mb = megabytes_of(submit_options.memory);
  if (!submit_options.run_directory.empty()) request.destination.directory = submit_options.run_directory;
  if (!submit_options.json) {
    tell_doubt(batch::submit(request, print_text));
    return apps::exit_code::done;
  }
  const auto made = batch::submit(request, [](const std::string&) {});
  tell_doubt(made);
  const auto known = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  print("{}", apps::json_text(
                  {{"directory", known(made.directory)}, {"job", known(made.job)}, {"script", known(made.script)}}));
  return apps::exit_code::done;
}

/// The signal that this command would have died of, or 0: one that came, or that of a pipe nobody reads from any more.
int signal_to_end() {
  if (const int came = StopSignals::received()) return came;
  pollfd output{STDOUT_FILENO, 0, 0};
  return poll(&output, 1, 0) > 0 && (output.revents & POLLERR) != 0 ? SIGPIPE : 0;
}

int run_submit(int&, char**&) {
  mute_all_but_one();
  if (!submit_options.status.empty()) {
    print_text(submit_options.json ? batch::status_json(submit_options.status)
                                   : batch::status_text(submit_options.status));
    return apps::exit_code::done;
  }
  if (!submit_options.cancel.empty()) {
    const std::string job = batch::cancel(submit_options.cancel);
    submit_options.json ? print("{}", apps::json_text({{"cancelled", job}})) : print("cancelled: job {}\n", job);
    return apps::exit_code::done;
  }
  if (!submit_options.follow.empty()) {
    const StopSignals signals;
    const auto code = batch::follow(submit_options.follow, print_text, [] { return signal_to_end() != 0; });
    constexpr int of_signal = 128;
    return code ? *code : of_signal + signal_to_end();
  }
  return submit_deck();
}

/// An empty word is a shell variable that is not set: a job that is to wait for "$FIRST" must not start at once.
CLI::Validator is_given() {
  return {[](const std::string& word) { return std::string(word.empty() ? "is empty" : ""); }, ""};
}

void add_job_options(CLI::App& command) {
  auto& job = submit_options.request.job;
  const CLI::Range count(1, 1 << 20);
  command.add_option("--nodes", job.nodes, "nodes")->check(count)->capture_default_str();
  command.add_option("--ranks-per-node", job.ranks_per_node, "MPI ranks on each")->check(count)->capture_default_str();
  command.add_option("--gpus-per-node", job.gpus_per_node, "GPUs on each")->check(CLI::Range(0, 1 << 10));
  command.add_option("--cpus-per-rank", job.cpus_per_rank, "CPUs of each rank")->check(count)->capture_default_str();
  command.add_option("--memory-per-node", submit_options.memory, "memory on each, such as 16GB")->check(is_given());
  command.add_option("--time", submit_options.time, "how long each start of the job may take")->type_name("HH:MM:SS");
  command.add_option("--partition", job.partition, "the scheduler's partition")->check(is_given());
  command.add_option("--account", job.account, "the account that pays")->check(is_given());
  command.add_option("--after", submit_options.request.after, "starts only once this job has succeeded")
      ->type_name("JOB|RUN")
      ->check(is_given());
  command
      .add_option("--ensemble", submit_options.request.ensemble,
                  "a key that varies: table.key=[v1, v2] or table.key={from=0, to=1, count=5}; a job for each member")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--at-once", job.at_once, "members of an ensemble that may run at the same time")->check(count);
}

CLI::Option* add_question(CLI::App& command, const char* name, std::string& run, const char* meaning) {
  return command.add_option(name, run, meaning)->type_name("RUN")->check(is_given());
}

}  // namespace

Command add_submit(CLI::App& program) {
  auto* command = program.add_subcommand("submit", "run a deck as a batch job, and see to such jobs");
  auto& request = submit_options.request;
  auto* deck = command->add_option("deck", request.deck, "the input deck, a TOML file");
  command->add_option("--set", request.overrides, "override a key of the deck: table.key=value")
      ->expected(1)
      ->take_all()
      ->allow_extra_args(false);
  command->add_option("--root", request.destination.root, "where run directories are made")
      ->check(is_given())
      ->capture_default_str();
  command
      ->add_option("--run-dir", submit_options.run_directory,
                   "the run directory itself; one that was submitted before goes on")
      ->check(is_given());
  add_job_options(*command);
  command
      ->add_option("--template", request.lines_file,
                   "a file with lines of this site, put after the scheduler's options at the top of the script")
      ->check(is_given());
  command->add_flag("--dry-run", request.dry_run, "print the job script, submit nothing");
  auto* status = add_question(*command, "--status", submit_options.status, "tell how a submitted run stands");
  auto* follow =
      add_question(*command, "--follow", submit_options.follow, "tell how a submitted run comes along, until it ends");
  auto* cancel = add_question(*command, "--cancel", submit_options.cancel, "end the job of a submitted run");
  status->excludes(follow, cancel, deck);
  follow->excludes(cancel, deck);
  cancel->excludes(deck);
  command->add_flag("--json", submit_options.json, "print JSON")->excludes(follow);
  return {command, run_submit};
}

}  // namespace tarn::cli
