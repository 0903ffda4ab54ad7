"""report.html: what it tells of runs that go on and of runs that have ended, and that it is always whole."""

import json
import os
import pathlib
import re
import signal
import subprocess
import time
import unittest

from support.report_page import Page
from support.tarn_program import PROGRAM, Case, tarn

DECK = """[run]
app = "heat"
name = "plate"
[grid]
cells = [{cells}, {cells}]
[time]
end = {end}
[heat]
diffusivity = 0.001
initial = "1 + sin(2 * pi * x) * exp(-y)"
[history]
every = {{ steps = {every} }}
[[image]]
field = "temperature"
every = {{ steps = {every} }}
[checkpoint]
every = {{ steps = 1000 }}
"""
SHORT = DECK.format(cells=16, end=200.0, every=1)
LONG = DECK.format(cells=200, end=100000.0, every=10)
OFTEN = {"TARN_REPORT_SECONDS": "0.2"}


def page_of(run):
    return Page((run / "report.html").read_text())


class Report(Case):
    def setUp(self):
        super().setUp()
        self.run_folder = self.folder / "run"

    def start(self, deck, *words, env=OFTEN):
        """A run that goes on when this returns."""
        process = subprocess.Popen([PROGRAM, "run", str(deck), "--run-dir", str(self.run_folder), *words],
                                   cwd=self.folder, env={**os.environ, **env}, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def wait_until(self, true, process, seconds=60):
        end = time.monotonic() + seconds
        while not true():
            self.assertIsNone(process.poll(), "the run has ended")
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)

    def ok(self, *words):
        return self.run_ok(*words, cwd=self.folder)

    def test_a_finished_run_has_all_in_one_small_file(self):
        self.ok("run", self.write("deck.toml", SHORT), "--run-dir", "run", "--set", "time.max_steps=150")
        page = page_of(self.run_folder)

        pictures = sorted((self.run_folder / "img").glob("*.png"))
        self.assertEqual(len(pictures), 151)
        self.assertEqual(len(page.images), 60)
        self.assertEqual(page.images[0], pictures[-1].read_bytes())
        self.assertEqual(page.images[-1], pictures[0].read_bytes())
        steps = [int(caption.removeprefix("step ")) for caption in page.captions][::-1]
        gaps = {later - earlier for earlier, later in zip(steps, steps[1:])}
        self.assertEqual((steps[0], steps[-1], gaps), (0, 150, {2, 3}))
        self.assertLess(len(page.text), 10e6)
        reached = float((self.run_folder / "history.csv").read_text().splitlines()[-1].split(",")[1])
        share = round(100 * reached / 200)  # time.max_steps ends it before time.end
        self.assertEqual((page.status, page.share, page.refresh, page.command), ("done", share, None, None))
        self.assertLess(share, 100)
        self.assertIn("60 of 151 pictures", page.shown)
        columns = (self.run_folder / "history.csv").read_text().splitlines()[0].split(",")[2:]
        for column in columns:
            self.assertIn(f"{column} over time", page.shown)
            self.assertIn("151 values, from", page.shown)
        for told in ["What runs where", "16 × 16", "double", "of peak", "region", "cell updates/s", "time.max_steps"]:
            self.assertIn(told, page.shown + page.text)
        self.assertNotIn("http", page.text.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", ""))
        verified = json.loads(self.ok("data", "verify", "run", "--json").stdout)
        self.assertEqual((verified["problems"], verified["notes"]), ([], []))
        self.assertIn('"file":"report.html"', (self.run_folder / "MANIFEST.jsonl").read_text())

    def test_of_several_ranks_the_page_tells_how_their_halos_travel(self):
        self.ok("run", self.write("deck.toml", SHORT), "--run-dir", "run", "-n", "2", "--set", "time.max_steps=2")
        halo = json.loads((self.run_folder / "run.json").read_text())["halo"]
        self.assertTrue(halo)
        self.assertIn(f"2, halo through {halo}", page_of(self.run_folder).shown)

    def test_readers_of_a_running_run_only_see_whole_pages(self):
        process = self.start(self.write("deck.toml", LONG))
        seen, shares, opened = set(), [], 0
        self.wait_until((self.run_folder / "report.html").exists, process)
        until = time.monotonic() + 120  # on a machine that is busy
        while opened <= 50 or len(seen) <= 5 or len(page.images) <= 1 or " left" not in page.shown:
            self.assertLess(time.monotonic(), until, (opened, len(seen)))
            self.assertIsNone(process.poll())
            with open(self.run_folder / "report.html") as file:
                seen.add(os.fstat(file.fileno()).st_ino)
                page = Page(file.read())
            opened += 1
            self.assertEqual(page.status, "running")
            self.assertGreaterEqual(page.refresh, 5)  # more where a busy machine writes pages seldom
            self.assertIn("Last written at", page.shown)
            shares.append(page.share)
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(60), 75)

        self.assertEqual(shares, sorted(shares))
        ended = page_of(self.run_folder)
        self.assertEqual((ended.status, ended.refresh), ("stopped", None))
        self.assertIn("SIGTERM", ended.shown)
        verified = json.loads(self.ok("data", "verify", "run", "--json").stdout)
        self.assertEqual(verified["problems"], [])

    def test_the_command_in_the_page_goes_on_with_the_run(self):
        self.write("my deck.toml", LONG)
        process = self.start("my deck.toml", "--set", "heat.initial=1 + x * 2")
        self.wait_until((self.run_folder / "history.csv").exists, process)
        (self.run_folder / "stop").touch()
        self.assertEqual(process.wait(60), 75)
        page = page_of(self.run_folder)
        self.assertEqual(page.status, "stopped")
        self.assertIn("asked to stop by the file stop", page.shown)
        command = page.command + " --set time.max_steps=1"  # which it has taken

        path = f"{pathlib.Path(PROGRAM).parent}:{os.environ['PATH']}"
        again = subprocess.run(["sh", "-ec", command], cwd="/", env={**os.environ, "PATH": path}, capture_output=True,
                               text=True)
        self.assertEqual(again.returncode, 0, f"{command}\n{again.stderr}")
        self.assertEqual(page_of(self.run_folder).status, "done")

    def test_of_a_killed_run_the_page_tells_when_it_was_written_and_is_made_again(self):
        process = self.start(self.write("deck.toml", LONG))
        self.wait_until(lambda: (self.run_folder / "report.html").exists() and page_of(self.run_folder).images, process)
        listed = self.ok("report", "run")
        self.assertIn("the run goes on and writes this file itself", listed.stderr)
        self.ok("report", "run", "--output", "now.html")
        now = Page((self.folder / "now.html").read_text())
        self.assertEqual((now.status, now.refresh), ("running", None))
        process.kill()
        process.wait()
        half_written = {path.name for path in (self.run_folder / "tmp").glob("report*")}  # when it was killed
        left = page_of(self.run_folder)
        self.assertIn("if that is long ago, the run was killed", left.shown)

        made = self.ok("report", "run")
        self.assertEqual(made.stdout, f"{self.run_folder}/report.html\n")
        page = page_of(self.run_folder)
        self.assertEqual((page.status, page.refresh), ("killed", None))
        self.assertIn("no process does so: it was killed", page.shown)
        self.assertIn("--restart", page.command)
        self.assertEqual(json.loads(self.ok("data", "verify", "run", "--json").stdout)["problems"], [])
        self.assertLessEqual({path.name for path in (self.run_folder / "tmp").glob("report*")}, half_written)

    def test_output_replaces_reports_alone(self):
        self.ok("run", self.write("deck.toml", SHORT), "--run-dir", "run", "--set", "time.max_steps=2")
        other = self.write("notes.txt", "mine")
        kept = (self.run_folder / "deck.toml").read_text()
        for file, told in ((other, "it is no report"), (self.run_folder / "deck.toml", "it is no report"),
                           (self.folder, "is a directory")):
            done = tarn("report", "run", "--output", file, cwd=self.folder)
            self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
            self.assertIn(told, done.stderr)
        self.assertEqual((pathlib.Path(other).read_text(), (self.run_folder / "deck.toml").read_text()), ("mine", kept))

        (self.folder / "link.html").symlink_to("real.html")
        for _ in range(2):
            self.ok("report", "run", "--output", "real.html")
            self.ok("report", "run", "--output", "link.html")
            self.assertTrue((self.folder / "link.html").is_symlink())
        self.assertEqual(Page((self.folder / "real.html").read_text()).status, "done")

    def test_devices_and_pipes_are_written_to_and_stay(self):
        self.ok("run", self.write("deck.toml", SHORT), "--run-dir", "run", "--set", "time.max_steps=2")
        os.mkfifo(self.folder / "pipe")
        reader = subprocess.Popen(["cat", self.folder / "pipe"], stdout=subprocess.PIPE, text=True)
        self.addCleanup(reader.kill)
        self.assertEqual(self.ok("report", "run", "--output", "pipe").stdout, "")
        self.assertTrue((self.folder / "pipe").is_fifo())
        self.assertEqual(Page(reader.communicate(timeout=60)[0]).status, "done")
        (self.folder / "full").symlink_to("/dev/full")  # were the link replaced, the device would stay
        done = tarn("report", "run", "--output", "full", cwd=self.folder)
        self.assertEqual((done.returncode, done.stdout), (3, ""), done.stderr)
        self.assertTrue((self.folder / "full").is_symlink())

    def test_a_failed_run_tells_why(self):
        deck = self.write("deck.toml", SHORT)
        words = ["--set", "run.precision=single", "--set", "heat.source=t > 0.5 ? 3e38 : 0"]
        done = tarn("run", deck, "--run-dir", "run", *words, cwd=self.folder)
        self.assertEqual(done.returncode, 4, done.stderr)
        page = page_of(self.run_folder)
        self.assertEqual((page.status, page.refresh), ("failed", None))
        self.assertIn("is NaN or infinite in cell", page.shown)
        self.assertGreater(len(page.images), 0)

    def test_where_no_page_can_be_written_that_is_told_once_and_the_run_goes_on(self):
        deck = self.write("deck.toml", SHORT)
        self.ok("run", deck, "--run-dir", "run", "--set", "time.max_steps=5")
        (self.run_folder / "report.html").unlink()
        (self.run_folder / "report.html").mkdir()

        done = self.ok("run", deck, "--run-dir", "run", "--restart", "--set", "time.max_steps=8")
        self.assertEqual(done.stderr.count("report.html could not be written, and the run goes on"), 1, done.stderr)
        self.assertEqual(json.loads((self.run_folder / "run.json").read_text())["status"], "done")
        self.assertEqual([path.name for path in (self.run_folder / "tmp").iterdir()], [])

    def test_text_of_the_deck_is_no_markup(self):
        evil = "</code></pre><script>alert('x')</script><img src=http://x/y>"
        deck = self.write("deck.toml", f"# {evil} é \n" + SHORT)
        self.ok("run", deck, "--run-dir", "run", "--set", "time.max_steps=2")
        page = page_of(self.run_folder)
        self.assertEqual(page.tags.count("script"), 1)
        self.assertEqual(len(page.images), 3)
        json_file = self.run_folder / "run.json"
        told = json.loads(json_file.read_text())
        told.update(host=evil, warnings=[evil, 3], deck=evil, errors={evil: 1}, cells=evil, status="done" + evil,
                    regions=[evil, {"name": evil}], name=evil, progress=[1], bandwidth=evil, restart={"command": evil})
        json_file.write_text(json.dumps(told))
        self.ok("report", "run", "-o", "evil.html")
        page = Page((self.folder / "evil.html").read_text())
        self.assertEqual(page.tags.count("script"), 1)
        self.assertEqual(len(page.images), 3)
        self.assertIn(evil, page.shown)

    def test_directories_of_earlier_versions_and_of_others_are_told_apart(self):
        self.ok("run", self.write("deck.toml", SHORT), "--run-dir", "run", "--set", "time.max_steps=5")
        (self.run_folder / "run.json").write_text('{"status": "running", "steps": 3, "ranks": 2}')
        (self.run_folder / "report.html").unlink()
        (self.run_folder / "MANIFEST.jsonl").write_text("".join(
            line for line in (self.run_folder / "MANIFEST.jsonl").read_text().splitlines(True)
            if "report.html" not in line and "run.json" not in line))
        self.ok("report", "run")
        page = page_of(self.run_folder)
        self.assertEqual((page.status, len(page.images)), ("killed", 6))
        self.assertEqual(page.command, f"tarn run {self.run_folder}/deck.toml --run-dir {self.run_folder} --restart -n 2")
        (self.run_folder / "history.csv").write_text("no table\n")
        self.ok("report", "run")
        self.assertIn("has no header of a history", page_of(self.run_folder).shown)

        (self.folder / "other").mkdir()
        for wrong, message in [("other", "is no run"), ("nothing", "there is no such directory")]:
            refused = tarn("report", wrong, cwd=self.folder)
            self.assertEqual(refused.returncode, 3)
            self.assertIn(message, refused.stderr)
        self.assertEqual(list((self.folder / "other").iterdir()), [])

    def test_a_column_over_all_decades_has_a_logarithmic_axis(self):
        self.ok("run", self.write("deck.toml", SHORT), "--run-dir", "run", "--set", "time.max_steps=5")
        history = self.run_folder / "history.csv"
        rows = [line.split(",") for line in history.read_text().splitlines()]
        for row, value in zip(rows[1:], ["1e-299", "1e-200", "1", "1e200", "1e299", "1e299"]):
            row[2] = value
        history.write_text("".join(",".join(row) + "\n" for row in rows))

        self.ok("report", "run", "-o", "vast.html")

        text = (self.folder / "vast.html").read_text()
        self.assertIn(f"{rows[0][2]} over time, logarithmic axis", Page(text).shown)
        line = re.search(r"logarithmic axis.*?class=\"line\" d=\"([^\"]*)\"", text, re.DOTALL)[1]
        heights = [float(point.split(" ")[1]) for point in re.split("[ML]", line)[1:]]
        self.assertEqual(heights, sorted(heights, reverse=True))
        self.assertTrue(all(12 <= height <= 184 for height in heights), heights)  # within the frame
        self.assertLess(heights[-1], heights[0] - 100)

    def test_warnings_of_the_run_are_in_it(self):
        deck = self.write("deck.toml", SHORT)
        self.ok("run", deck, "--run-dir", "run", "--set", "time.max_steps=5")
        with open(self.run_folder / "history.csv", "a") as history:
            history.write("torn")
        done = self.ok("run", deck, "--run-dir", "run", "--restart", "--set", "time.max_steps=8")
        self.assertIn("history.csv: 1 damaged row was dropped", done.stderr)
        self.assertIn("history.csv: 1 damaged row was dropped", page_of(self.run_folder).shown)
        self.assertEqual(json.loads((self.run_folder / "run.json").read_text())["warnings"],
                         ["history.csv: 1 damaged row was dropped"])


if __name__ == "__main__":
    unittest.main()
