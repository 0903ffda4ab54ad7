"""The line that shows how far long work is, on a terminal of a given width."""

import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import termios
import unittest

from support.tarn_program import PROGRAM, Case

DECK = """[run]
app = "heat"
[grid]
cells = [400, 400]
[time]
end = 1000.0
max_walltime = "00:00:02"
[heat]
diffusivity = 0.001
initial = "sin(2 * pi * x)"
"""


def on_terminal(columns, *words, cwd, locale="C.UTF-8", stream="stdout"):
    """What `tarn WORDS...` writes to a terminal: the exit code and the text, control characters included."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {**os.environ, "TERM": "xterm", "LC_ALL": locale}
    streams = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: theirs}
    process = subprocess.Popen([PROGRAM, *map(str, words)], cwd=cwd, env=environment, stdin=subprocess.DEVNULL, **streams)
    os.close(theirs)
    text = b""
    try:
        while piece := os.read(ours, 65536):
            text += piece
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    return process.wait(), text.decode()


def lines_of(text):
    """The lines that were written over each other."""
    return [re.split(r"[\r\n]", piece)[0] for piece in text.split("\r\x1b[K")[1:]]


class Progress(Case):
    def test_a_run_has_a_bar_that_fits_the_terminal(self):
        deck = self.write("deck.toml", DECK)
        for columns, locale, bar in [(140, "C.UTF-8", r"[█░]{24}"), (40, "C", r"\[[#.]{10}\]")]:
            with self.subTest(columns=columns):
                code, text = on_terminal(columns, "run", deck, cwd=self.folder, locale=locale)
                self.assertEqual(code, 75, text)
                lines = lines_of(text)
                self.assertGreater(len(lines), 3)
                for line in lines:
                    self.assertRegex(line, rf"^{bar} +\d+%  [^ ]+ .*left")
                    self.assertLess(len(line), columns)
                self.assertEqual("cells/s  " in lines[-1], columns == 140)

    def test_long_work_on_data_shows_a_line_and_takes_it_away(self):
        make = ["data", "make", "set", "--shape", "1000x1000", "--count", "30"]
        code, text = on_terminal(100, *make, cwd=self.folder, stream="stderr")
        self.assertEqual(code, 0, text)
        self.assertRegex(lines_of(text)[0], r"^[█░]{24} +\d+%  .* left  \d+ of 30 files$")
        self.assertTrue(text.endswith("\r\x1b[K"), text[-40:])

        # Work that a fast disk does at once shows nothing; there it is more and more of it.
        for count in (30, 120, 480):
            if count > 30:
                self.run_ok("data", "make", f"set{count}", "--shape", "1000x1000", "--count", str(count), cwd=self.folder)
            code, text = on_terminal(100, "data", "verify", "set" if count == 30 else f"set{count}", cwd=self.folder,
                                     stream="stderr")
            self.assertEqual(code, 0, text)
            if lines_of(text):
                break
        self.assertRegex(lines_of(text)[0],
                         rf"^[█░]{{24}} +\d+%  .* left  \d+ of {count} files  .* of [\d.]+ [MG]B  data_\d{{4}}\.h5$")
        self.assertTrue(text.endswith("\r\x1b[K"), text[-40:])

    def test_nothing_of_it_is_in_a_file(self):
        deck = self.write("deck.toml", DECK)
        done = self.run_ok("run", deck, "--set", "time.max_steps=3", cwd=self.folder)
        self.assertNotIn("\r", done.stdout)
        self.assertNotIn("\x1b", done.stdout + done.stderr)

    def test_nothing_of_it_is_in_a_file_that_ranks_write_to(self):
        """A launcher may give its ranks a terminal of its own."""
        launcher = shutil.which("mpiexec") or self.skipTest("no mpiexec on the path")
        deck = self.write("deck.toml", DECK)
        words = [PROGRAM, "run", str(deck), "--set", "time.max_steps=3"]
        for command in ([*words, "-n", "2"], [launcher, "-n", "2", *words]):
            done = subprocess.run(command, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("time loop", done.stdout)
            self.assertNotIn("\x1b", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
