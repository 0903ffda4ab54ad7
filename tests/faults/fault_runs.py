"""Runs of a small heat deck under the fault library, and what must hold of a run directory afterwards."""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import threading
import time

from support.tarn_program import PROGRAM

LIBRARY = os.environ["TARN_FAULT_LIBRARY"]

DECK = """# A small plate that writes all the time.
[run]
app = "heat"
name = "plate"
[grid]
cells = [24, 20]
[time]
end = 1.0
dt = 1e-4
max_steps = 40
[heat]
diffusivity = 0.1
initial = "sin(3 * x) + y * random"
[[output]]
every = { steps = 8 }
[history]
every = { steps = 2 }
[checkpoint]
every = { steps = 5 }
keep = 2
"""
STEPS, INTERVAL, KEEP = 40, 5, 2  # of the deck; steps between checkpoints, and how many are kept

os.environ["TARN_REPORT_SECONDS"] = "1000000"  # the pages at start and end alone, so that every run makes the same calls

TARNS_NAMES = [
    r"deck\.toml", r"run\.json", r"report\.html", r"history\.csv", r"MANIFEST\.jsonl", r"\.lock", r"\.tarn-root", r"\.tarn-run",
    r"out/fields-\d{10}\.h5", r"ckpt/\d{10}\.h5",
]


def fault(kind, at, action, below, **more):
    """The environment that makes the at-th call of a kind fail or kill."""
    names = {"rank": "TARN_FAULT_RANK", "times": "TARN_FAULT_TIMES", "part": "TARN_FAULT_PART",
             "count": "TARN_FAULT_COUNT"}
    return {"LD_PRELOAD": LIBRARY, "TARN_FAULT_BELOW": str(below), "TARN_FAULT_KIND": kind, "TARN_FAULT_AT": str(at),
            "TARN_FAULT_ACTION": str(action), **{names[key]: str(value) for key, value in more.items()}}


def run(deck, directory, *words, ranks=1, env=None, timeout=120, prefix=()):
    """`tarn run`. Several ranks get the environment through the launcher, which itself stays whole."""
    command = [PROGRAM, "run", str(deck), "--run-dir", str(directory), "--quiet", *map(str, words)]
    given = env or {}
    if ranks > 1:
        exports = [word for name, text in given.items() for word in ("-x", f"{name}={text}")]
        command, given = ["mpiexec", "-n", str(ranks), *exports, *command], {}
    words = [*prefix, *command]
    process = subprocess.Popen(words, env={**os.environ, **given}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.terminate()  # a launcher ends its ranks then
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            pass
        process.kill()
        raise
    return subprocess.CompletedProcess(words, process.returncode, out, err)


def calls_of_a_run(deck, folder, ranks=1):
    """Calls that each rank of a whole run makes: {rank: {kind: number}}."""
    told, directory = pathlib.Path(folder) / "count", pathlib.Path(folder) / "counted"
    done = run(deck, directory, ranks=ranks, env=fault("any", 0, "kill", directory, count=told))
    if done.returncode != 0:
        raise SystemExit(f"the run that counts calls fails:\n{done.stdout}{done.stderr}")
    calls = {}
    for line in told.read_text().splitlines():
        rank, kind, number = line.split()
        most = calls.setdefault(int(rank), {})
        most[kind] = max(most.get(kind, 0), int(number))  # the launcher's helpers tell of 0 calls
    for kinds in calls.values():
        kinds["any"] = sum(number for kind, number in kinds.items() if kind != "read")
    told.unlink()
    shutil.rmtree(directory)
    return calls


class Trials:
    """Runs trials side by side, until all are done or time is up, and tells what came of them."""

    def __init__(self, jobs, seconds):
        self.jobs, self.end = jobs, time.monotonic() + seconds if seconds else None
        self.lock = threading.Lock()
        self.tried = self.failures = self.left_out = 0

    def run(self, trial, cases):
        """Calls trial(case), which returns what is wrong or None, for each."""
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            list(pool.map(lambda case: self.one(trial, case), cases))

    def one(self, trial, case):
        if self.end and time.monotonic() > self.end:
            with self.lock:
                self.left_out += 1
            return
        try:
            problem = trial(case)
        except subprocess.TimeoutExpired as hang:
            problem = f"{case}: hangs: {hang}"
        except Exception as error:  # a defect of the test or of a file that it reads: a failure too
            problem = f"{case}: {type(error).__name__}: {error}"
        with self.lock:
            self.tried += 1
            if problem:
                self.failures += 1
                print(problem, flush=True)

    def told(self):
        late = f", {self.left_out} left out for want of time" if self.left_out else ""
        return f"{self.failures} failures{late}"


def parallel_options(options):
    options.add_argument("--jobs", type=int, default=1, help="how many at a time")
    options.add_argument("--seconds", type=float, default=None, help="begin none after so many seconds")
    options.add_argument("--below", default=None, help="a directory on the file system to try")


def allow_mpi():
    """Open MPI refuses root, and more ranks than cores, unless told."""
    for name in ("OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "OMPI_MCA_rmaps_base_oversubscribe"):
        os.environ.setdefault(name, "1")
    if not any(name.startswith("PRTE_MCA_") for name in os.environ):  # the suite knows their names in version 6
        os.environ["PRTE_MCA_rmaps_default_mapping_policy"] = ":oversubscribe"  # what version 5 reads


def verify(directory):
    return subprocess.run([PROGRAM, "data", "verify", str(directory)], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, timeout=120)


def committed_steps(directory):
    """Steps of the checkpoints whose lines stand whole in the manifest, removed ones left out."""
    manifest = pathlib.Path(directory) / "MANIFEST.jsonl"
    steps = set()
    if not manifest.exists():
        return steps
    for line in manifest.read_text(errors="replace").split("\n")[:-1]:
        found = re.search(r'"action":"(commit|remove)","file":"ckpt/(\d{10})\.h5"', line)
        if found:
            (steps.add if found[1] == "commit" else steps.discard)(int(found[2]))
    return steps


def values(path):
    """The field's bytes in a snapshot or checkpoint."""
    import h5py
    with h5py.File(path) as file:
        step = next(iter(file["data"]))
        return file[f"data/{step}/fields/temperature"][:].tobytes(), file[f"data/{step}"].attrs["time"]


def stray_files(directory):
    """What stands in a run directory under a name that no run writes, or is left over."""
    directory = pathlib.Path(directory)
    names = [path.relative_to(directory).as_posix() for path in directory.rglob("*") if not path.is_dir()]
    return [name for name in names if not any(re.fullmatch(form, name) for form in TARNS_NAMES)]


def kept_without(lost):
    """Names of the checkpoints that a whole run keeps if it told that those of these steps could not be written."""
    return [f"{step:010}.h5" for step in range(INTERVAL, STEPS + 1, INTERVAL) if step not in lost][-KEEP:]


def differences(directory, whole, lost=()):
    """How a run that was killed and continued differs from one that was not.

    @param lost  steps whose checkpoints the run told that it could not write; older ones are kept instead
    """
    directory, whole = pathlib.Path(directory), pathlib.Path(whole)
    found = []
    for folder in ("out", "ckpt"):
        names = sorted(path.name for path in (directory / folder).iterdir())
        expected = sorted(path.name for path in (whole / folder).iterdir())
        if names != expected and not (folder == "ckpt" and lost and names == kept_without(lost)):
            found.append(f"{folder}: {names} instead of {expected}")
        found += [f"{folder}/{name} has other values" for name in set(names) & set(expected)
                  if values(directory / folder / name) != values(whole / folder / name)]
    if (directory / "history.csv").read_bytes() != (whole / "history.csv").read_bytes():
        found.append("history.csv")
    return found
