"""Faults of the cluster itself: each has it to itself."""
import pathlib
import shutil
import subprocess
import time

from jobs import Job, check, deck, new_folder, newest_step, ranks_of, reference, same_bits, slow, wait_for


def slow_job(folder, checkpoints, *options):
    text = deck(checkpoints=checkpoints)
    return Job(folder, *options, text=text, env=slow(folder / "runs", 0.04)), text


def preempted(cluster):
    """A job of a higher partition takes the nodes; the lower one comes back by itself."""
    folder = new_folder("preempt")
    job, text = slow_job(folder, 20, "--nodes", "2", "--cpus-per-rank", "8")
    job.wait_running(40)
    other = subprocess.run(["sbatch", "--parsable", "-N2", "--exclusive", "-p", "urgent", "-o", "/dev/null", "--wrap", "sleep 2"],
                           capture_output=True, text=True).stdout.strip()
    wait_for("the preemption", lambda: job.state() != "RUNNING", 60, job.log)
    stopped_at = newest_step(job.run)
    job.wait_completed(180)
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
    job.wait_completed(240)
    step = same_bits(reference(folder, text), job.run)
    wait_for("idle nodes", lambda: cluster.idle_nodes() == 2, 60, cluster.logs)
    return "step %d, %d requeues" % (step, job.restarts())


def node_dead(cluster):
    """A node dies with all that runs on it, and stays dead for longer than Slurm waits: the job is put into the queue
    again by Slurm and goes on."""
    folder = new_folder("node")
    job, text = slow_job(folder, 60, "--partition", "small")
    job.wait_running(40)
    cluster.kill("n1")
    for process in pathlib.Path("/proc").iterdir():
        try:
            words = (process / "cmdline").read_bytes() if process.name.isdigit() else b""
        except OSError:
            continue
        if words.startswith(b"slurmstepd") or str(job.run).encode() in words or b"/slurm_script" in words:
            subprocess.run(["kill", "-9", process.name], capture_output=True)
    for rank in ranks_of(job.run):
        subprocess.run(["kill", "-9", str(rank)])
    wait_for("Slurm to miss the node", lambda: job.state() != "RUNNING", 120, job.log)
    cluster.start_node("n1")
    subprocess.run(["scontrol", "update", "NodeName=n1", "State=RESUME"], capture_output=True)
    # What the dead node left in its spool keeps the first start from beginning, and srun ends with 0.
    wait_for("a start in vain", lambda: "task 0 launch failed" in job.log(), 120, job.log)
    for left in (cluster.home / "spool-n1").glob("*pmix*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    job.wait_completed(240)
    wait_for("idle nodes", lambda: cluster.idle_nodes() == 2, 60, cluster.logs)
    return "step %d, %d requeues" % (same_bits(reference(folder, text), job.run), job.restarts())


def controller_restarted(cluster):
    """slurmctld is killed and started again while a job runs."""
    folder = new_folder("slurmctld")
    job, text = slow_job(folder, 40)
    job.wait_running(40)
    cluster.kill("slurmctld")
    time.sleep(4)
    cluster.start_controller()
    job.wait_completed(180)
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
