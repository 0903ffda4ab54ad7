"""python3 make_cases.py GROUP OUT: writes NumPy's answers for a group of cases; see cases.hpp."""

import importlib
import os
import sys
import warnings

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, "..", "expression")]

import numpy as np  # noqa: E402

from case_file import CaseFile  # noqa: E402

if __name__ == "__main__":
    warnings.simplefilter("ignore")  # of empty slices and the like, which are among the cases
    file = CaseFile(sys.argv[2])
    with np.errstate(all="ignore"):
        importlib.import_module(sys.argv[1] + "_cases").write(file)
    file.close()
