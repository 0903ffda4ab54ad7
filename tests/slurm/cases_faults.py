"""Faults of the cluster itself: each has it to itself."""
import os
import pathlib
import shutil
import signal
import subprocess
import time

from jobs import ENDED, LIMIT, Job, check, deck, new_folder, newest_step, read_json, reference, same_bits, slow, wait_for


def slow_job(folder, checkpoints, *options):
    text = deck(checkpoints=checkpoints)
    return Job(folder, *options, text=text, env=slow(folder / "runs", 0.04)), text


def preempted(cluster):
    """A job of a higher partition takes the nodes; the lower one comes back by itself."""
    folder = new_folder("preempt")
    job, text = slow_job(folder, 60, "--nodes", "2", "--cpus-per-rank", "8")
    job.wait_running(40)
    other = subprocess.run(["sbatch", "--parsable", "-N2", "--exclusive", "-p", "urgent", "-o", "/dev/null", "--wrap", "sleep 2"],
                           capture_output=True, text=True).stdout.strip()
    wait_for("the preemption", lambda: job.state() != "RUNNING", LIMIT, job.log)
    check(job.state() not in ENDED, "it was over before the other job came", job.log())
    stopped_at = newest_step(job.run)
    job.wait_completed()
    check(job.restarts() >= 1, job.fields())
    return "job %s came before; %d requeue, from step %d to %d, same bits" % (
        other, job.restarts(), stopped_at, same_bits(reference(folder, text), job.run))


def node_daemon_killed(cluster):
    """slurmd of the job's node dies and comes back: the job is lost for Slurm, and not for its user."""
    folder = new_folder("slurmd")
    job, text = slow_job(folder, 60, "--partition", "small")
    job.wait_running(40)
    cluster.kill("n1")
    time.sleep(3)
    cluster.start_node("n1")
    job.wait_completed()
    step = same_bits(reference(folder, text), job.run)
    wait_for("idle nodes", lambda: cluster.idle_nodes() == 2, LIMIT, cluster.logs)
    return "step %d, %d requeues" % (step, job.restarts())


def processes_of(job):
    """All that runs for a job: Slurm's own daemons of it, its script, the launcher and the ranks."""
    mark, steps = b"SLURM_JOB_ID=%s" % job.encode(), b"slurmstepd: [%s." % job.encode()
    found = []
    for process in pathlib.Path("/proc").iterdir():
        try:
            if not process.name.isdigit() or (process / "stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                continue
            if (process / "cmdline").read_bytes().startswith(steps) or mark in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:
            pass
    return found


def die_together(job):
    """As when the power goes: nobody has the time to see another die. All are frozen first, those too that one of them has
    just started."""
    def send(processes, number):
        for process in processes:
            try:
                os.kill(process, number)
            except ProcessLookupError:
                pass
    frozen = set()
    while more := set(processes_of(job)) - frozen:
        send(more, signal.SIGSTOP)
        frozen |= more
    send(frozen, signal.SIGKILL)
    wait_for("the death of all", lambda: not processes_of(job), LIMIT)
    return len(frozen)


def node_dead(cluster):
    """A node dies with all that runs on it, and stays dead for longer than Slurm waits: the job is put into the queue
    again by Slurm and goes on."""
    folder = new_folder("node")
    job, text = slow_job(folder, 60, "--partition", "small")
    job.wait_running(40)
    cluster.kill("n1")
    died = die_together(job.id)
    check(died >= 5, "of the job there were only %d processes" % died)  # two of Slurm's, the script, srun, a rank
    stopped_at = newest_step(job.run)
    check(stopped_at < 1200 and read_json(job.run)["status"] == "running", "it was over before its node died", job.log())
    wait_for("Slurm to miss the node", lambda: job.state() != "RUNNING", LIMIT, job.log)
    check(job.state() == "PENDING" and job.restarts() == 1, "the job of a dead node is", job.state(), job.fields())
    cluster.start_node("n1")
    # What the dead node left in its spool keeps the first start from beginning, and srun ends with 0.
    wait_for("a start in vain", lambda: "task 0 launch failed" in job.log(), LIMIT, job.log)
    check(newest_step(job.run) == stopped_at, "a start in vain took steps", job.log())
    for left in [*(cluster.home / "spool-n1").glob("*pmix*"), *(cluster.home / "tmp-n1").iterdir()]:  # as a boot does
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    job.wait_completed()
    check(job.restarts() >= 2, job.fields())
    wait_for("idle nodes", lambda: cluster.idle_nodes() == 2, LIMIT, cluster.logs)
    step = same_bits(reference(folder, text), job.run)
    return "%d processes died at step %d; %d requeues, step %d, same bits" % (died, stopped_at, job.restarts(), step)


def controller_restarted(cluster):
    """slurmctld is killed and started again while a job runs."""
    folder = new_folder("slurmctld")
    job, text = slow_job(folder, 40)
    job.wait_running(40)
    cluster.kill("slurmctld")
    time.sleep(4)
    cluster.start_controller()
    job.wait_completed()
    return "step %d, %d requeues" % (same_bits(reference(folder, text), job.run), job.restarts())


def node_drained(cluster):
    """A node is drained: what runs there ends, what comes goes to the other one."""
    folder = new_folder("drain")
    first, text = slow_job(folder, 20)
    first.wait_running(40)
    node = first.fields()["NodeList"]
    subprocess.run(["scontrol", "update", "NodeName=" + node, "State=DRAIN", "Reason=test"], check=True)
    try:
        second = Job(folder, text=deck())
        second.wait_completed()
        check(second.fields()["NodeList"] != node, second.fields())
        first.wait_completed()
    finally:
        subprocess.run(["scontrol", "update", "NodeName=" + node, "State=RESUME"], check=True)
    return "the job on %s ended with step %d, the next went elsewhere" % (node, same_bits(reference(folder, text), first.run))
