"""What the cases do: submit decks, watch jobs, compare runs. Within the cluster's namespaces."""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time

import h5py

PROGRAM = os.environ.get("TARN_PROGRAM", "")
FAULTS = os.environ.get("TARN_FAULT_LIBRARY", "")
# Slurm's own words; FORGOTTEN and HELD are ours: a job that Slurm lost, or starts no more until somebody releases it.
STUCK = ("FORGOTTEN", "HELD")
ENDED = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "PREEMPTED", "OUT_OF_MEMORY", "DEADLINE", "BOOT_FAIL")


# So long is waited for what must come, on a machine that has much else to do [s].
LIMIT = 600


class Failure(Exception):
    pass


def check(condition, *what):
    if not condition:
        raise Failure(" ".join(str(w) for w in what))


def new_folder(name):
    return pathlib.Path(tempfile.mkdtemp(prefix=name + "-", dir=os.environ["TARN_CASES"]))


def deck(checkpoints=4, steps=20, feed=0.037, name=None, more=""):
    """A run of `checkpoints` checkpoints, `steps` steps apart."""
    return """
[run]
app = "gray_scott"
%s
[grid]
cells = [16, 16]
upper = [16.0, 16.0]
[time]
end = 1e9
dt = 0.5
max_steps = %d
[gray_scott]
du = 0.16
dv = 0.08
feed = %r
kill = 0.06
[gray_scott.initial]
u = "1 - 0.1 * random"
v = "x < 8 ? 0.3 : 0"
[history]
every = { steps = %d }
[checkpoint]
every = { steps = %d }
keep = 2
%s
""" % ('name = "%s"' % name if name else "", checkpoints * steps, feed, steps, steps, more)


def slow(folder, seconds):
    """The environment in which every fsync below a folder takes so long: a run lasts without computing."""
    return {"LD_PRELOAD": FAULTS, "TARN_FAULT_BELOW": str(folder), "TARN_FAULT_KIND": "fsync", "TARN_FAULT_AT": "1",
            "TARN_FAULT_ACTION": "sleep:%g" % seconds}


def tarn(*words, env=None, cwd=None, timeout=900):
    return subprocess.run([PROGRAM, *words], cwd=cwd, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, errors="surrogateescape", timeout=timeout)


class Job:
    """A submitted run or ensemble."""

    def __init__(self, folder, *options, text=None, env=None, minutes=5, again=None):
        """@param again  the directory of a run that was submitted before"""
        self.folder = folder
        file = folder / "case.toml"
        if text is not None:
            file.write_text(text)
        self.words = ["submit", str(file), "--root", str(folder / "runs"), "--time", "00:%02d:00" % minutes, *options]
        if again:
            self.words += ["--run-dir", str(again)]
        self.done = tarn(*self.words, env=env)
        check(self.done.returncode == 0, "submit:", self.done.stdout, self.done.stderr)
        self.run = pathlib.Path(re.search("run directory: (.*)", self.done.stdout).group(1))
        record = self.run / "job.json"
        self.id = json.loads(record.read_text())["job"] if record.exists() else None

    def fields(self):
        done = subprocess.run(["scontrol", "show", "job", "-o", self.id], capture_output=True, text=True)
        fields = dict(word.split("=", 1) for word in done.stdout.split() if "=" in word)
        elsewhere = fields.get("WorkDir", str(self.run)) != str(self.run)  # a controller that was killed gives numbers again
        return {"JobState": "FORGOTTEN"} if elsewhere or "Invalid job id" in done.stderr else fields

    def state(self):
        fields = self.fields()
        held = fields.get("JobState") == "PENDING" and "held" in fields.get("Reason", "").lower()
        return "HELD" if held else fields.get("JobState", "UNKNOWN")

    def restarts(self):
        return int(self.fields().get("Restarts", 0))

    def wait_settled(self, seconds=LIMIT):
        """Until nothing more comes of it by itself."""
        seen = []
        wait_for("the end of job %s in %s" % (self.id, self.run),
                 lambda: seen.append(self.state()) or seen[-1] in ENDED + STUCK, seconds, self.log)
        return seen[-1]

    def wait_ended(self, seconds=LIMIT):
        state = self.wait_settled(seconds)
        check(state not in STUCK, "job", self.id, "is", state, self.log())
        return state

    def wait_completed(self, seconds=LIMIT):
        state = self.wait_ended(seconds)
        check(state == "COMPLETED", "job", self.id, "is", state, self.log())
        check(self.json()["status"] == "done", "run.json:", self.json()["status"], self.log())

    def wait_running(self, steps=1, seconds=LIMIT):
        """Until the run has written a checkpoint of at least so many steps."""
        wait_for("steps of job %s" % self.id, lambda: newest_step(self.run) >= steps, seconds, self.log,
                 lambda: self.state() in ENDED + STUCK and newest_step(self.run) < steps)

    def wait_step_ended(self, seconds=LIMIT):
        wait_for("the end of the ranks", lambda: not ranks_of(self.run), seconds, self.log)

    def json(self):
        return read_json(self.run)

    def log(self):
        text = "".join(file.read_text(errors="replace") for file in sorted(self.run.glob("job*.log")))
        return "\n%s\n%s" % (self.fields(), text[-3000:])


def wait_for(what, condition, seconds, more=lambda: "", hopeless=lambda: False):
    """@param hopeless  whether it cannot come any more"""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        if hopeless() and not condition():
            raise Failure("%s will not come any more: %s" % (what, more()))
        time.sleep(0.25)
    raise Failure("%s did not come in %g s: %s" % (what, seconds, more()))


def read_json(run):
    try:
        return json.loads((run / "run.json").read_text())
    except FileNotFoundError:
        return {"status": "none"}


def newest_step(run):
    return max([int(file.stem) for file in (run / "ckpt").glob("*.h5")] or [-1])


def ranks_of(run):
    """The processes that run tarn in a directory."""
    found = []
    for process in pathlib.Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            if words[0] == PROGRAM.encode() and os.path.samefile(process / "cwd", run):
                found.append(int(process.name))
        except OSError:
            pass
    return sorted(found)


def reference(folder, text):
    """An uninterrupted run of a deck, on one rank and without a scheduler."""
    file = folder / "reference.toml"
    file.write_text(text)
    run = folder / "reference"
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("SLURM", "PMI", "TARN_FAULT"))}
    done = subprocess.run([PROGRAM, "run", str(file), "--run-dir", str(run), "--quiet"], env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    check(done.returncode == 0, "the reference:", done.stdout, done.stderr)
    return run


def same_bits(a, b):
    """That two runs ended in the same fields, bit for bit, and wrote the same history."""
    steps = newest_step(a), newest_step(b)
    check(steps[0] == steps[1] and steps[0] > 0, "last steps:", steps)
    with h5py.File(a / "ckpt" / ("%010d.h5" % steps[0])) as first, h5py.File(b / "ckpt" / ("%010d.h5" % steps[0])) as second:
        fields = "data/%d/fields" % steps[0]
        check(sorted(first[fields]) == sorted(second[fields]) and len(first[fields]) > 0, "fields:", list(first[fields]))
        for name in first[fields]:
            check(first[fields][name][()].tobytes() == second[fields][name][()].tobytes(), "field", name, "differs")
    check((a / "history.csv").read_bytes() == (b / "history.csv").read_bytes(), "history.csv differs")
    return steps[0]
