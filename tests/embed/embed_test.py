"""tarn in other codes: it is installed once and moved elsewhere; examples/ and the hosts of this folder are built against that
tree as anyone would, and run."""

import math
import os
import pathlib
import re
import shutil
import sys
import tempfile
import unittest

import h5py
import numpy

from installing import BUILD, CMAKE, LIBRARIES, SOURCE, cache_of, files_with, must, on_ranks, strong_symbols

HOSTS = SOURCE / "tests" / "embed" / "hosts"
ENDS_OR_SIGNALS = {"exit", "_exit", "_Exit", "quick_exit", "abort", "MPI_Abort", "signal", "sigaction"}
PLATE = """
[run]
app = "heat"
[grid]
cells = [20, 10]
[grid.boundary]
x = ["dirichlet", "dirichlet"]
y = ["neumann", "neumann"]
[time]
end = 0.02
cfl = 0.9
[heat]
diffusivity = 1.0
initial = "300 + x + sin(5 * y)"
[heat.boundary_value]
x_lower = 300
x_upper = 280
[[output]]
series = "fields"
every = { steps = 1000 }
"""
TINY = """
#include <cstdio>
#include "tarn/core/runtime.hpp"
#include "tarn/core/version.hpp"
#include "tarn/ops/ops.hpp"
int main(int argc, char** argv) {
  using namespace tarn::ops;
  tarn::Runtime runtime(argc, argv);
  const auto a = runtime.array<double>("a", 10);
  assign(a, 1.0 + iota(10));
  std::printf("%s %d %d.%d.%d %g\\n", tarn::version().c_str(), TARN_VERSION, TARN_VERSION_MAJOR, TARN_VERSION_MINOR,
              TARN_VERSION_PATCH, sum(a));
}
"""
TINY_C = """
#include <stdio.h>
#include "tarn/c/tarn.h"
int main(int argc, char** argv) {
  tarn_runtime* runtime;
  MPI_Init(&argc, &argv);
  if (tarn_open(MPI_Comm_c2f(MPI_COMM_WORLD), &runtime) != TARN_OK) return 1;
  tarn_simulation* simulation;
  int status = tarn_simulation_create(runtime, argv[1], NULL, 0, &simulation);
  printf("%s %d %s\\n", tarn_version(), status, tarn_error_message());
  tarn_simulation_destroy(simulation);
  tarn_close(runtime);
  MPI_Finalize();
  return 0;
}
"""
FETCHING_HOST = """
cmake_minimum_required(VERSION 3.25)
project(host LANGUAGES C CXX)
include(FetchContent)
FetchContent_Declare(tarn SOURCE_DIR "${TARN_SOURCE}")
FetchContent_MakeAvailable(tarn)
add_executable(host host.cpp)
target_link_libraries(host PRIVATE tarn::ops tarn::io)
foreach(target tarn tarn_cli tarn_core_tests tarn_apps)
  if(TARGET ${target})
    message(FATAL_ERROR "${target} is part of the host's build")
  endif()
endforeach()
get_directory_property(options COMPILE_OPTIONS)
get_directory_property(definitions COMPILE_DEFINITIONS)
message(STATUS "global: '${options}${definitions}${CMAKE_CXX_FLAGS}' standard '${CMAKE_CXX_STANDARD}' tests '${BUILD_TESTING}'")
"""


class Embedded(unittest.TestCase):
    build = BUILD  # what is installed
    kind = "a"  # of its libraries

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tarn-embedded-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        must(CMAKE, "--install", cls.build, "--prefix", cls.folder / "first place")
        cls.installed = (cls.folder / "first place").rename(cls.folder / "tarn")
        cls.found = os.environ["TARN_FOUND_PACKAGES"].split()
        cls.built = cls.folder / "built"
        must(CMAKE, "-S", HOSTS, "-B", cls.built, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
             f"-DCMAKE_CXX_COMPILER={os.environ['TARN_CXX_COMPILER']}", f"-DCMAKE_PREFIX_PATH={cls.installed}",
             f"-DTARN_EXAMPLES={SOURCE / 'examples'}", *cls.found)
        must(CMAKE, "--build", cls.built, "-j", 2, timeout=3600)
        cls.deck = cls.folder / "plate.toml"
        cls.deck.write_text(PLATE)

    def tarn(self, *words):
        return must(self.installed / "bin" / "tarn", *words, cwd=self.folder)

    # The tree

    def test_nothing_in_the_moved_tree_names_a_folder_of_the_build(self):
        self.assertEqual(files_with(self.installed, (str(SOURCE), str(self.build), str(self.folder))), [])

    def test_schemas_and_the_changes_are_installed(self):
        share = self.installed / "share" / "tarn"
        apps = [line.split()[0] for line in self.tarn("list").splitlines() if not line.startswith(" ")]
        self.assertEqual(sorted(path.stem for path in (share / "schema").iterdir()), sorted(apps))
        for app in apps:
            self.assertEqual((share / "schema" / f"{app}.json").read_text(), self.tarn("describe", app, "--json-schema"))
        self.assertTrue((share.parent / "doc" / "tarn" / "CHANGELOG.md").is_file())

    def library(self, name):
        return self.installed / "lib" / f"libtarn_{name}.{self.kind}"

    def test_the_libraries_neither_end_the_host_nor_take_its_signals(self):
        for name in LIBRARIES:
            told = must("nm", *(["-D"] if self.kind == "so" else []), "--undefined-only", self.library(name))
            symbols = {line.split()[-1].split("@")[0] for line in told.splitlines() if " U " in line}
            self.assertIn("_Unwind_Resume", symbols)
            self.assertEqual(symbols & ENDS_OR_SIGNALS, set(), name)

    def test_the_libraries_name_what_is_tarns(self):
        for name in LIBRARIES:
            found = strong_symbols(self.library(name))
            # Of arrays most are templates, whose names are not among these.
            self.assertGreater(len(found), 5 if name == "arrays" else 10)
            self.assertEqual([symbol for symbol in found if not re.match(r"[a-z -]*tarn(::|_\w+(::|$))", symbol)], [], name)

    def test_pkg_config_builds_programs(self):
        packages = {"PKG_CONFIG_PATH": str(self.installed / "lib" / "pkgconfig")}
        found_at_start = {"LD_LIBRARY_PATH": str(self.installed / "lib")}  # pkg-config says nothing of it
        (self.folder / "tiny.cpp").write_text(TINY)
        (self.folder / "tiny.c").write_text(TINY_C)
        self.assertEqual(must("pkg-config", "--modversion", "tarn", env=packages), "0.2.0\n")
        for package, compiler, source in (("tarn", os.environ["TARN_CXX_COMPILER"], "tiny.cpp"), ("tarn-c", "cc", "tiny.c")):
            flags = must("pkg-config", "--cflags", package, env=packages).split()
            libraries = must("pkg-config", "--libs", package, env=packages).split()
            must(compiler, *flags, source, "-o", f"tiny-{package}", *libraries, cwd=self.folder)
        self.assertEqual(on_ranks(1, self.folder / "tiny-tarn", env=found_at_start), "0.2.0 200 0.2.0 55\n")
        self.assertEqual(on_ranks(1, self.folder / "tiny-tarn-c", self.deck, env=found_at_start), "0.2.0 0 \n")

    # A project around tarn

    def test_a_host_that_fetches_tarn_keeps_its_build(self):
        host = self.folder / "fetching"
        host.mkdir()
        (host / "host.cpp").write_text(TINY)
        caches = {}
        for name, text in (("without", FETCHING_HOST.split("include(FetchContent)")[0]), ("with", FETCHING_HOST)):
            (host / "CMakeLists.txt").write_text(text)
            told = must(CMAKE, "-S", host, "-B", host / name, "-G", "Ninja", f"-DTARN_SOURCE={SOURCE}",
                        f"-DCMAKE_CXX_COMPILER={os.environ['TARN_CXX_COMPILER']}", *self.found)
            caches[name] = {key: value for key, value in cache_of(host / name).items() if key.startswith("CMAKE_")}
        self.assertIn("global: '' standard '' tests ''", told)
        self.assertEqual(caches["with"], caches["without"])
        options = {key: value for key, value in cache_of(host / "with").items() if key.startswith("TARN_")}
        for name in ("APPS", "TESTS", "BENCHMARKS"):
            self.assertEqual(options[f"TARN_BUILD_{name}"], "BOOL=OFF")
        if os.environ.get("TARN_LONG_TESTS") == "1":  # builds the libraries anew
            must(CMAKE, "--build", host / "with", "-j", 2, timeout=3600)
            self.assertEqual(on_ranks(1, host / "with" / "host"), "0.2.0 200 0.2.0 55\n")

    # The hosts

    def test_ten_thousand_runtimes_leave_the_process_as_it_was(self):
        told = on_ranks(1, self.built / "cycles", 10000)
        found = re.match(r"cycles 10000 grown_kib (-?\d+) printed 0 changed '' mpi 1 kokkos 1 mean 501500\n", told)
        self.assertTrue(found, told)
        self.assertLess(int(found[1]), 1024)
        self.assertRegex(told, r"mpi_objects made [1-9]\d{4,} left ''\n")
        self.assertIn("told '1024 bytes of host memory in 1 arrays are in use at the end of the runtime'", told)

    def test_two_runtimes_at_once_in_a_host_without_kokkos(self):
        told = on_ranks(3, self.built / "two_runtimes").splitlines()
        self.assertEqual(told[0], "all 30 own 20 later 40 kokkos_ended 1 told ''")
        self.assertRegex(told[1], r"^MPI_Bcast failed: .*MPI_ERR_ROOT")

    def test_c_runs_steps_and_reads(self):
        for ranks in (1, 2):
            folder = self.folder / f"c-{ranks}"
            told = on_ranks(ranks, self.built / "c_host", self.deck, folder)
            self.assertNotIn("failures", told)
            self.assertIn("version 0.2.0 thread 0 changed '' printed 0 ended 0\n", told)
            self.assertIn("heard lines 1 ends 2 restart 1\n", told)
            self.assertIn("restarted at step 5\n", told)
            self.assertIn("message: /no/such/file.h5", told)
            with h5py.File(max((folder / "stepped").glob("fields-*.h5"))) as file:
                (step,) = file["data"].values()
                by_hand = step["fields/temperature"][()]
            with h5py.File(max((folder / "run" / "out").glob("fields-*.h5"))) as file:
                (step,) = file["data"].values()
                self.assertEqual(step["fields/temperature"][()].tobytes(), by_hand.tobytes())
            self.assertRegex(told, rf"file fields-\d+.h5 /data/\d+/fields/temperature float64 rank 2 first {by_hand[0, 0]:.17g}\n")
            low, high = re.search(r"min (\S+) max (\S+)", told).groups()
            self.assertEqual((float(low), float(high)), (by_hand.min(), by_hand.max()))
            self.assertAlmostEqual(float(re.search(r"sum (\S+)", told)[1]), math.fsum(by_hand.flat), delta=1e-10)
            self.tarn("data", "verify", folder / "stepped")

    def test_what_one_rank_lacks_is_an_error_on_all(self):
        *told, after = on_ranks(3, self.built / "missing_arguments", self.deck, self.folder / "missing").splitlines()
        calls = [re.fullmatch(r"(\w+) (\d+) (\d+) (\d+) (.+)", line) for line in told]
        self.assertEqual(len(calls), 23)
        for found in calls:
            self.assertEqual(found[2], found[3], found[0])
            self.assertEqual(found[2], found[4], found[0])
            self.assertNotEqual(found[2], "0", found[0])
        messages = {found[1]: found[5] for found in calls}
        self.assertEqual(messages["open"], "runtime is a null pointer")
        self.assertEqual(messages["snapshot"], "series is a null pointer")
        self.assertEqual(messages["step"].split(":")[0], "a step of -1 cannot be taken")
        self.assertEqual(after, "after 0 1")

    def test_the_types_of_kokkos_are_taken_as_they_are(self):
        self.assertEqual(on_ranks(1, self.built / "kokkos_types"), "0 wrong\n")

    def test_numpy_and_tarn_share_arrays(self):
        library = next(self.built.glob("liblends_to_numpy.*"))
        done = on_ranks(1, sys.executable, HOSTS / "share_with_numpy.py", library)
        self.assertEqual(done, "lent ok\nborrowed ok\n")

    # The examples

    def test_the_host_with_its_own_loop(self):
        told = {}
        for ranks in (1, 3):
            folder = self.folder / f"embed-{ranks}"
            told[ranks] = [line for line in on_ranks(ranks, self.built / "embed" / "embed", folder).splitlines()
                           if line.startswith("step")]
            self.tarn("data", "verify", folder)
        self.assertEqual(told[1], told[3])
        figures = [[float(word) for word in line.split()[1::2]] for line in told[1]]
        self.assertEqual([step for step, _, _ in figures], [0, 10, 20])
        self.assertEqual(figures[0][2], 100)
        self.assertTrue(figures[0][1] > figures[1][1] > figures[2][1] > 0)
        with h5py.File(self.folder / "embed-3" / "u-20.h5") as file:
            u = file["data/20/fields/u"][()]
        self.assertEqual(u.shape, (48, 64))
        self.assertAlmostEqual(figures[2][1], math.fsum((u * u).flat), delta=1e-9 * figures[2][1])

    def test_fortran(self):
        for ranks in (1, 2):
            told = on_ranks(ranks, self.built / "fortran" / "fortran_host", self.deck, self.folder / f"fortran-{ranks}")
            self.assertEqual(told.splitlines()[:3],
                             ["tarn 0.2.0", "warmed by 1.000000", "back at step 5, with the same heat: T"])
            self.assertIn("a step of 1e+09 cannot be taken", told)

    def test_coupled_parts_are_the_whole(self):
        decks = SOURCE / "examples" / "coupling"
        told = on_ranks(2, self.built / "coupling" / "coupling", decks / "left.toml", decks / "right.toml")
        cells = dict(line.split() for line in told.splitlines())
        self.tarn("run", decks / "whole.toml", "--run-dir", self.folder / "whole", "--quiet")
        with h5py.File(max((self.folder / "whole" / "out").glob("*.h5"))) as file:
            (step,) = file["data"].values()
            whole = step["fields/temperature"][()]
        self.assertGreater(whole.max(), 0.1)
        self.assertEqual([float(cells[str(n)]) for n in range(64)], list(whole))

    def test_in_situ(self):
        folder = self.folder / "insitu"
        on_ranks(2, self.built / "insitu" / "insitu", folder)
        x, y = (numpy.arange(96) + 0.5) * 1.5 / 96, (numpy.arange(64) + 0.5) / 64
        for step in (0, 10, 20):
            with h5py.File(folder / f"u-{step}.h5") as file:
                u = file[f"data/{step}/fields/u"][()]
            wave = numpy.outer(numpy.cos(3 * y), numpy.sin(6 * (x - 0.02 * step)))
            self.assertLess(abs(u - wave).max(), 1e-14)
            self.assertTrue((folder / f"u-{step}.png").read_bytes().startswith(b"\x89PNG"))
        self.tarn("data", "verify", folder)


if __name__ == "__main__":
    unittest.main()
