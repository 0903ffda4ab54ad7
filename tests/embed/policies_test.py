"""The policies of the xSDK for its packages (version 1.0.0, https://xsdk.info/policies) that a program can look at. Those of
the user's communicator (M3), signal handlers and masks (M6), the version at run time (M8) and libraries that the host has
found (M12) are in embed_test.py as well, beside what else hosts may rely on."""

import json
import os
import pathlib
import re
import shutil
import tempfile
import unittest

import h5py

from embed_test import HOSTS, PLATE
from installing import BUILD, CMAKE, SOURCE, call, must, on_ranks

LONG = os.environ.get("TARN_LONG_TESTS") == "1"
DEBUGGED = """
#ifdef NDEBUG
#error "there are no assertions"
#endif
#include <cassert>
#include <cstdio>
#include "tarn/core/grid/ghost_cells.hpp"
#include "tarn/core/runtime.hpp"
#include "tarn/ops/ops.hpp"
int main(int argc, char** argv) {
  tarn::Runtime runtime(argc, argv);
  const tarn::Domain domain{.dimensions = 1, .cells = {10, 1, 1}, .periodic = {true, true, true}};
  const tarn::Patch patch(runtime.space(), runtime.communicator(), domain, 1, choose_transport(runtime.communicator()));
  tarn::GhostCells<double> ghosts(patch, {});
  const auto u = patch.grid().make_field<double>("u");
  const auto cells = Kokkos::subview(u, 0, 0, std::pair(1, 11));
  tarn::ops::assign(cells, 1.0 + tarn::ops::iota(10));
  ghosts.fill(u);
  const double sum = tarn::ops::sum(u);
  assert(sum == 55 + 10 + 1);
  assert(argc == 1);
  std::printf("%g\\n", sum);
}
"""
DEBUGGED_PROJECT = """
cmake_minimum_required(VERSION 3.25)
project(debugged LANGUAGES C CXX)
find_package(tarn 0.2 CONFIG REQUIRED COMPONENTS ops)
tarn_add_program(debugged debugged.cpp)
target_link_libraries(debugged PRIVATE tarn::ops)
"""


def free_memory():
    return 1024 * int(re.search(r"MemAvailable: +(\d+) kB", pathlib.Path("/proc/meminfo").read_text())[1])


class Policies(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tarn-policies-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.installed = cls.folder / "tarn"
        must(CMAKE, "--install", BUILD, "--prefix", cls.installed)

    def configured(self, source, name, build_type):
        folder = self.folder / name
        must(CMAKE, "-S", source, "-B", folder, "-G", "Ninja", f"-DCMAKE_BUILD_TYPE={build_type}",
             f"-DCMAKE_CXX_COMPILER={os.environ['TARN_CXX_COMPILER']}", f"-DCMAKE_PREFIX_PATH={self.installed}",
             f"-DTARN_EXAMPLES={SOURCE / 'examples'}", *os.environ["TARN_FOUND_PACKAGES"].split())
        return folder

    def host(self, name):
        """A host of the folder `hosts`."""
        folder = self.folder / "hosts"
        if not folder.exists(): self.configured(HOSTS, "hosts", "Release")
        must(CMAKE, "--build", folder, "--target", name, timeout=1800)
        return folder / name

    # M13, M9: the layout of the installed tree, and the names in it

    def test_the_tree_has_the_folders_of_any_other_and_all_in_them_is_called_tarn(self):
        below = {name: {path.name for path in (self.installed / name).iterdir()} for name in ("include", "lib", "bin", "share")}
        self.assertEqual({path.name for path in self.installed.iterdir()}, set(below))
        self.assertEqual(below["include"], {"tarn"})
        self.assertEqual(below["bin"], {"tarn"})
        self.assertLessEqual({"tarn", "doc", "man"}, below["share"])
        self.assertEqual([name for name in below["lib"] if not re.fullmatch(r"libtarn_\w+\.a|cmake|pkgconfig", name)], [])
        self.assertEqual([path.name for path in (self.installed / "lib" / "cmake").iterdir()], ["tarn"])
        packages = [path.name for path in (self.installed / "lib" / "pkgconfig").iterdir()]
        self.assertEqual([name for name in packages if not re.fullmatch(r"tarn(-\w+)?\.pc", name)], [])
        named = [path for path in (self.installed / "share").rglob("*") if path.is_file() and "tarn" not in str(
            path.relative_to(self.installed))]
        self.assertEqual(named, [])

    # M7: the licence

    def test_the_licence_is_where_those_of_others_are(self):
        licence = self.installed / "share" / "doc" / "tarn" / "LICENSE"
        self.assertEqual(licence.read_bytes(), (SOURCE / "LICENSE").read_bytes())
        self.assertIn("BSD 3-Clause License", licence.read_text())

    # M12: nothing of others is brought along

    def test_no_copy_of_another_library_is_built_or_installed(self):
        files = [SOURCE / "CMakeLists.txt", *SOURCE.glob("cmake/*.cmake"), *SOURCE.glob("*/CMakeLists.txt")]
        self.assertGreater(len(files), 10)
        for path in files:
            self.assertNotRegex(path.read_text(), r"(?i)FetchContent|ExternalProject|\bCPM", path)
        headers = [path for path in (self.installed / "include" / "tarn").rglob("*") if path.is_file()]
        self.assertGreater(len(headers), 100)
        for path in headers:
            own = SOURCE / path.relative_to(self.installed / "include" / "tarn")
            self.assertTrue(own.is_file() or path.name == "version.hpp", path)

    # M11: output can be turned off

    def test_a_host_that_does_not_listen_sees_no_byte(self):
        deck = self.folder / "plate.toml"
        deck.write_text(PLATE)
        for ranks in (1, 2):
            told = on_ranks(ranks, self.host("silent"), deck, self.folder / f"silent-{ranks}")
            self.assertEqual(told, "printed 0 bytes, changed '', mpi 1\n")
            for run in ("no-observer", "empty-observer"):  # they ran
                self.assertTrue((self.folder / f"silent-{ranks}" / run / "run.json").is_file())

    # M16: debugging

    def test_a_host_is_built_for_debugging(self):
        source = self.folder / "debugging"
        source.mkdir()
        (source / "CMakeLists.txt").write_text(DEBUGGED_PROJECT)
        (source / "debugged.cpp").write_text(DEBUGGED)
        folder = self.configured(source, "debugged", "Debug")
        must(CMAKE, "--build", folder, timeout=1800)
        self.assertEqual(on_ranks(1, folder / "debugged"), "66\n")
        failed = call(folder / "debugged", "more")
        self.assertNotEqual(failed.returncode, 0)
        self.assertIn("Assertion `argc == 1' failed", failed.stderr)
        self.assertIn("debug_info", must("readelf", "--section-headers", folder / "debugged"))

    @unittest.skipUnless(LONG, "builds a library anew: TARN_LONG_TESTS=1")
    def test_the_preset_for_debugging_builds_with_assertions_and_without_optimisation(self):
        folder = self.folder / "debug"
        launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
        must(CMAKE, "--preset", "debug", "-B", folder, *launcher,
             f"-DCMAKE_CXX_COMPILER={os.environ['TARN_CXX_COMPILER']}", *os.environ["TARN_FOUND_PACKAGES"].split(), cwd=SOURCE)
        entries = json.loads((folder / "compile_commands.json").read_text())
        own = [entry["command"] for entry in entries if "/tests/" not in entry["file"]]
        self.assertGreater(len(own), 50)
        self.assertEqual([command for command in own if " -g " not in command or re.search(r"NDEBUG| -O[123s]", command)], [])
        must(CMAKE, "--build", folder, "--target", "tarn_core", "-j", 2, timeout=3600)
        self.assertIn("debug_info", must("readelf", "--section-headers", folder / "core" / "libtarn_core.a"))

    # M14: sizes of 64 bits; those of C++ are tested in tests/ops/large_arrays_test.cpp

    @unittest.skipUnless(LONG, "reads some 50 GB of zeros: TARN_LONG_TESTS=1")
    def test_the_c_interface_takes_more_than_32_bits_count(self):
        count = 2**31 + 7
        if free_memory() < 1.2 * count: self.skipTest(f"needs {1.2e-9 * count:.1f} GB of memory")
        file = self.folder / "large.h5"
        with h5py.File(file, "w") as opened:  # of which two pieces are written
            data = opened.create_dataset("data", (count,), "u1", chunks=(1 << 20,))
            data[0], data[count - 1] = 3, 200
        told = on_ranks(1, self.host("large"), file).splitlines()
        self.assertEqual(told, [f"count {2**32 + 5} sum 3 min -3 max 5",
                                f"dataset /data uint8 {count} elements {count} bytes first 3 last 200"])


if __name__ == "__main__":
    unittest.main()
