"""Submits runs again and again while ranks, nodes and the controller are killed at random; counts runs that were lost.

    TARN_TEST_SLURM=1 python3 soak.py --cycles 100 --seed 1

A cycle is lost if its run does not come to its end, or ends with other bits than an uninterrupted one.
"""
import argparse
import os
import pathlib
import random
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import fake_cluster  # noqa: E402

FAULTS = ("none", "kill -9 a rank", "kill -SEGV a rank", "SIGUSR1 to a rank", "SIGTERM to a rank", "scancel", "requeue", "warning",
          "slurmctld")


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
    job = jobs.Job(folder, *options, text=text, env=jobs.slow(folder / "runs", 0.02))
    struck = []
    for _ in range(rng.randint(1, 2)):
        fault = rng.choice(FAULTS)
        time.sleep(rng.uniform(0.5, 3.5))
        strike(fault, job, rng, cluster)
        struck.append(fault)
    resubmitted = 0
    while job.wait_ended(150) != "COMPLETED" and resubmitted < 3:  # as a user does after a crash or a cancellation
        job.wait_step_ended(60)
        job = jobs.Job(folder, *options, again=job.run)
        resubmitted += 1
        if job.id is None or jobs.read_json(job.run)["status"] == "done":
            break
    jobs.same_bits(whole, job.run)
    print("cycle %d: %s; %d requeues, submitted again %d times" % (number, ", ".join(struck), job.restarts(), resubmitted), flush=True)


def main(options):
    import jobs
    cluster = fake_cluster.Cluster()
    (cluster.home / "cases").mkdir()
    os.environ.update(TARN_CASES=str(cluster.home / "cases"), HOME=str(cluster.home))
    rng, lost, start = random.Random(options.seed), 0, time.monotonic()
    try:
        cluster.start()
        folder = jobs.new_folder("soak")
        text = jobs.deck(checkpoints=12)
        whole = jobs.reference(folder, text)
        for number in range(options.cycles):
            try:
                cycle(number, rng, cluster, folder, text, whole)
            except jobs.Failure as failure:
                lost += 1
                print("LOST in cycle %d: %s" % (number, failure), flush=True)
    finally:
        cluster.stop()
    print("%d cycles, %d lost, seed %d, %.0f s" % (options.cycles, lost, options.seed, time.monotonic() - start))
    return 1 if lost else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cycles", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not os.environ.get(fake_cluster.INSIDE):
        reason = fake_cluster.why_impossible()
        if reason:
            sys.exit("not run: " + reason)
        fake_cluster.enter([os.path.abspath(__file__), *sys.argv[1:]])
    sys.exit(main(options))
