"""What goes wrong outside of the run: two submissions at once, a directory that is gone, a full disk, a forgetful scheduler."""
import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess

import h5py
import numpy

from jobs import (LIMIT, PROGRAM, Job, check, deck, new_folder, newest_step, ranks_of, read_json, reference, same_bits, slow, tarn,
                  wait_for)
from support.disks import mount_disk


def submitted_twice_at_once():
    """Of many submissions of one directory at the same time exactly one makes a job."""
    folder = new_folder("twice")
    first = Job(folder, text=deck(checkpoints=200), env=slow(folder / "runs", 0.1))
    first.wait_running()
    check(tarn("submit", "--cancel", str(first.run)).returncode == 0, first.log())
    check(first.wait_ended() == "CANCELLED", first.log())
    first.wait_step_ended()
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        words = (*first.words, "--run-dir", str(first.run), "--partition", "small")
        done = list(pool.map(lambda _: tarn(*words, env=slow(folder / "runs", 0.1)), range(6)))
    good = [one for one in done if one.returncode == 0]
    for one in done:
        check(one.returncode == 0 or "is at it right now" in one.stderr or "waits or runs already" in one.stderr, one.stdout, one.stderr)
    check(len(good) == 1, "jobs:", len(good), [one.stdout for one in done])
    jobs = subprocess.run(["squeue", "-h", "-t", "all", "-o", "%i %Z %T"], capture_output=True, text=True,
                          errors="replace").stdout.splitlines()
    mine = [line for line in jobs if str(first.run) in line]
    check(len(mine) == 2, "jobs of the directory:", mine)
    second = json.loads((first.run / "job.json").read_text())["job"]
    check(second != first.id and "job %s\n" % second in good[0].stdout, second, good[0].stdout)
    check(tarn("submit", "--cancel", str(first.run)).returncode == 0, "cancelled")
    return "1 of 6 became a job, 5 were refused"


def directory_gone():
    """A job comes back from the queue and its directory is gone: it touches nothing of what lies where Slurm starts it."""
    folder = new_folder("gone")
    job = Job(folder, text=deck(checkpoints=400), env=slow(folder / "runs", 0.04))
    job.wait_running()
    lying = [pathlib.Path("/tmp") / name for name in ("job.log", "job-starts", "run.json")]
    check(not any(file.exists() for file in lying), "something lies in /tmp")
    job.run.rename(folder / "elsewhere")
    check(subprocess.run(["scontrol", "requeue", job.id]).returncode == 0, "requeue")
    fields = lambda: dict(word.split("=", 1) for word in subprocess.run(
        ["scontrol", "show", "job", "-o", job.id], capture_output=True, text=True).stdout.split() if "=" in word)
    wait_for("the end of the job", lambda: fields()["JobState"] in ("FAILED", "COMPLETED", "CANCELLED"), LIMIT, lambda: fields())
    check(fields()["JobState"] == "FAILED" and fields()["ExitCode"] == "3:0", fields())
    check(not any(file.exists() for file in lying), "the job wrote into /tmp")
    (folder / "elsewhere").rename(job.run)
    stopped_at = newest_step(job.run)
    check("ended early" in tarn("submit", "--status", str(job.run)).stdout, "status")
    Job(folder, again=job.run).wait_completed()
    return "failed with 3; the directory back, it went on from step %d to step %d" % (
        stopped_at, same_bits(reference(folder, deck(checkpoints=400)), job.run))


def submitted_by_hand():
    """A script that somebody submits with sbatch is the job that tarn asks about, once it has started."""
    folder = new_folder("hand")
    text = deck(checkpoints=400)
    job = Job(folder, text=text, env=slow(folder / "runs", 0.04))
    job.wait_running()
    (job.run / "stop").touch()
    check(job.wait_ended() == "FAILED" and job.fields()["ExitCode"] == "75:0", job.fields(), job.log())
    job.wait_step_ended()
    stopped_at = newest_step(job.run)
    job.id = subprocess.run(["sbatch", "--parsable", "--chdir=%s" % job.run, str(job.run / "job.sh")],
                            capture_output=True, text=True, env={**os.environ, **slow(folder / "runs", 0.04)}).stdout.strip()
    job.wait_running(stopped_at + 20)
    status = json.loads(tarn("submit", "--status", str(job.run), "--json").stdout)
    check(status["job"] == job.id and status["state"] == "RUNNING" and status["alive"], status)
    check(tarn("submit", "--cancel", str(job.run)).returncode == 0, "cancel")
    check(job.wait_ended() == "CANCELLED", job.log())
    job.wait_step_ended()
    Job(folder, again=job.run).wait_completed()
    return "job %s was found and cancelled; step %d, same bits" % (job.id, same_bits(reference(folder, text), job.run))


def submission_killed():
    """tarn submit dies while sbatch runs: the job names itself when it starts, and there is no second one."""
    folder = new_folder("killed-submission")
    (folder / "case.toml").write_text(deck(checkpoints=400))
    (folder / "bin").mkdir()
    sbatch, begun, run = folder / "bin" / "sbatch", folder / "begun", folder / "runs" / "mine"
    sbatch.write_text('#!/bin/bash\ntouch %s\nsleep 3\nexec %s "$@"\n' % (begun, shutil.which("sbatch")))
    sbatch.chmod(0o755)
    words = ["submit", str(folder / "case.toml"), "--root", str(folder / "runs"), "--time", "00:05:00", "--run-dir", str(run)]
    env = {**slow(folder / "runs", 0.04), "PATH": "%s:%s" % (sbatch.parent, os.environ["PATH"])}
    process = subprocess.Popen([PROGRAM, *words], env={**os.environ, **env}, stdout=subprocess.DEVNULL)
    wait_for("sbatch", begun.exists, LIMIT)
    check((run / "job.sh").exists(), "the script is written before")
    process.kill()
    process.wait()
    wait_for("the job's own record", lambda: (run / "job.json").exists(), LIMIT)
    status = lambda: json.loads(tarn("submit", "--status", str(run), "--json").stdout)
    check(status()["alive"], status())
    again = tarn(*words)
    check(again.returncode == 2 and "waits or runs already" in again.stderr, again.stdout, again.stderr)
    wait_for("a checkpoint", lambda: newest_step(run) >= 20, LIMIT)
    check(tarn("submit", "--cancel", str(run)).returncode == 0, "cancel")
    wait_for("the end", lambda: not status()["alive"] and not ranks_of(run), LIMIT)
    Job(folder, again=run).wait_completed()
    return "job %s named itself; step %d, same bits" % (status()["job"], same_bits(reference(folder, deck(checkpoints=400)), run))


def begun_without_a_job():
    """A job of a directory in which `tarn run` is at work: it is tried again until that has ended, and goes on from there."""
    folder = new_folder("local")
    text, run = deck(checkpoints=400), folder / "runs" / "mine"
    (folder / "case.toml").write_text(text)
    env = slow(folder / "runs", 0.04)
    local = subprocess.Popen([PROGRAM, "run", str(folder / "case.toml"), "--root", str(folder / "runs"), "--run-dir", str(run), "--quiet"],
                             env={**os.environ, **env}, stdout=subprocess.DEVNULL)
    wait_for("a checkpoint", lambda: newest_step(run) >= 20, LIMIT)
    job = Job(folder, again=run)
    check("a run is at work in this directory" in job.done.stdout, job.done.stdout)
    wait_for("a start in vain", lambda: job.restarts() >= 1, LIMIT, job.log)
    local.terminate()
    check(local.wait() == 75, "the run outside of the job:", local.returncode)
    stopped_at = newest_step(run)
    job.wait_completed()
    return "%d requeues, from step %d to step %d, same bits" % (job.restarts(), stopped_at, same_bits(reference(folder, text), run))


def disk_full():
    """No room for the checkpoint before the time limit: told, nothing is lost, and with room again it goes on."""
    folder = new_folder("full")
    check(mount_disk(folder, "size=8m"), "no disk of 8 MiB")
    text = deck(checkpoints=400)
    job = Job(folder, text=text, env=slow(folder / "runs", 0.04))
    job.wait_running(40)
    with open(folder / "filler", "wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"x" * 4096)
        except OSError:
            pass
    before = newest_step(job.run)
    subprocess.run(["scancel", "--batch", "--signal=USR1", job.id], check=True)
    check(job.wait_ended() == "FAILED" and job.fields()["ExitCode"] == "3:0", job.fields(), job.log())
    check(newest_step(job.run) >= before, "a checkpoint was lost")
    log = subprocess.run(["tail", "-n", "5", str(job.run / "job.log")], capture_output=True, text=True).stdout
    (folder / "filler").unlink()
    status = tarn("submit", "--status", str(job.run)).stdout
    check("newest checkpoint: " in status and ("failed with exit code 3" in status or "ended early" in status), status)
    Job(folder, again=job.run).wait_completed()
    step = same_bits(reference(folder, text), job.run)
    return "failed with 3 at step %d, then step %d, same bits; %s" % (before, step, status.splitlines()[1])


def forgotten_and_held():
    """A job that Slurm does not know any more, whose number is another's now, or that Slurm holds."""
    folder = new_folder("forgotten")
    job = Job(folder, text=deck(checkpoints=400), env=slow(folder / "runs", 0.04))
    job.wait_running()
    other = subprocess.run(["sbatch", "--parsable", "--time=60", "-o", "/dev/null", "--wrap", "sleep 3000"], capture_output=True, text=True).stdout.strip()
    record = job.run / "job.json"
    known = json.loads(record.read_text())
    subprocess.run(["scancel", job.id])
    job.wait_ended()
    job.wait_step_ended()
    for number in ("999999", other):  # as a controller leaves it that lost its last seconds
        record.write_text(json.dumps({**known, "job": number}))
        status = tarn("submit", "--status", str(job.run))
        check("not known to the scheduler any more" in status.stdout and "ended early: submit it again" in status.stdout, status.stdout, status.stderr)
        check(json.loads(tarn("submit", "--status", str(job.run), "--json").stdout)["alive"] is False, number)
        cancelled = tarn("submit", "--cancel", str(job.run))
        check(cancelled.returncode == 2 and "nothing to end" in cancelled.stderr, cancelled.stdout, cancelled.stderr)
    running = subprocess.run(["squeue", "-h", "-j", other, "-o", "%T"], capture_output=True, text=True).stdout.strip()
    check(running in ("PENDING", "RUNNING"), "the job of another was ended:", running)
    subprocess.run(["scancel", other])
    again = Job(folder, again=job.run, env=slow(folder / "runs", 0.04))
    again.wait_running(newest_step(job.run) + 20)
    check(subprocess.run(["scontrol", "requeuehold", again.id]).returncode == 0, "requeuehold")
    wait_for("the job on hold", lambda: again.state() == "HELD", LIMIT, again.log)
    again.wait_step_ended()
    status = tarn("submit", "--status", str(job.run)).stdout
    check("so it is held by the scheduler: submit it again to let it go on" in status, status)
    released = Job(folder, again=job.run)
    check(released.id == again.id and "was held and goes on" in released.done.stdout, released.done.stdout)
    released.wait_running(newest_step(job.run) + 20)
    check(tarn("submit", "--cancel", str(job.run)).returncode == 0, "cancel")
    released.wait_settled()
    return "told for an unknown number and for one of another's; held, and released by the same command"


PIPELINE = """
[run]
app = "pipeline"
name = "items"
[pipeline]
inputs = "in/*.h5"
[[pipeline.step]]
op = "sum"
a = "data"
out = "total"
[pipeline.keep]
scalars = ["total"]
"""


def pipeline_goes_on():
    """A pipeline in a job: the stop file ends it for good, a warning puts it into the queue again, and it is done once."""
    folder, items = new_folder("pipeline"), 120
    (folder / "runs" / "in").mkdir(parents=True)
    for n in range(items):
        with h5py.File(folder / "runs" / "in" / ("%03d.h5" % n), "w") as file:
            file["data"] = numpy.arange(n + 3.0)
    recorded = lambda: sum(log.read_text().count("\n") for log in (job.run / "items").glob("*.jsonl"))
    env = slow(folder / "runs", 0.3)
    job = Job(folder, "--ranks-per-node", "2", text=PIPELINE, env=env)
    running = lambda: wait_for("items", lambda: recorded() >= before + 4, LIMIT, job.log, lambda: job.state() in ("FAILED", "COMPLETED"))
    before = 0
    running()
    (job.run / "stop").touch()
    check(job.wait_ended() == "FAILED" and job.fields()["ExitCode"] == "75:0" and job.restarts() == 0, job.fields(), job.log())
    told = read_json(job.run)
    check(told["status"] == "stopped" and told["items"]["done"] < items, told)
    status = tarn("submit", "--status", str(job.run)).stdout
    check("%d of %d items done" % (told["items"]["done"], items) in status and "submit it again to do the items that are left" in status, status)
    first, before = recorded(), recorded()
    job = Job(folder, "--ranks-per-node", "2", again=job.run, env=env)
    running()
    subprocess.run(["scancel", "--batch", "--signal=USR1", job.id], check=True)
    wait_for("the requeue", lambda: job.restarts() >= 1, LIMIT, job.log)
    job.wait_completed()
    check(recorded() == items, "items were done twice:", recorded())
    check((job.run / "job-starts").read_text().split()[1] == "1", "a start that did items counts as one that did nothing",
          (job.run / "job-starts").read_text())
    rows = (job.run / "results.csv").read_text().splitlines()
    check(len(rows) == items + 1, rows[:3])
    return "stopped by a file at %d of %d items, requeued once, all done once" % (first, items)
