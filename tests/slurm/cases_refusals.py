"""What is refused before anything waits, and names that are data."""
import json
import os
import random
import re
import subprocess

from jobs import ENDED, LIMIT, Job, check, deck, new_folder, tarn, wait_for


def queued():
    return subprocess.run(["squeue", "-h", "-o", "%i %j"], capture_output=True, text=True).stdout


def refusals():
    """Each is refused with its reason, with no job and no directory."""
    folder = new_folder("refused")
    (folder / "good.toml").write_text(deck(name="refused"))
    (folder / "bad.toml").write_text(deck(name="refused").replace("feed = 0.037", "feed = -1").replace("[history]", "[histor]"))
    (folder / "large.toml").write_text(deck(name="refused").replace("[16, 16]", "[20000, 20000]").replace("[16.0, 16.0]", "[20000.0, 20000.0]"))
    (folder / "vary.toml").write_text(deck(name="refused") + '[ensemble.vary]\n"gray_scott.feed" = [0.03, -1]\n')
    time = ("--time", "00:05:00")
    cases = [
        ("bad.toml", time, "did you mean"), ("bad.toml", time, "gray_scott.feed"), ("vary.toml", time, "member 1"),
        ("large.toml", time, "each node must have"), ("good.toml", ("--time", "20:00:00"), "is more than partition batch allows"),
        ("good.toml", (*time, "--partition", "nowhere"), "there is no partition nowhere"),
        ("good.toml", (*time, "--nodes", "3"), "partition batch has 2"), ("good.toml", (*time, "--gpus-per-node", "3"), "at most 2"),
        ("good.toml", (*time, "--ranks-per-node", "4", "--cpus-per-rank", "16"), "CPUs"),
        ("good.toml", (*time, "--memory-per-node", "1MB"), "takes about"), ("good.toml", (*time, "--nodes", "2", "--ranks-per-node", "211"), "ranks"),
        ("good.toml", (*time, "--after", str(folder)), "no job was submitted"), ("good.toml", (), "--time"),
        ("good.toml", (*time, "--partition", "small", "--nodes", "2"), "partition small has 1"),
    ]
    for name, options, reason in cases:
        done = tarn("submit", str(folder / name), "--root", str(folder / "runs"), *options)
        check(done.returncode in (2, 3) and reason in done.stderr, name, options, "->", done.returncode, done.stdout, done.stderr)
    check(not (folder / "runs").exists(), "a directory was made")
    check("refused" not in queued(), "a job waits:", queued())
    return "%d requests" % len(cases)


PIECES = [";", "'", '"', "\n", "$(touch INJECTED)", "`touch INJECTED`", "--wrap=touch INJECTED", "-p", " ", "&&", "|", "\\",
          "%j", "#SBATCH --wrap=x\n", "\udcff\udcfe", "ä", "*", "~", "$HOME", "!", "\t", "\r", "=", "name", "../", "%"]


DIRECTIVE = re.compile("#SBATCH --(job-name|nodes|ntasks-per-node|cpus-per-task|time|signal|requeue|open-mode|output|partition|account|"
                       "dependency|kill-on-invalid-dep)(=[A-Za-z0-9._:@%,+/-]+)?")


def hostile_names(count=100, seed=20261128):
    """Names of directories, decks and values of keys that mean something to a shell or to sbatch."""
    folder = new_folder("hostile")
    rng = random.Random(seed)
    jobs = refused = scripts = 0
    for n in range(count):
        name = "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 4))).replace("/", "_").replace("..", "_") or "x"
        root = folder / ("%03d" % n) / name.replace("\0", "")
        root.mkdir(parents=True)
        kind = n % 4
        words = ["submit", str(folder / "good.toml"), "--time", "00:02:00", "--root", str(root)]
        (folder / "good.toml").write_text(deck(checkpoints=1, steps=1))
        if kind == 1:
            file = root / (name + ".toml")
            file.write_text(deck(checkpoints=1, steps=1))
            words[1] = str(file)
        elif kind == 2:
            words += ["--set", "run.name=" + json.dumps(name.encode("utf8", "replace").decode())]
        elif kind == 3:
            option = rng.choice(["--partition", "--account", "--after"])
            words += [option + "=" + name]
        submit = n % 10 < 2  # a script that is only printed is looked at just as closely
        if not submit:
            words.append("--dry-run")
        done = tarn(*words, cwd=folder)
        check(done.returncode in (0, 2, 3), words, done.returncode, done.stdout, done.stderr)
        if done.returncode != 0:
            refused += 1
            check(done.stderr.strip(), "refused without a reason", words)
        elif submit:
            jobs += 1
            record = next(file for file in root.glob("*/job.json") if file.parent.name != "latest")
            job = json.loads(record.read_text())["job"]
            status = lambda: subprocess.run(["squeue", "-h", "-t", "all", "-j", job, "-o", "%T"], capture_output=True, text=True).stdout.strip()
            wait_for("hostile job %s %r" % (job, words), lambda: status() in ENDED, LIMIT)
            log = record.parent / "job.log"
            check(status() == "COMPLETED", words, status(), log.exists() and log.read_text(errors="replace"))
            check(json.loads((record.parent / "run.json").read_text())["status"] == "done", "not done", words)
        else:
            scripts += 1
            directives = [line for line in done.stdout.splitlines() if line.startswith("#SBATCH")]
            check(len(directives) >= 9 and all(DIRECTIVE.fullmatch(line) for line in directives), directives)
            check(subprocess.run(["bash", "-n"], input=done.stdout, text=True, errors="surrogateescape").returncode == 0, "no bash")
            words_of_run = done.stdout.split("run_tarn() { exec ")[1].split("; }\n")[0]
            read = subprocess.run(["bash", "-c", "printf '%s\\0' " + words_of_run], cwd=folder, capture_output=True).stdout.split(b"\0")
            check(read[-3] == os.fsencode(os.path.normpath(root)), read, root)
        check(not list(folder.rglob("INJECTED")), "a shell ran what was data", words)
    return "%d names: %d jobs completed, %d scripts, %d refused, none reached a shell (seed %d)" % (count, jobs, scripts, refused, seed)
