"""Sites that differ: another launcher, containers that hide the scheduler, jobs without its tools, scripts of their own."""
import json
import os
import pathlib
import shutil
import subprocess

from jobs import (ENDED, LIMIT, PROGRAM, Job, check, deck, new_folder, newest_step, read_json, reference, same_bits, slow, tarn,
                  wait_for)


def site(folder, text):
    file = folder / "site.toml"
    file.write_text(text)
    return {"TARN_SITE": str(file)}


def warn(job):
    """What Slurm sends before the time limit."""
    check(subprocess.run(["scancel", "--batch", "--signal=USR1", job.id]).returncode == 0, "scancel", job.log())


def launcher_mpirun():
    """mpirun starts the ranks of two nodes; it hands the warning on to them, and a rank's death ends the job."""
    folder = new_folder("mpirun")
    text = deck(checkpoints=60)
    env = {**slow(folder / "runs", 0.04), **site(folder, 'launcher = "mpirun"\n')}
    words = ("--nodes", "2", "--ranks-per-node", "2")
    job = Job(folder, *words, text=text, env=env)
    script = (job.run / "job.sh").read_text()
    check("run_tarn() { exec mpirun -n 4 --map-by ppr:2:node " in script, script)
    job.wait_running(20)
    nodes = subprocess.run(["squeue", "-h", "-s", "-j", job.id, "-o", "%i %j %N"], capture_output=True, text=True).stdout
    warn(job)
    job.wait_completed()
    check(job.restarts() >= 1 and job.json()["ranks"] == 4, job.restarts(), job.json()["ranks"])
    step = same_bits(reference(folder, text), job.run)
    return "4 ranks (%s), %d requeues after a warning, step %d, same bits" % (nodes.strip().replace("\n", "; "), job.restarts(), step)


def container_hides_the_scheduler():
    """What runs inside of a container finds no tool of Slurm; the script outside puts the job into the queue again."""
    folder = new_folder("container")
    text = deck(checkpoints=60)
    inside = folder / "container"
    inside.write_text('#!/bin/bash\nPATH=/nowhere\ntype srun scontrol squeue 2>/dev/null && exit 9\necho "inside, until $TARN_JOB_END"\nexec "$@"\n')
    inside.chmod(0o755)
    job = Job(folder, text=text, env={**slow(folder / "runs", 0.04), **site(folder, 'container = [%s]\n' % json.dumps(str(inside)))})
    job.wait_running(20)
    warn(job)
    job.wait_completed()
    check(job.restarts() >= 1, job.fields())
    ends = [int(line.split()[-1]) for line in (job.run / "job.log").read_text().splitlines() if line.startswith("inside, until")]
    check(len(ends) == job.restarts() + 1 and ends == sorted(ends), "ends of the starts:", ends)
    return "%d starts inside, step %d, same bits" % (len(ends), same_bits(reference(folder, text), job.run))


def no_scontrol_in_the_job():
    """Compute nodes with srun alone: the job says that it cannot come back, and submitted again it goes on."""
    folder = new_folder("tools")
    tools = folder / "bin"
    tools.mkdir()
    for name in ("srun", "scancel"):
        (tools / name).symlink_to(shutil.which(name))
    for name in ("sed", "head", "stat", "ls", "grep", "tail", "date", "cat", "wc", "sleep", "printf", "bash"):
        (tools / name).symlink_to(shutil.which(name))
    lines = folder / "lines"
    lines.write_text("export PATH=%s\n" % tools)
    text = deck(checkpoints=60)
    job = Job(folder, "--template", str(lines), text=text, env=slow(folder / "runs", 0.04))
    job.wait_running(20)
    warn(job)
    check(job.wait_ended() == "FAILED" and job.fields()["ExitCode"] == "75:0", job.fields(), job.log())
    check("scontrol is not in PATH here" in job.log(), job.log())
    stopped_at = newest_step(job.run)
    status = tarn("submit", "--status", str(job.run)).stdout
    check("submit it again to go on from" in status, status)
    Job(folder, again=job.run).wait_completed()
    return "stopped at step %d with 75, submitted again: step %d" % (stopped_at, same_bits(reference(folder, text), job.run))


OWN_SCRIPT = r"""#!/bin/bash
export TARN_JOB_END=$(date -d "$(squeue -h -j $SLURM_JOB_ID -o %e)" +%s)
srun --mpi=pmix apptainer exec tarn.sif tarn run deck.toml --run-dir RUN --restart=auto
[ $? -eq 75 ] && scontrol requeue $SLURM_JOB_ID
"""


def script_of_my_own():
    """The few lines of docs/batch.md: stopped by the time limit of a minute, requeued, complete."""
    folder = new_folder("own")
    manual = pathlib.Path(__file__).parents[2] / "docs" / "batch.md"
    for line in OWN_SCRIPT.splitlines()[1:]:
        check(line in manual.read_text().splitlines(), "docs/batch.md has another script than this:", line)
    text = deck(checkpoints=100)
    (folder / "deck.toml").write_text(text)
    bin = folder / "bin"
    bin.mkdir()
    (bin / "apptainer").write_text('#!/bin/bash\nshift 2\nexec "$@"\n')  # apptainer exec tarn.sif ...
    (bin / "apptainer").chmod(0o755)
    (bin / "tarn").symlink_to(PROGRAM)
    (folder / "own.sh").write_text(OWN_SCRIPT)
    env = {**os.environ, **slow(folder / "RUN", 0.05), "PATH": "%s:%s" % (bin, os.environ["PATH"])}
    done = subprocess.run(["sbatch", "--parsable", "--requeue", "--time=1", "--open-mode=append", "-o", "own.log", "own.sh"], cwd=folder, env=env,
                          capture_output=True, text=True)
    check(done.returncode == 0, done.stderr)
    fields = lambda: dict(word.split("=", 1) for word in subprocess.run(
        ["scontrol", "show", "job", "-o", done.stdout.strip()], capture_output=True, text=True).stdout.split() if "=" in word)
    log = lambda: "%s\n%s" % (fields(), (folder / "own.log").read_text() if (folder / "own.log").exists() else "")
    wait_for("the end of the script's job", lambda: read_json(folder / "RUN")["status"] == "done", LIMIT, log,
             lambda: fields().get("JobState") in ENDED)
    check(int(fields()["Restarts"]) >= 1, log())
    return "step %d after %s requeues" % (same_bits(reference(folder, text), folder / "RUN"), fields()["Restarts"])
