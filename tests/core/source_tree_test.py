"""The rules that the source tree keeps: who includes whom, how headers are spelled, who may end the program, who may print and
how, how long a file is, and which sources of the driver have kernels."""

import os
import pathlib
import re
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("TARN_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))

# A folder may include itself and these.
ALLOWED = {"core": set(), "ops": {"core"}, "io": {"core"}, "apps": {"core", "ops", "io"},
           "c": {"core", "ops", "io", "apps"}}
LONGEST = 500
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
ENDS_THE_PROGRAM = re.compile(r"\b(?:std::)?(?:exit|_exit|_Exit|quick_exit|abort|MPI_Abort|terminate)\s*\(")
# These throw where their text cannot be written (a stream where it was told to).
PRINTS_AND_THROWS = re.compile(r"\b(?:fmt::print(?:ln)?|std::print(?:ln)?|std::cout|std::cerr|std::clog)\b")
PRINTS = re.compile(r"\b(?:std::)?(?:printf|fprintf|puts|fputs|fwrite)\s*\(")
COMMENT_OR_TEXT = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)


KERNEL = re.compile(r"\b(?:parallel_(?:for|reduce|scan)|for_each_cell|set_cells)\b")


def sources(root, folder):
    return sorted(path for path in (root / folder).rglob("*") if path.suffix in (".cpp", ".hpp"))


def wrong_includes(root):
    """Every include that crosses folders the wrong way, or is not spelled "tarn/...": (file, what is wrong)."""
    wrong = []
    for folder, others in ALLOWED.items():
        for path in sources(root, folder):
            for bracket, name in INCLUDE.findall(path.read_text()):
                own = name.startswith("tarn/")
                if bracket == '"' and not own:
                    wrong.append((path.name, f'"{name}" is not spelled "tarn/..."'))
                elif bracket == "<" and own:
                    wrong.append((path.name, f"<{name}> is tarn's own: write it in quotes"))
                elif own and name.split("/")[1] not in others | {folder}:
                    wrong.append((path.name, f"{folder} includes {name}"))
                elif own and not (root / name.removeprefix("tarn/")).is_file():
                    wrong.append((path.name, f"{name} does not exist"))
    return wrong


def program_ends(root):
    """Calls below core, ops, io and c that end the program: (file, call)."""
    found = []
    for folder in ("core", "ops", "io", "c"):
        for path in sources(root, folder):
            code = COMMENT_OR_TEXT.sub("", path.read_text())
            found += [(path.name, call) for call in ENDS_THE_PROGRAM.findall(code)]
    return found


def prints(root):
    """What prints otherwise than through apps/cli/print.hpp: (file, call).."""
    found = []
    for folder in ALLOWED:
        for path in sources(root, folder):
            code = COMMENT_OR_TEXT.sub("", path.read_text())
            calls = PRINTS_AND_THROWS.findall(code)
            if path.name != "print.cpp": calls += PRINTS.findall(code)
            found += [(path.name, call) for call in calls]
    return found


def long_files(root):
    paths = [path for folder in (*ALLOWED, "tests") for path in sources(root, folder)]
    paths += (root / "tests").rglob("*.py")
    return [path.name for path in paths if len(path.read_text().splitlines()) > LONGEST]


def kernels_optimised_little(root):
    """Sources of the driver with kernels that apps/CMakeLists.txt does not list among those that are optimised fully."""
    listed = re.search(r'driver_kernels INCLUDE REGEX "([^"]+)"', (root / "apps/CMakeLists.txt").read_text()).group(1)
    names = re.compile(listed.replace("\\\\", "\\"))
    return [path.name for path in sources(root, "apps/driver") if path.suffix == ".cpp" and not names.search(path.as_posix())
            and KERNEL.search(COMMENT_OR_TEXT.sub("", path.read_text()))]


def decks_without_summary(root):
    """Decks whose first line is no comment that `tarn list` could show."""
    decks = sorted((root / "input_decks").rglob("*.toml"))
    return [deck.name for deck in decks if not re.match(r"# \S", deck.read_text())]


def app_names(root):
    return sorted(path.name for path in (root / "apps").iterdir() if path.is_dir() and path.name not in ("driver", "batch", "plot", "cli"))


def apps_named(root):
    """Where what serves every app names one, in a text, an include or a namespace: (file, app)."""
    found = []
    for folder in ("core", "ops", "io", "apps/driver", "apps/plot", "apps/cli"):
        for path in sources(root, folder):
            text = path.read_text()
            words = " ".join(part for part in COMMENT_OR_TEXT.findall(text) if part.startswith('"'))
            code = COMMENT_OR_TEXT.sub(" ", text)
            for name in app_names(root):
                if re.search(rf"\b{name}\b", words) or re.search(rf"\b{name}\s*::", code):
                    found.append((path.name, name))
    return found


class SourceTree(unittest.TestCase):
    def test_folders_include_only_what_stands_below_them(self):
        self.assertGreater(len(sources(SOURCE, "core")), 10)
        self.assertEqual(wrong_includes(SOURCE), [])

    def test_what_serves_every_app_names_none(self):
        self.assertIn("heat", app_names(SOURCE))
        self.assertEqual(apps_named(SOURCE), [])

    def test_libraries_never_end_the_program(self):
        self.assertEqual(program_ends(SOURCE), [])

    def test_messages_that_cannot_be_written_end_nothing(self):
        self.assertEqual(prints(SOURCE), [])

    def test_files_are_short(self):
        self.assertEqual(long_files(SOURCE), [])

    def test_kernels_of_the_driver_are_optimised_fully(self):
        self.assertEqual(kernels_optimised_little(SOURCE), [])

    def test_decks_begin_with_what_they_are(self):
        self.assertTrue(list((SOURCE / "input_decks").rglob("*.toml")))
        self.assertEqual(decks_without_summary(SOURCE), [])


class TheChecksThemselves(unittest.TestCase):
    """On a made-up tree with one fault of each kind, beside what is allowed."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def test_wrong_includes_are_found(self):
        self.write("core/a.hpp", '#include <vector>\n#include "tarn/core/a.hpp"\n#include "tarn/io/b.hpp"\n')
        self.write("ops/o.cpp", '#include "tarn/core/a.hpp"\n#  include "tarn/io/b.hpp"\n')
        self.write("io/b.hpp", '#include "tarn/core/a.hpp"\n#include "b.hpp"\n#include <tarn/io/b.hpp>\n')
        self.write("apps/c.cpp", '#include "tarn/io/b.hpp"\n#include "tarn/core/missing.hpp"\n')

        self.assertEqual(wrong_includes(self.root), [
            ("a.hpp", "core includes tarn/io/b.hpp"),
            ("o.cpp", "ops includes tarn/io/b.hpp"),
            ("b.hpp", '"b.hpp" is not spelled "tarn/..."'),
            ("b.hpp", "<tarn/io/b.hpp> is tarn's own: write it in quotes"),
            ("c.cpp", "tarn/core/missing.hpp does not exist"),
        ])

    def test_calls_that_end_the_program_are_found(self):
        self.write("core/a.cpp", "void f() { std::exit(1); }  // never exit(2)\n")
        self.write("io/b.cpp", 'const char* text = "abort()"; void g() { MPI_Abort(world, 1); on_exit(); }\n')
        self.write("apps/c.cpp", "void h() { std::exit(1); }\n")

        self.assertEqual(program_ends(self.root), [("a.cpp", "std::exit("), ("b.cpp", "MPI_Abort(")])

    def test_names_of_apps_are_found(self):
        self.write("apps/heat/heat.cpp", 'const char* name = "heat";\n')
        self.write("apps/cli/bench.cpp", 'const char* name = "heat";\n')
        self.write("apps/driver/run.cpp", 'bool special = app == "heat";  // and not "euler"\n')
        self.write("core/a.cpp", '#include "tarn/apps/heat/heat.hpp"\n')
        self.write("ops/o.cpp", "// as in heat::Rate\nint heat = 1, reheat = Scheme::heat; const char* x = \"heat_step\";\n")
        self.write("io/i.cpp", "int n = apps::heat::ghosts;\n")

        self.assertEqual(apps_named(self.root), [("a.cpp", "heat"), ("i.cpp", "heat"), ("run.cpp", "heat"),
                                               ("bench.cpp", "heat")])

    def test_prints_are_found(self):
        self.write("core/a.cpp", 'void f() { fmt::print("x"); }  // fmt::print\n')
        self.write("io/b.cpp", "void g() { std::fputs(text, stderr); std::cerr << text; apps::print(text); }\n")
        self.write("apps/cli/print.cpp", "void h() { std::fwrite(text, 1, 1, stream); }\n")

        self.assertEqual(prints(self.root), [("a.cpp", "fmt::print"), ("b.cpp", "std::cerr"), ("b.cpp", "std::fputs(")])

    def test_long_files_are_found(self):
        self.write("ops/short.cpp", "\n" * LONGEST)
        self.write("ops/long.cpp", "\n" * (LONGEST + 1))

        self.assertEqual(long_files(self.root), ["long.cpp"])

    def test_kernels_that_are_optimised_little_are_found(self):
        self.write("apps/CMakeLists.txt", 'list(FILTER driver_kernels INCLUDE REGEX "/driver/(plane|members/find)\\\\.cpp$")\n')
        self.write("apps/driver/plane.cpp", "void f() { Kokkos::parallel_for(label, range, Work{}); }\n")
        self.write("apps/driver/members/find.cpp", "void f() { for_each_cell(label, space, box, Work{}); }\n")
        self.write("apps/driver/find.cpp", "void f() { for_each_cell(label, space, box, Work{}); }\n")
        self.write("apps/driver/other_plane.cpp", "void f() { Kokkos::parallel_reduce(label, range, Work{}, sum); }\n")
        self.write("apps/driver/loop.cpp", "// no parallel_for\nvoid f() { loop(); }\n")

        self.assertEqual(kernels_optimised_little(self.root), ["find.cpp", "other_plane.cpp"])

    def test_decks_without_a_first_comment_are_found(self):
        self.write("input_decks/heat/told.toml", "# What it is.\n[run]\n")
        self.write("input_decks/heat/untold.toml", "[run]\n")

        self.assertEqual(decks_without_summary(self.root), ["untold.toml"])


if __name__ == "__main__":
    unittest.main()
