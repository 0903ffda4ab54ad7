"""Batch jobs on a real Slurm of two fake nodes. Cases run side by side, for limits of jobs are whole minutes; those that
break the cluster come one after the other behind them.

    TARN_TEST_SLURM=1 python3 slurm_test.py [--long] [CASE...]

It is skipped, with the reason, where the packages or the permission to start such a cluster are missing.
"""
import concurrent.futures
import os
import pathlib
import sys
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]  # this folder's modules, and support/
import fake_cluster  # noqa: E402

SKIPPED = 77


def cases():
    """Name, function, whether it needs the cluster to itself, whether it is one of the long ones."""
    import cases_faults as faults
    import cases_holes as holes
    import cases_refusals as refusals
    import cases_runs as runs
    import cases_sites as sites
    together = [runs.time_limit, sites.script_of_my_own, runs.cancelled, runs.one_rank_killed, runs.one_rank_crashed,
                runs.ensemble_of_six, runs.chain, runs.completes_on_one_rank_and_on_four, runs.stop_and_checkpoint_files,
                refusals.refusals, refusals.hostile_names, sites.launcher_mpirun, sites.container_hides_the_scheduler,
                sites.no_scontrol_in_the_job, holes.submitted_twice_at_once, holes.submitted_by_hand,
                holes.submission_killed, holes.begun_without_a_job, holes.directory_gone, holes.disk_full,
                holes.forgotten_and_held, holes.pipeline_goes_on]
    alone = [(faults.preempted, False), (faults.node_drained, True), (faults.controller_restarted, True),
             (faults.node_daemon_killed, True), (faults.node_dead, True)]
    return [(f.__name__, f, False, False) for f in together] + [(f.__name__, f, True, long) for f, long in alone]


def run(name, function, *arguments):
    start = time.monotonic()
    try:
        text, good = function(*arguments), True
    except Exception as error:  # every kind is this case's failure
        text, good = "".join(traceback.format_exception_only(error)).strip() or traceback.format_exc(), False
    print("%s %s (%.1f s): %s" % ("ok    " if good else "FAILED", name, time.monotonic() - start, text), flush=True)
    return good


def run_alone(cluster, name, function, *arguments):
    """Two chances: daemons and jobs of a loaded machine may be starved for longer than any limit of Slurm's."""
    for attempt in ("", ", once more"):
        cluster.clear()
        if run(name + attempt, function, *arguments):
            return True
    return False


def main():
    long = "--long" in sys.argv or os.environ.get("TARN_LONG_TESTS") == "1"
    wanted = [word for word in sys.argv[1:] if not word.startswith("--")]
    chosen = [case for case in cases() if case[0] in wanted or (not wanted and (long or not case[3]))]
    if not chosen:
        sys.exit("no such case; there are: " + ", ".join(case[0] for case in cases()))
    cluster = fake_cluster.Cluster()
    (cluster.home / "cases").mkdir()
    os.environ["TARN_CASES"] = str(cluster.home / "cases")
    os.environ["HOME"] = str(cluster.home)
    good = True
    try:
        start = time.monotonic()
        cluster.start()
        print("a cluster of two nodes came up in %.1f s" % (time.monotonic() - start), flush=True)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            results = [(name, function, pool.submit(run, name, function)) for name, function, alone, _ in chosen
                       if not alone]
        for name, function, result in results:
            if not result.result():
                good = run_alone(cluster, name + ", alone", function) and good
        for name, function, alone, _ in chosen:
            if alone:
                good = run_alone(cluster, name, function, cluster) and good
    except Exception:
        traceback.print_exc()
        good = False
    finally:
        if not good:
            print(cluster.logs(12))
        cluster.stop()
    left_out = [case[0] for case in cases() if not wanted and case not in chosen]
    if left_out:
        print("not run, for they take long (./dev test --long): " + ", ".join(left_out))
    return 0 if good else 1


if __name__ == "__main__":
    if os.environ.get("TARN_TEST_SLURM") != "1":
        print("not run: TARN_TEST_SLURM is not 1")
        sys.exit(SKIPPED)
    if not os.environ.get(fake_cluster.INSIDE):
        reason = fake_cluster.why_impossible()
        if reason:
            print("not run: " + reason)
            sys.exit(SKIPPED)
        fake_cluster.enter([os.path.abspath(__file__), *sys.argv[1:]])
    sys.exit(main())
