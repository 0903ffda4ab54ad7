"""What tools/ finds for `./dev lint`: headers that do not compile alone, and the sources that changed."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ.get("TARN_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(SOURCE / "tools"))

import clang_tidy  # noqa: E402
import headers_alone  # noqa: E402

NEEDS_STRING = "#pragma once\ninline std::string word() { return {}; }\n"


class Tree(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.source = pathlib.Path(holder.name)
        for folder in ("core", "ops", "io", "apps", "build/tarn"):
            (self.source / folder).mkdir(parents=True)
        (self.source / "build/tarn/core").symlink_to(self.source / "core")

    def write(self, name, text):
        (self.source / name).write_text(text)


class HeadersAlone(Tree):
    def setUp(self):
        super().setUp()
        build = self.source / "build"
        file = str(build / "header_checks/core/a.cpp")
        command = f"c++ -std=c++20 -I{build} -o a.o -c {file}"
        (build / "compile_commands.json").write_text(json.dumps([{"file": file, "command": command}]))
        (build / "Kokkos_Core.hpp").write_text("#pragma once\n#include <string>\n")

    def check(self):
        return headers_alone.check(self.source, self.source / "build")

    def test_a_header_with_its_includes_passes(self):
        self.write("core/a.hpp", NEEDS_STRING.replace("once\n", "once\n#include <string>\n"))

        self.assertTrue(self.check())

    def test_a_missing_include_is_found_though_others_have_it_precompiled(self):
        self.write("core/a.hpp", NEEDS_STRING)
        self.write("core/b.hpp", '#pragma once\n#include <Kokkos_Core.hpp>\n#include "tarn/core/a.hpp"\n')

        self.assertFalse(self.check())

    def test_what_comes_with_kokkos_is_there_for_those_that_include_it_through_others(self):
        self.write("core/a.hpp", "#pragma once\n#include <Kokkos_Core.hpp>\n")
        self.write("core/b.hpp", NEEDS_STRING.replace("once\n", 'once\n#include "tarn/core/a.hpp"\n'))

        self.assertTrue(self.check())


class ChangedSources(Tree):
    def git(self, *words):
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], cwd=self.source, check=True,
                       capture_output=True)

    def setUp(self):
        super().setUp()
        self.write("core/a.hpp", "#pragma once\n")
        self.write("core/a.cpp", '#include "tarn/core/a.hpp"\n')
        self.write("core/b.cpp", "\n")
        self.git("init", "-q", "-b", "main")
        self.git("add", "core")
        self.git("commit", "-q", "-m", "first")
        self.git("switch", "-q", "-c", "branch")

    def test_of_a_branch_are_those_that_are_not_as_on_main(self):
        self.write("core/b.cpp", "int b;\n")
        self.git("commit", "-q", "-a", "-m", "second")
        self.write("core/c.cpp", "\n")

        self.assertEqual(clang_tidy.changed(self.source, None), ["core/b.cpp", "core/c.cpp"])

    def test_on_main_are_those_of_the_last_commit(self):
        self.write("core/b.cpp", "int b;\n")
        self.git("commit", "-q", "-a", "-m", "second")
        self.git("branch", "-f", "main", "branch")

        self.assertEqual(clang_tidy.changed(self.source, None), ["core/b.cpp"])


if __name__ == "__main__":
    unittest.main()
