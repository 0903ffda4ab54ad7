"""A run that ends before its end time says why, and how far it is."""

import json
import re
import unittest

from support.tarn_program import Case

DECK = """
[run]
app = "heat"
name = "rod"
[grid]
cells = [32]
[time]
end = 0.01
dt = 1e-4
max_steps = 25
[heat]
diffusivity = 1
initial = "sin(2 * pi * x)"
"""


class EarlyEnd(Case):
    def run_deck(self, *words):
        deck = self.write("rod.toml", DECK)
        done = self.run_ok("run", deck, "--run-dir", self.folder / "run", *words)
        summary = json.loads((self.folder / "run" / "run.json").read_text())
        return done.stdout, summary, (self.folder / "run" / "report.html").read_text()

    def test_the_number_of_steps_is_told_as_the_reason(self):
        text, summary, page = self.run_deck()
        reason = "time.max_steps is 25; time.end, which is 0.01, was not reached"
        self.assertIn(f"done at time 0.0025 after 25 steps: {reason}", text)
        self.assertEqual((summary["status"], summary["reason"]), ("done", reason))
        self.assertIn(reason, page)
        self.assertIn('aria-valuenow="25"', page)
        self.assertIn("<b>25%</b>", page)
        self.assertNotIn("100%</b>", page)

    def test_a_run_to_its_end_is_at_a_hundred(self):
        text, summary, page = self.run_deck("--set", "time.max_steps=")
        self.assertIn("done at time 0.01 after 100 steps\n", text)
        self.assertEqual(summary["reason"], "")
        self.assertIn("<b>100%</b>", page)

    def test_one_that_goes_on_is_at_a_hundred_too(self):
        self.run_deck()
        _, summary, page = self.run_deck("--restart", "--set", "time.max_steps=")
        self.assertEqual((summary["steps"], summary["reason"]), (100, ""))
        self.assertTrue(re.search(r"<b>100%</b>", page))


if __name__ == "__main__":
    unittest.main()
