"""An app outside the repository: tarn is installed and moved elsewhere, examples/tracer is copied to a fresh folder, built
there against it as anyone would, and run."""

import json
import math
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import h5py
import numpy

SOURCE = pathlib.Path(os.environ["TARN_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["TARN_BINARY_DIR"])
CMAKE = os.environ["TARN_CMAKE"]
WRONG_ASKS = {
    "0.1": "version",
    "1.0": "version",
    "0.2 COMPONENTS core gui": "it has no component 'gui'; its components are: core, ops, io, driver, batch, plot, cli, apps, c, fortran",
}


def call(*words, cwd=None):
    return subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True, timeout=600,
                          stdin=subprocess.DEVNULL)


def exact(cells, t, v=(1.0, 0.5), diffusivity=0.01):
    """The solution of wave.toml at the centres of the cells, indexed (y, x)."""
    centres = (numpy.arange(cells) + 0.5) / cells
    along_x = numpy.sin(2 * math.pi * (centres - v[0] * t))
    along_y = numpy.sin(2 * math.pi * (centres - v[1] * t))
    return math.exp(-8 * math.pi**2 * diffusivity * t) * numpy.outer(along_y, along_x)


def last_field(run):
    """u of the last file of the series "fields"."""
    with h5py.File(max((run / "out").glob("fields-*.h5"))) as file:
        (step,) = file["data"].values()
        return step["fields/u"][()]


def order_of(errors):
    """The power of dx that errors fall with, by least squares. `errors` is {cells: error}."""
    slope, _ = numpy.polyfit(numpy.log(list(errors)), numpy.log(list(errors.values())), 1)
    return -slope


class OutsideApp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tarn-outside-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.must(CMAKE, "--install", BUILD, "--prefix", cls.folder / "first place")
        cls.installed = (cls.folder / "first place").rename(cls.folder / "tarn")
        cls.app = cls.folder / "tracer"
        shutil.copytree(SOURCE / "examples" / "tracer", cls.app)
        cls.must(CMAKE, "-S", cls.app, "-B", cls.app / "build", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                 f"-DCMAKE_CXX_COMPILER={os.environ['TARN_CXX_COMPILER']}", f"-DCMAKE_PREFIX_PATH={cls.installed}",
                 *os.environ["TARN_FOUND_PACKAGES"].split())
        cls.must(CMAKE, "--build", cls.app / "build", "-j", 1)
        cls.program = cls.app / "build" / "tracer"

    @staticmethod
    def must(*words, **options):
        done = call(*words, **options)
        if done.returncode != 0:
            raise AssertionError(f"{words}:\n{done.stdout}\n{done.stderr}")
        return done

    def tracer(self, *words):
        return self.must(self.program, *words, cwd=self.app).stdout

    def run_of(self, name, *words):
        run = self.folder / name
        self.tracer("run", "input_decks/tracer/wave.toml", "--run-dir", run, "--quiet", *words)
        return last_field(run)

    def test_list_shows_the_app_and_its_deck_alone(self):
        self.assertEqual(self.tracer("list").splitlines(), [
            "tracer       a tracer that flows and diffuses, in two dimensions",
            "  input_decks/tracer/wave.toml",
            "      A wave that moves and decays in a periodic square.",
        ])

    def test_describe_and_check_know_the_app(self):
        shown = self.tracer("describe", "tracer")
        for key in ("velocity", "diffusivity", "initial"):
            self.assertIn(key, shown)
        self.assertIn("SSP-RK3", self.tracer("check", "input_decks/tracer/wave.toml"))

    def test_check_refuses_what_the_app_refuses(self):
        for change, told in (("grid.cells=[8]", "the tracer needs two axes"), ("tracer.velocity=[1.0]", "velocity"),
                             ("time.dt=0.1", "is beyond the stability limit")):
            done = call(self.program, "check", "input_decks/tracer/wave.toml", "--set", change, cwd=self.app)
            self.assertEqual(done.returncode, 2)
            self.assertIn(told, done.stderr)

    def test_ranks_change_no_bit(self):
        one, three = self.run_of("one"), self.run_of("three", "-n", 3)
        self.assertGreater(numpy.ptp(one), 1)
        self.assertEqual(one.tobytes(), three.tobytes())

    def test_errors_fall_with_the_square_of_the_spacing(self):
        errors = {}
        for cells in (32, 64, 128):
            u = self.run_of(f"order-{cells}", "--set", f"grid.cells=[{cells}, {cells}]")
            errors[cells] = abs(u - exact(cells, 0.5)).mean()
        self.assertLess(errors[128], 2e-3)
        self.assertGreater(order_of(errors), 1.9)
        self.assertLess(order_of(errors), 2.2)

    def test_the_run_tells_how_far_it_is_from_the_exact_solution(self):
        u = self.run_of("errors")
        difference = abs(u - exact(64, 0.5))
        told = json.loads((self.folder / "errors" / "run.json").read_text())["errors"]["u"]
        for norm, value in (("l1", difference.mean()), ("l2", math.sqrt((difference**2).mean())),
                            ("max", difference.max())):
            self.assertAlmostEqual(told[norm], value, delta=1e-12 * value, msg=norm)

    def test_the_app_proves_itself(self):
        report = json.loads(self.tracer("verify", "--json", "--output", self.folder / "proof"))
        (problem,) = report["problems"]
        self.assertEqual({finding["verdict"] for finding in problem["findings"]}, {"good"})
        self.assertEqual({finding["what"] for finding in problem["findings"]},
                         {"order", "conservation", "ranks", "restart"})
        self.assertAlmostEqual(problem["orders"]["u"]["l1"], 2, delta=0.1)

    def test_the_installed_program_finds_its_decks(self):
        shown = self.must(self.installed / "bin" / "tarn", "list", cwd=self.installed).stdout
        for deck in (SOURCE / "input_decks").glob("*/*.toml"):
            self.assertIn(f"  share/tarn/decks/{deck.relative_to(SOURCE / 'input_decks')}\n", shown)

    def test_the_man_page_and_completions_are_the_programs_own(self):
        for form, place in (("man", "man/man1/tarn.1"), ("bash", "bash-completion/completions/tarn"),
                            ("zsh", "zsh/site-functions/_tarn")):
            told = self.must(self.installed / "bin" / "tarn", "manual", form).stdout
            self.assertEqual((self.installed / "share" / place).read_text(), told)

    def test_the_package_names_no_folder_of_the_build(self):
        package = list((self.installed / "lib").rglob("*.cmake"))
        self.assertGreaterEqual(len(package), 5)
        for file in package:
            for folder in (SOURCE, BUILD, self.folder):
                self.assertNotIn(str(folder), file.read_text(), file.name)

    def test_headers_are_those_of_the_folders(self):
        folder = self.installed / "include" / "tarn"
        self.assertEqual(sorted(path.name for path in folder.iterdir()), ["apps", "c", "core", "io", "ops"])
        self.assertEqual(sorted(path.name for path in (folder / "apps").iterdir()), ["cli", "driver"])
        for name in ("core", "ops", "io", "apps/driver"):
            self.assertEqual({str(path.relative_to(folder)) for path in (folder / name).rglob("*.hpp")},
                             {str(path.relative_to(SOURCE)) for path in (SOURCE / name).rglob("*.hpp")})

    def test_kokkos_kernels_of_another_kokkos_are_refused(self):
        other = self.folder / "other"
        (other / "include").mkdir(parents=True)
        (other / "include/Kokkos_Core.hpp").touch()
        (other / "KokkosKernelsConfig.cmake").write_text(
            "add_library(Kokkos::kokkoskernels INTERFACE IMPORTED)\n"
            f'target_include_directories(Kokkos::kokkoskernels INTERFACE "{other}/include")\n')
        done = call(CMAKE, "-S", SOURCE, "-B", self.folder / "refused", "-G", "Ninja",
                    f"-DCMAKE_CXX_COMPILER={os.environ['TARN_CXX_COMPILER']}", *os.environ["TARN_FOUND_PACKAGES"].split(),
                    f"-DKokkosKernels_DIR={other}")
        self.assertNotEqual(done.returncode, 0)
        told = " ".join(done.stderr.split())
        self.assertIn(f"the Kokkos Kernels found ({other}) were installed with another Kokkos ({other}/include)", told)
        self.assertIn("set KokkosKernels_ROOT to Kokkos Kernels that were built with it", told)

    def test_a_wrong_version_or_component_is_told(self):
        for number, (asked, told) in enumerate(WRONG_ASKS.items()):
            host = self.folder / f"host-{number}"
            host.mkdir()
            (host / "CMakeLists.txt").write_text(f"cmake_minimum_required(VERSION 3.25)\nproject(host LANGUAGES NONE)\n"
                                                 f"find_package(tarn {asked} CONFIG REQUIRED)\n")
            done = call(CMAKE, "-S", host, "-B", host / "build", f"-DCMAKE_PREFIX_PATH={self.installed}")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(told, " ".join(done.stderr.split()))
            if told == "version": self.assertRegex(done.stderr, r"tarnConfig.cmake, version: \d+\.\d+")


if __name__ == "__main__":
    unittest.main()
