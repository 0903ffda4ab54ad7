"""Members that share a line share its comment, in what Doxygen sees of a header."""

import os
import pathlib
import sys
import unittest

SOURCE = pathlib.Path(os.environ.get("TARN_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(SOURCE / "tools"))

from doxygen_filter import seen  # noqa: E402


class Filter(unittest.TestCase):
    def test_each_member_of_a_line_gets_its_comment(self):
        cases = {
            "  int nx = 0, ny = 1;  ///< cells": "  int nx=0; /**< cells */ int ny = 1; /**< cells */",
            "  std::array<double, 3> lower{}, upper{};  ///< ends":
                "  std::array<double, 3> lower{}; /**< ends */ std::array<double, 3> upper{}; /**< ends */",
            "  Field<Real, 3> a, b;  ///< c": "  Field<Real, 3> a; /**< c */ Field<Real, 3> b; /**< c */",
        }
        for line, expected in cases.items():
            with self.subTest(line=line):
                self.assertEqual(seen(line), expected)

    def test_other_lines_stay_as_they_are(self):
        for line in ("  std::map<int, double> one;  ///< member", "  int f(int a, int b);  ///< a function", "int a, b;",
                     "  Grid(Halo&&) = default;  ///< moved", ""):
            with self.subTest(line=line):
                self.assertEqual(seen(line), line)


if __name__ == "__main__":
    unittest.main()
