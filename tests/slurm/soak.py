"""Submits runs again and again while ranks, nodes and the controller are killed at random; counts runs that were lost.

    TARN_TEST_SLURM=1 python3 soak.py --cycles 100 --seed 1 --together 3

A cycle is lost if its run does not come to its end, or ends with other bits than an uninterrupted one. Cycles run side by
side in one cluster. What each does follows from the seed and its number alone, whatever the others do.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import fake_cluster  # noqa: E402

FAULTS = ("none", "kill -9 a rank", "kill -SEGV a rank", "SIGUSR1 to a rank", "SIGTERM to a rank", "scancel", "requeue", "warning",
          "slurmctld")
# While the controller is killed and started again, others neither submit nor strike: both would just be refused.
CONTROLLER = threading.Lock()
STRUCK = collections.Counter()


def submit(*arguments, **options):
    import jobs
    with CONTROLLER:
        return jobs.Job(*arguments, **options)


def strike(fault, job, rng, cluster):
    import jobs
    ranks = jobs.ranks_of(job.run)
    signals = {"kill -9 a rank": 9, "kill -SEGV a rank": 11, "SIGUSR1 to a rank": 10, "SIGTERM to a rank": 15}
    if fault in signals and ranks:
        try:
            os.kill(rng.choice(ranks), signals[fault])
        except ProcessLookupError:
            pass
    elif fault == "scancel":
        subprocess.run(["scancel", job.id])
    elif fault == "requeue":
        subprocess.run(["scontrol", "requeue", job.id], capture_output=True)
    elif fault == "warning":
        subprocess.run(["scancel", "--batch", "--signal=USR1", job.id], capture_output=True)
    elif fault == "slurmctld":
        cluster.kill("slurmctld")
        cluster.start_controller()


def cycle(number, rng, cluster, folder, text, whole):
    import jobs
    options = ("--nodes", "2") if rng.random() < 0.3 else ()
    job = submit(folder, *options, text=text, env=jobs.slow(folder / "runs", 0.02))
    struck = []
    for _ in range(rng.randint(1, 2)):
        fault = rng.choice(FAULTS)
        time.sleep(rng.uniform(0.5, 3.5))
        with CONTROLLER:
            strike(fault, job, rng, cluster)
        struck.append(fault)
        STRUCK[fault] += 1
    resubmitted, states = 0, []
    while (state := job.wait_settled()) != "COMPLETED" and resubmitted < 4:  # as a user does after a crash or a cancellation
        job.wait_step_ended()
        job = submit(folder, *options, again=job.run)
        resubmitted += 1
        states.append(state)
        if job.id is None or jobs.read_json(job.run)["status"] == "done":
            break
    jobs.same_bits(whole, job.run)
    again = "submitted again after %s" % ", ".join(states) if states else "not submitted again"
    print("cycle %d: %s; %d requeues, %s" % (number, ", ".join(struck), job.restarts(), again), flush=True)


def administer(done, resumed):
    """What an administrator does: Slurm drains a node where a number that a killed controller gave again still runs."""
    while not done.wait(5):
        text = subprocess.run(["sinfo", "-h", "-N", "-p", "batch", "-t", "drain", "-o", "%N"], capture_output=True, text=True).stdout
        for node in text.split():
            subprocess.run(["scontrol", "update", "NodeName=" + node, "State=RESUME"], capture_output=True)
            resumed.append(node)


def is_good(number, seed, *arguments):
    import jobs
    try:
        cycle(number, random.Random("%d of seed %d" % (number, seed)), *arguments)
    except jobs.Failure as failure:
        print("LOST in cycle %d: %s" % (number, failure), flush=True)
        return False
    return True


def main(options):
    import jobs
    cluster = fake_cluster.Cluster()
    (cluster.home / "cases").mkdir()
    os.environ.update(TARN_CASES=str(cluster.home / "cases"), HOME=str(cluster.home))
    start, done, resumed = time.monotonic(), threading.Event(), []
    try:
        cluster.start()
        threading.Thread(target=administer, args=(done, resumed)).start()
        text = jobs.deck(checkpoints=12)
        whole = jobs.reference(jobs.new_folder("whole"), text)
        with concurrent.futures.ThreadPoolExecutor(options.together) as pool:
            cycles = [pool.submit(is_good, number, options.seed, cluster, jobs.new_folder("soak-%03d" % number), text, whole)
                      for number in range(options.cycles)]
            lost = [one.result() for one in cycles].count(False)
    finally:
        done.set()
        cluster.stop()
    print("nodes that Slurm drained, and that were resumed: %d" % len(resumed))
    print("struck: " + ", ".join("%s %d times" % pair for pair in sorted(STRUCK.items())))
    print("%d cycles, %d lost, seed %d, %.0f s" % (options.cycles, lost, options.seed, time.monotonic() - start))
    return 1 if lost else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cycles", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--together", type=int, default=3)
    options = parser.parse_args()
    if not os.environ.get(fake_cluster.INSIDE):
        reason = fake_cluster.why_impossible()
        if reason:
            sys.exit("not run: " + reason)
        fake_cluster.enter([os.path.abspath(__file__), *sys.argv[1:]])
    sys.exit(main(options))
