// Slurm, as measured on 22.05. What its documents do not say: `scontrol requeue` puts a job that was cancelled back
// into the queue, so a job looks first whether it still counts as running; of an array the last task's own number is
// that of the whole array, so tasks are named by array and index.
#include <algorithm>
#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "tarn/apps/batch/process.hpp"
#include "tarn/apps/batch/scheduler.hpp"
#include "tarn/apps/batch/slurm_limits.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/files/text.hpp"

namespace tarn::batch {

namespace {

constexpr const char* tools[] = {"sbatch", "squeue", "scancel", "scontrol", "sinfo"};

/// So long before the limit Slurm sends its warning; a minute earlier at times [s].
std::int64_t warning_seconds(std::int64_t limit) {
  constexpr std::int64_t usual = 120, least = 5, share = 10;
  return std::clamp(limit / share, least, usual);
}

constexpr const char* functions = R"(
job=$SLURM_JOB_ID
if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID member=$SLURM_ARRAY_TASK_ID; fi

job_end() {
  local end
  end=$(squeue --noheader --jobs="$job" --format=%e 2>/dev/null)
  [ -n "$end" ] && date --date="$end" +%s 2>/dev/null  # date takes an empty text for midnight
}

requeue() {
  local state try
  if ! command -v scontrol >/dev/null; then
    say "scontrol is not in PATH here, so this job cannot put itself into the queue again: submit it again"
    return
  fi
  for try in 1 2 3 4 5 6 7 8 9 10 11 12; do
    if state=$(scontrol show job --oneliner "$job" 2>/dev/null); then
      case " $state " in *" JobState=RUNNING "*) ;; *) return ;; esac
      case " $state " in *" Restarts=${SLURM_RESTART_COUNT:-0} "*) ;; *) return ;; esac
      if scontrol requeue "$job"; then sleep 300; return; fi
    fi
    sleep 10
  done
}
)";

/// The number in what `sbatch --parsable` says, "12" or "12;cluster"; a site may let it say more, in other lines.
std::string id_in(const std::string& answer) {
  std::string found;
  std::istringstream lines(answer);
  for (std::string line; std::getline(lines, line);) {
    const std::string id = line.substr(0, line.find(';'));
    if (io::is_digits(id)) found = id;
  }
  return found;
}

class Slurm : public Scheduler {
 public:
  std::string name() const override { return "slurm"; }

  std::string missing() const override {
    std::string names;
    for (const char* tool : tools) {
      if (!is_program(tool)) names += (names.empty() ? "" : ", ") + std::string(tool);
    }
    return names;
  }

  std::vector<std::string> impossible(const JobRequest& request, double bytes_per_node) const override {
    return slurm_refusals(request, bytes_per_node);
  }

  std::vector<std::string> header(const JobRequest& r) const override {
    std::vector<std::string> options{
        fmt::format("--job-name={}", r.name),
        fmt::format("--nodes={}", r.nodes),
        fmt::format("--ntasks-per-node={}", r.ranks_per_node),
        fmt::format("--cpus-per-task={}", r.cpus_per_rank),
        fmt::format("--time={}", limit_text(r.seconds)),
        fmt::format("--signal=B:USR1@{}", warning_seconds(r.seconds)),
        "--requeue",
        "--open-mode=append",
        "--output=/dev/null",  // of its own files' names Slurm understands '%' and '\\': the script writes its log
                               // itself
    };
    const auto add = [&](bool wanted, std::string option) {
      if (wanted) options.push_back(std::move(option));
    };
    add(r.gpus_per_node > 0, fmt::format("--gres=gpu:{}", r.gpus_per_node));
    add(r.memory_mb > 0, fmt::format("--mem={}M", r.memory_mb));
    add(!r.partition.empty(), "--partition=" + r.partition);
    add(!r.account.empty(), "--account=" + r.account);
    add(r.members > 0,
        fmt::format("--array=0-{}{}", r.members - 1, r.at_once > 0 ? fmt::format("%{}", r.at_once) : ""));
    add(!r.after.empty(), "--dependency=afterok:" + r.after);
    add(!r.after.empty(), "--kill-on-invalid-dep=yes");
    for (auto& option : options)
      option.insert(0, "#SBATCH ");
    return options;
  }

  std::string launcher() const override { return "srun"; }

  std::vector<std::string> launch(const std::string& launcher, const JobRequest& r) const override {
    if (launcher == "srun") {
      return {"srun", "--mpi=pmix", "--kill-on-bad-exit=1", fmt::format("--cpus-per-task={}", r.cpus_per_rank)};
    }
    if (launcher == "mpirun") {
      return {"mpirun", "-n", fmt::format("{}", ranks_of(r)), "--map-by", fmt::format("ppr:{}:node", r.ranks_per_node)};
    }
    return {};
  }

  std::string shell_functions(const JobRequest&, const std::string& launcher) const override {
    const char* const signal = launcher == "mpirun" ? "kill -USR1 \"$1\"" : "scancel --signal=USR1 \"$job\"";
    return std::string(functions) + fmt::format("\nsignal_steps() {{ {}; }}\n", signal);
  }

  std::string submit(const std::string& script, const std::string& directory) const override {
    const Outcome outcome = run_program({"sbatch", "--parsable", "--chdir=" + directory, script});
    if (outcome.code != 0) throw UsageError("sbatch refuses the job: " + complaint_of(outcome));
    if (const std::string id = id_in(outcome.output); !id.empty()) return id;
    throw DataError(
        fmt::format("sbatch seems to have made a job, but no line of what it says is a number: \"{}\"; "
                    "squeue --me shows your jobs, scancel ends one",
                    io::shortened(outcome.output, 400)));
  }

  std::vector<JobState> states(const std::string& job, const std::string& directory) const override {
    const Outcome outcome =
        run_program({"squeue", "--noheader", "--array", "--states=all", "--jobs=" + job, "--format=%K|%T|%r|%Z"});
    if (outcome.code != 0 && outcome.errors.find("Invalid job id") != std::string::npos) return {{}};
    if (outcome.code != 0) throw DataError("squeue does not answer: " + complaint_of(outcome));
    if (!outcome.output.empty() && outcome.output.find('|') == std::string::npos)
      throw DataError("squeue gives no answer that tarn knows: " + io::shortened(outcome.output, 400));
    std::vector<JobState> states;
    std::istringstream lines(outcome.output);
    for (std::string line; std::getline(lines, line);) {
      const auto first = line.find('|'), second = line.find('|', first + 1), third = line.find('|', second + 1);
      if (first == std::string::npos || second == std::string::npos || third == std::string::npos) continue;
      if (!is_place(line.substr(third + 1), directory)) continue;
      const std::string word = line.substr(first + 1, second - first - 1);
      const std::string reason = line.substr(second + 1, third - second - 1);
      const std::string member = line.substr(0, first);
      const auto kind = kind_of(word);
      // "JobHeldUser", "JobHeldAdmin", "launch failed requeued held", "job requeued in held state"
      const bool held = kind == JobState::Kind::queued &&
                        (reason.find("Held") != std::string::npos || reason.find("held") != std::string::npos);
      states.push_back(
          {kind, held, reason == "None" ? word : fmt::format("{}, {}", word, reason), member == "N/A" ? "" : member});
    }
    if (states.empty()) states.emplace_back();
    return states;
  }

  void cancel(const std::string& job) const override {
    const Outcome outcome = run_program({"scancel", job});
    if (outcome.code != 0) throw UsageError("scancel: " + complaint_of(outcome));
  }

  void release(const std::string& job) const override {
    const Outcome outcome = run_program({"scontrol", "release", job});
    if (outcome.code != 0) throw UsageError("scontrol release: " + complaint_of(outcome));
  }

 private:
  /// Whether squeue means a job's directory. It may have come there by another path, or was moved since. Of a name with
  /// a line's end in it squeue's line has only a part.
  static bool is_place(const std::filesystem::path& shown, const std::filesystem::path& directory) {
    std::error_code error;
    return directory.string().find('\n') != std::string::npos || shown.filename() == directory.filename() ||
           std::filesystem::equivalent(shown, directory, error);
  }

  static JobState::Kind kind_of(const std::string& word) {
    for (const char* queued : {"PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "RESV_DEL_HOLD"}) {
      if (word == queued) return JobState::Kind::queued;
    }
    for (const char* running :
         {"RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING"}) {
      if (word == running) return JobState::Kind::running;
    }
    return JobState::Kind::ended;
  }
};

}  // namespace

std::unique_ptr<Scheduler> make_slurm() {
  return std::make_unique<Slurm>();
}

}  // namespace tarn::batch
