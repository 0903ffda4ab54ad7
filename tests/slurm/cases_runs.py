"""Runs that go as they should, and those that are stopped and go on."""
import csv
import io
import os
import pathlib
import signal
import subprocess
import time

from jobs import (LIMIT, Failure, Job, check, deck, new_folder, newest_step, ranks_of, read_json, reference, same_bits, slow, tarn,
                  wait_for)


def completes_on_one_rank_and_on_four():
    """Submitted to completion on 1 rank, and on 4 over two nodes with a GPU each; the bits are the same."""
    folder = new_folder("completes")
    text = deck()
    one = Job(folder, text=text)
    four = Job(folder, "--nodes", "2", "--ranks-per-node", "2", "--gpus-per-node", "1")
    one.wait_completed()
    four.wait_completed()
    check(four.json()["ranks"] == 4 and "gpu:1" in four.fields()["TresPerNode"], four.fields())
    check(four.fields()["NumNodes"] == "2", four.fields())
    step = same_bits(one.run, four.run)
    followed = tarn("submit", "--follow", str(four.run))
    check(followed.returncode == 0 and "done: step %d" % step in followed.stdout, followed.stdout, followed.stderr)
    status = tarn("submit", "--status", str(four.run))
    check("so it finished" in status.stdout, status.stdout, status.stderr)
    before = sorted((file, os.stat(file).st_mtime_ns) for file in four.run.rglob("*"))
    again = Job(folder, "--nodes", "2", "--ranks-per-node", "2", again=four.run)
    check("nothing to do" in again.done.stdout, again.done.stdout)
    by_hand = subprocess.run(["sbatch", "--parsable", "--chdir=%s" % four.run, str(four.run / "job.sh")],
                             capture_output=True, text=True)
    four.id = by_hand.stdout.strip()
    check(four.wait_ended() == "COMPLETED", "the finished run, submitted by hand")
    after = [(file, os.stat(file).st_mtime_ns) for file, _ in before]
    changed = [file.name for (file, old), (_, new) in zip(before, after) if old != new and file.is_file()]
    check(set(changed) <= {"job.log", "job-starts", "job.json", ".lock"}, "changed by a start with nothing to do:", changed)
    return "step %d, 1 and 4 ranks alike; resubmitted: nothing to do" % step


def time_limit():
    """A limit of one minute: checkpoint, requeue, resume, complete; the bits of an uninterrupted run."""
    folder = new_folder("limit")
    text = deck(checkpoints=100)
    whole = reference(folder, text)
    job = Job(folder, text=text, minutes=1, env=slow(folder / "runs", 0.05))
    job.wait_completed()
    check(job.restarts() >= 1, "it was never requeued", job.log())
    check("the run goes on in another start" in job.log(), job.log())
    step = same_bits(whole, job.run)
    return "step %d after %d requeues, the bits of an uninterrupted run" % (step, job.restarts())


def cancelled():
    """scancel: a checkpoint, no requeue; submitted again it goes on to the same bits."""
    folder = new_folder("cancel")
    text = deck(checkpoints=200)
    job = Job(folder, "--ranks-per-node", "2", text=text, env=slow(folder / "runs", 0.04))
    job.wait_running(20)
    done = tarn("submit", "--cancel", str(job.run))
    check(done.returncode == 0, done.stdout, done.stderr)
    check(job.wait_ended() == "CANCELLED", job.log())
    job.wait_step_ended()
    stopped_at = newest_step(job.run)
    check(read_json(job.run)["status"] == "stopped", read_json(job.run)["status"], job.log())
    time.sleep(5)
    check(job.state() == "CANCELLED", "it came back:", job.state())
    again = Job(folder, "--ranks-per-node", "2", again=job.run)
    check(again.run == job.run, again.run)
    again.wait_completed()
    return "stopped at step %d, resumed; step %d" % (stopped_at, same_bits(reference(folder, text), job.run))


def rank_killed(number):
    folder = new_folder("killed")
    text = deck(checkpoints=200)
    job = Job(folder, "--nodes", "2", "--ranks-per-node", "2", text=text, env=slow(folder / "runs", 0.04))
    job.wait_running(40)
    ranks = ranks_of(job.run)
    check(len(ranks) == 4, "ranks:", ranks)
    start = time.monotonic()
    os.kill(ranks[2], number)
    check(job.wait_ended() == "FAILED", job.state(), job.log())
    job.wait_step_ended()
    took = time.monotonic() - start
    code = job.fields()["ExitCode"]
    check(code in ("137:0", "139:0", "143:0"), "exit code", code, job.log())
    check(job.restarts() == 0, "requeued though it did not ask for it")
    status = tarn("submit", "--status", str(job.run)).stdout
    check("interrupted" in status and "go on from" in status, status)
    Job(folder, "--nodes", "2", "--ranks-per-node", "2", again=job.run).wait_completed()
    step = same_bits(reference(folder, text), job.run)
    return "the job ended after %.0f s with %s; submitted again: step %d, same bits" % (took, code, step)


def one_rank_killed():
    """A rank dies by SIGKILL: the job ends at once with that, and goes on when it is submitted again."""
    return rank_killed(signal.SIGKILL)


def one_rank_crashed():
    """The same for SIGSEGV."""
    return rank_killed(signal.SIGSEGV)


def stop_and_checkpoint_files():
    """touch RUN/checkpoint, touch RUN/stop."""
    folder = new_folder("files")
    job = Job(folder, "--ranks-per-node", "2", text=deck(checkpoints=4000, more="").replace("checkpoint]\nevery = { steps = 20 }",
              "checkpoint]\nevery = { steps = 1000 }").replace("keep = 2", "keep = 50"), env=slow(folder / "runs", 0.2))
    job.wait_running(1000)
    asked = lambda: any(int(f.stem) % 1000 for f in (job.run / "ckpt").glob("*.h5"))
    while not asked():  # once, but for one in a thousand where the deck asks for a checkpoint at that step too
        (job.run / "checkpoint").touch()
        wait_for("a checkpoint that was asked for", lambda: not (job.run / "checkpoint").exists(), LIMIT, job.log)
        steps = newest_step(job.run)
        wait_for("its file", lambda: asked() or newest_step(job.run) > steps + 1000, LIMIT, job.log)
    (job.run / "stop").touch()
    check(job.wait_ended() == "FAILED", job.state(), job.log())
    check(job.fields()["ExitCode"] == "75:0", job.fields()["ExitCode"])
    check(not (job.run / "stop").exists(), "the stop file is still there")
    told = read_json(job.run)
    check(told["status"] == "stopped" and "stop" in told["reason"] and job.restarts() == 0, told["reason"])
    return "a checkpoint on request, stopped at step %d with exit code 75 and not requeued" % told["steps"]


def ensemble_of_six():
    """Six members, one of which goes bad, as a job array and on this machine: the same table and the same bits."""
    folder = new_folder("ensemble")
    vary = '"gray_scott.du" = [0.16, 0.1, 0.12, 0.13, 0.14, 0.15]\n"gray_scott.initial.v" = ["0", "x < 8 ? 0.3 : 0", "0.1", "1e200", "0.2", "0.3"]'
    text = deck(name="six") + '\n[ensemble]\ncombine = "zip"\n[ensemble.vary]\n' + vary + "\n"
    text = text.replace("dt = 0.5", "dt = 0.4")
    job = Job(folder, "--at-once", "3", text=text)
    local = tarn("run", str(folder / "case.toml"), "--run-dir", str(folder / "local"), "--at-once", "1", "--quiet",
                 env={"SLURM_JOB_ID": ""})
    followed = tarn("submit", "--follow", str(job.run))
    table = tarn("ensemble", str(job.run), "--csv").stdout
    rows = list(csv.DictReader(io.StringIO(table)))
    status = [row["status"] for row in rows]
    check(status == ["done"] * 3 + ["failed"] + ["done"] * 2, status, job.log(), local.stdout, local.stderr)
    check(followed.returncode == 4 and local.returncode == 4, "exit codes", followed.returncode, local.returncode)
    check(rows[3]["exit_code"] == "4" and rows[0]["step"] == "80", rows)
    check(table == tarn("ensemble", str(folder / "local"), "--csv").stdout, "the tables differ:\n", table)
    as_json = [tarn("ensemble", str(run), "--json").stdout for run in (job.run, folder / "local")]
    check(as_json[0] == as_json[1], "the JSON tables differ")
    for member in (0, 1, 2, 4, 5):
        same_bits(job.run / ("%04d" % member), folder / "local" / ("%04d" % member))
    return "5 done, 1 failed with 4; same table and bits as on this machine"


def chain():
    """A job that waits for another: it runs after a success, and never after a failure."""
    folder = new_folder("chain")
    parent = Job(folder, text=deck())
    child = Job(folder, "--after", str(parent.run), text=deck(name="child"))
    bad = Job(folder, text=deck(name="bad").replace("v = \"x < 8 ? 0.3 : 0\"", "v = 1e200"))
    orphan = Job(folder, "--after", bad.id, text=deck(name="orphan"))
    parent.wait_completed()
    child.wait_completed()
    check(bad.wait_ended() == "FAILED" and bad.fields()["ExitCode"] == "4:0", bad.fields(), bad.log())
    check(orphan.wait_ended() == "CANCELLED", orphan.fields())
    check(not (orphan.run / "run.json").exists(), "it ran")
    return "the child ran; the one whose parent failed with 4:0 was cancelled"
