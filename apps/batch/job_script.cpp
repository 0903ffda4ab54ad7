#include "tarn/apps/batch/job_script.hpp"

#include <fmt/format.h>

#include "tarn/apps/batch/process.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/files/stamps.hpp"

namespace tarn::batch {

namespace {

/// Nothing of a deck is in the script but what was quoted; values of run.json are read, never run.
constexpr const char* body = R"script(
# Slurm starts a script in /tmp where its directory is gone, and what lies there is another's.
if ! grep -qsxF "token=$token" job.sh; then
  echo "tarn: the directory of this job is gone, or was submitted anew" >&2
  exit 3
fi
# tarn submit --status asks about the job that job.json names. One that somebody submitted by hand is not named there,
# nor is one whose tarn submit was killed before it heard of the number.
number=${job%%_*}
if ! grep -qsF "\"job\": \"$number\"" job.json; then
  aside=job.json.$(printf %08x "$BASHPID").part
  printf '{\n  "scheduler": "%s",\n  "job": "%s",\n  "submitted": "%s"\n}\n' "$scheduler" "$number" \
    "$(date --utc +%Y-%m-%dT%H:%M:%SZ)" > "$aside" && mv "$aside" job.json
fi
log=job.log
if [ -n "$member" ]; then log=job-$(printf %04d "$member").log; fi
exec >> "$log" 2>&1
if [ -n "$member" ]; then cd -- "$(printf %04d "$member")" || exit 1; fi

# What run.json says at its top level.
told() { sed -n "s/^  \"$1\": \"\{0,1\}\([a-z0-9]*\)\"\{0,1\},\{0,1\}$/\1/p" run.json 2>/dev/null | head -n 1; }
version_of() { stat --format=%i.%Y.%Z.%s run.json 2>/dev/null; }

# Counts the starts of a submission that found the same newest checkpoint and the same number of items done.
count_start() {
  local newest last='' count='' whose=''
  newest=$(ls ckpt 2>/dev/null | grep '^[0-9]*\.h5$' | tail -n 1)
  [ -n "$newest" ] || newest=$(cat items/rank-*.jsonl 2>/dev/null | wc -l)  # a pipeline's items, which have no checkpoints
  [ -r job-starts ] && read -r last count whose < job-starts
  case $count in '' | *[!0-9]*) count=0 ;; esac
  [ "$newest $token" = "$last $whose" ] || count=0
  starts=$((count + 1))
  printf '%s %s %s\n' "$newest" "$starts" "$token" > job-starts
}

say() { printf 'tarn job %s: %s\n' "$job" "$1"; }

asked=''
ask_to_stop() { asked=yes; [ -z "${step:-}" ] || signal_steps "$step"; }
trap ask_to_stop USR1 TERM

count_start
if [ "$starts" -gt "$most_starts" ]; then
  say "$most_starts starts in a row brought nothing new: it is not tried again"
  exit 1
fi
before=$(version_of)
TARN_JOB_END=$(job_end)
export TARN_JOB_END KOKKOS_MAP_DEVICE_ID_BY=mpi_rank
run_tarn &
step=$!
[ -z "$asked" ] || signal_steps "$step"
while :; do
  wait "$step"
  code=$?
  [ "$code" -gt 128 ] && kill -0 "$step" 2>/dev/null || break
done
step=''  # there is nobody left to signal

# The launcher's own code tells little when a rank was killed: run.json, if this start wrote it, knows better.
again=''
if [ "$code" -eq 0 ]; then
  [ "$(told status)" = done ] || again=yes  # srun ends with 0 where a node could not start its ranks
elif [ "$(version_of)" != "$before" ]; then
  case $(told status) in
    done) code=0 ;;
    failed)
      code=$(told exit_code)
      code=${code:-1}
      ;;
    stopped)
      code=75
      [ "$(told run_again)" = true ] && again=yes
      ;;
    running) # with 75 it is another's: that one is at the run
      if [ "$code" -eq 75 ] || [ -n "$asked" ]; then again=yes; fi
      ;;
  esac
elif [ "$code" -eq 75 ] || { [ "$code" -gt 128 ] && [ -n "$asked" ]; }; then
  again=yes
fi
if [ -n "$again" ]; then
  say "the run goes on in another start"
  requeue
  code=75
fi
say "exit code $code"
exit "$code"
)script";

}  // namespace

std::string job_script(const Scheduler& scheduler, const JobRequest& request, const Site& site,
                       const std::string& lines, const std::string& root) {
  const std::string launcher = site.launcher.empty() ? scheduler.launcher() : site.launcher;
  require_launcher(scheduler, launcher);
  auto command = scheduler.launch(launcher, request);
  command.insert(command.end(), site.container.begin(), site.container.end());
  for (const auto& word :
       {site.program.empty() ? own_program() : site.program, std::string("run"), request.deck, std::string("--run-dir"),
        std::string("."), std::string("--root"), root, std::string("--restart=auto")})
    command.push_back(word);

  std::string script = "#!/bin/bash\n";
  for (const auto& line : scheduler.header(request))
    script += line + "\n";
  script += lines;
  if (!lines.empty() && lines.back() != '\n') script += '\n';
  script += "# Written by tarn submit. It starts or continues the run in its directory, and may be submitted again.\n";
  for (const auto& module : site.modules)
    script += "module load " + io::shell_word(module) + "\n";
  script += fmt::format("token={}\nscheduler={}\nmember=''\nmost_starts={}\n", io::random_hex(), scheduler.name(),
                        most_starts);
  script += scheduler.shell_functions(request, launcher);
  script += "\nrun_tarn() { exec " + io::shell_words(command) + "; }\n";
  return script + body;
}

}  // namespace tarn::batch
