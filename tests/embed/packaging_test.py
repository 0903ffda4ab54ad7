"""What packages are made of: one version everywhere, a Spack recipe that is Python, a module that finds its tree. With
TARN_LONG_TESTS=1 the Debian package is made, installed in a Debian of its own where debootstrap can make one, and run."""

import ast
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import unittest

SOURCE = pathlib.Path(os.environ.get("TARN_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
RECIPE = SOURCE / "packaging" / "spack" / "packages" / "tarn" / "package.py"
DECKS = ("heat/plate.toml", "heat/implicit.toml", "euler/lax.toml")  # a stencil, a solver, a scheme of fluids
LONG = os.environ.get("TARN_LONG_TESTS") == "1"


def version():
    header = (SOURCE / "core" / "version.hpp").read_text()
    return ".".join(re.search(rf"#define TARN_VERSION_{part} (\d+)\n", header)[1] for part in ("MAJOR", "MINOR", "PATCH"))


def calls_in(tree, name):
    """The calls of a function directly in a class body: the texts of their first arguments."""
    return [node.value.args[0].value for node in tree.body
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and node.value.func.id == name]


def must(*words, **options):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, **options)
    if done.returncode != 0: raise AssertionError(f"{words}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


def last_fields(run):
    import h5py
    with h5py.File(max((run / "out").glob("*.h5"))) as file:
        (step,) = file["data"].values()
        return {name: field[()].tobytes() for name, field in step["fields"].items()}


def fields_by(program, deck, folder):
    """What the deck ends with, whatever files it asks for itself."""
    run = pathlib.Path(tempfile.mkdtemp(dir=folder)) / "run"
    must(program, "run", SOURCE / "input_decks" / deck, "--run-dir", run, "--quiet", "--set",
         "output=[{every={steps=1000000}}]")
    return last_fields(run)


class Packaging(unittest.TestCase):
    def recipe(self):
        text = RECIPE.read_text()
        tree = ast.parse(text)
        (recipe,) = (node for node in tree.body if isinstance(node, ast.ClassDef))
        return text, recipe

    def test_the_version_is_one(self):
        self.assertEqual(version(), "0.2.0")
        self.assertRegex((SOURCE / "CHANGELOG.md").read_text(), rf"^# Changes\n\n## {re.escape(version())}\n")
        self.assertEqual(calls_in(self.recipe()[1], "version"), [version()])
        self.assertIn(f"tarn@{version()}", (SOURCE / "packaging" / "spack" / "spack.yaml").read_text())

    def test_the_recipe_is_a_recipe(self):
        text, recipe = self.recipe()
        self.assertEqual((recipe.name, [base.id for base in recipe.bases]), ("Tarn", ["CMakePackage"]))
        self.assertTrue(text.startswith("from spack_repo.builtin."))
        self.assertTrue(ast.get_docstring(recipe))
        needed = {re.split(r"[@ +~]", name)[0] for name in calls_in(recipe, "depends_on")}
        self.assertLessEqual({"mpi", "kokkos", "kokkos-kernels", "hdf5", "lapack", "zlib-api", "fmt", "tomlplusplus",
                              "nlohmann-json", "cli11", "cairo", "cmake", "c", "cxx"}, needed)

    def test_its_options_are_those_of_the_build(self):
        text, recipe = self.recipe()
        build = "".join(path.read_text() for path in [SOURCE / "CMakeLists.txt", *(SOURCE / "cmake").glob("*.cmake")])
        options = set(re.findall(r'"(TARN_\w+)"', text))
        self.assertGreaterEqual(len(options), 4)
        for option in options:
            self.assertRegex(build, rf"option\({option} ")
        for variant in re.findall(r'from_variant\("\w+", "(\w+)"\)', text):
            self.assertIn(variant, calls_in(recipe, "variant"))

    def test_the_module_finds_the_tree_that_it_lies_in(self):
        module = (SOURCE / "packaging" / "modulefiles" / "tarn").read_text()
        self.assertTrue(module.startswith("#%Module"))
        up = re.search(r"file dirname \$ModulesCurrentModulefile\]((?: \.\.)+)\]", module)[1].count("..")
        place = pathlib.PurePath("/root/share/tarn/modulefiles/tarn") / version()
        self.assertEqual(place.parent.parents[up - 1], pathlib.PurePath("/root"))

    def test_the_decks_that_are_compared_end_with_fields(self):
        with tempfile.TemporaryDirectory() as folder:
            for deck in DECKS:
                self.assertGreater(len(fields_by(os.environ["TARN_PROGRAM"], deck, folder)), 0, deck)

    @unittest.skipUnless(shutil.which("dpkg-shlibdeps"), "needs dpkg-shlibdeps")
    def test_the_package_asks_for_the_libraries_of_its_programs(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "usr" / "bin").mkdir(parents=True)
            shutil.copy("/bin/ls", folder / "usr" / "bin" / "tarn")
            script = SOURCE / "cmake" / "TarnDebianDepends.cmake"
            (folder / "tell.cmake").write_text(f'include("{script}")\nmessage("${{CPACK_DEBIAN_PACKAGE_DEPENDS}}")\n')
            asks = [f"-DCPACK_TEMPORARY_DIRECTORY={folder}", "-DCPACK_DEBIAN_PACKAGE_DEPENDS=openmpi-bin"]
            for kind, wanted in (("DEB", r"libc6 .*, openmpi-bin\n"), ("TGZ", r"openmpi-bin\n")):
                told = subprocess.run(["cmake", *asks, f"-DCPACK_GENERATOR={kind}", "-P", folder / "tell.cmake"],
                                      capture_output=True, text=True, check=True)
                self.assertRegex(told.stderr, f"^{wanted}$")
            self.assertEqual(sorted(path.name for path in folder.iterdir()), ["tell.cmake", "usr"])

    def test_the_preset_of_packages_is_for_a_kind_of_processor(self):
        presets = json.loads((SOURCE / "CMakePresets.json").read_text())["configurePresets"]
        (preset,) = (preset for preset in presets if preset["name"] == "package")
        self.assertEqual((preset["cacheVariables"]["TARN_NATIVE"], preset["cacheVariables"]["TARN_BASELINE"]),
                         ("OFF", "x86-64-v3"))


def debian_mirror():
    """Where this Debian gets its packages from, as words for debootstrap; none where it is left to choose."""
    places = [pathlib.Path("/etc/apt/sources.list"), *sorted(pathlib.Path("/etc/apt/sources.list.d").glob("*"))]
    lines = "\n".join(path.read_text() for path in places if path.is_file())
    found = re.search(r"^(?:URIs:|deb(?: \[.*?\])?) +(\S+/debian/?)(?: bookworm main.*)?$", lines, re.MULTILINE)
    return [found[1]] if found else []


def own_debian(root):
    """Makes a Debian 12 with nothing but its base, and returns a function that runs programs in it. What is mounted there for
    them, as every system has it, is gone with each of them."""
    must("debootstrap", "--variant=minbase", "bookworm", root, *debian_mirror())
    enter = ("mount -t proc proc $0/proc && mount -t sysfs -o ro sysfs $0/sys && "
             "mount -t devpts -o newinstance,ptmxmode=0666 devpts $0/dev/pts && exec chroot $0 /usr/bin/env -i \"$@\"")
    words = ("unshare", "--mount", "sh", "-c", enter, root, "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C",
             "DEBIAN_FRONTEND=noninteractive", "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1",
             "OMPI_MCA_rmaps_base_oversubscribe=1", "OMPI_MCA_mpi_yield_when_idle=1",
             "OMPI_MCA_hwloc_base_binding_policy=none")
    return lambda *more: must(*words, *more)


@unittest.skipUnless(LONG, "takes a whole build: TARN_LONG_TESTS=1")
class DebianPackage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tarn-package-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
        must("cmake", "--preset", "package", *launcher, cwd=SOURCE)
        must("cmake", "--build", "--preset", "package", "-j", 2, cwd=SOURCE)
        for kind in ("DEB", "TGZ"):
            begun = time.monotonic()
            must("cpack", "-G", kind, "-B", cls.folder, cwd=SOURCE / "build" / "package")
            print(f"{kind}: {time.monotonic() - begun:.1f} s", flush=True)
        (cls.deb,) = cls.folder.glob("*.deb")
        (cls.archive,) = cls.folder.glob("*.tar.gz")

    def test_fields_have_the_bits_of_a_native_build(self):
        must("tar", "xf", self.archive, "-C", self.folder)
        (program,) = self.folder.glob("tarn-*/bin/tarn")
        for deck in DECKS:
            self.assertEqual(fields_by(program, deck, self.folder), fields_by(os.environ["TARN_PROGRAM"], deck, self.folder), deck)

    def test_the_package_asks_for_what_the_program_needs(self):
        told = must("dpkg-deb", "--field", self.deb)
        self.assertIn(f"Version: {version()}\n", told)
        for package in ("openmpi-bin", "libopenmpi3", "libhdf5-openmpi-103", "libc6", "libstdc++6"):
            self.assertRegex(told, rf"Depends: .*{re.escape(package)}")
        listed = must("dpkg-deb", "--contents", self.deb)
        for path in ("./usr/bin/tarn", "./usr/share/man/man1/tarn.1", "./usr/include/tarn/c/tarn.h",
                     "./usr/share/tarn/schema/heat.json", "./usr/share/bash-completion/completions/tarn"):
            self.assertIn(path, listed)
        self.assertNotRegex(listed, r"(?m)^\S+ (?!root/root)")  # of the system, not of who made it

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("debootstrap"), "needs root and debootstrap")
    def test_it_runs_in_a_debian_of_its_own_and_leaves_it(self):
        root = self.folder / "debian"
        inside = own_debian(root)
        shutil.copy(self.deb, root / "tarn.deb")
        inside("apt-get", "update", "-q")
        inside("apt-get", "install", "-y", "-q", "--no-install-recommends", "/tarn.deb")
        own = inside("dpkg", "-L", "tarn").splitlines()
        self.assertIn(version(), inside("tarn", "--version"))
        begun = time.monotonic()
        inside("tarn", "run", "/usr/share/tarn/decks/heat/plate.toml", "--run-dir", "/runs/plate", "--quiet")
        print(f"the first deck: {time.monotonic() - begun:.1f} s", flush=True)
        self.assertEqual(last_fields(root / "runs" / "plate"),
                         fields_by(os.environ["TARN_PROGRAM"], "heat/plate.toml", self.folder))
        inside("tarn", "run", "/usr/share/tarn/decks/heat/plate.toml", "-n", 2, "--run-dir", "/runs/two", "--quiet")
        self.assertEqual(last_fields(root / "runs" / "plate"), last_fields(root / "runs" / "two"))

        shutil.rmtree(root / "runs")
        (root / "tarn.deb").unlink()
        inside("apt-get", "purge", "-y", "-q", "tarn")
        left = [path for path in own if (root / path[1:]).is_file() or (root / path[1:]).is_symlink()]
        self.assertEqual(left, [])
        named = inside("find", "/", "-xdev", "-iname", "*tarn*", "-not", "-path", "/proc/*")
        self.assertEqual(named, "")


if __name__ == "__main__":
    unittest.main()
