"""tarn as shared libraries: all that embed_test asks of static ones. It builds tarn anew, so only with TARN_LONG_TESTS=1."""

import os
import shutil
import unittest

import embed_test
from installing import BUILD, CMAKE, LIBRARIES, SOURCE, must


@unittest.skipUnless(os.environ.get("TARN_LONG_TESTS") == "1", "takes a whole build: TARN_LONG_TESTS=1")
class SharedLibraries(embed_test.Embedded):
    build = BUILD / "shared"
    kind = "so"
    test_a_host_that_fetches_tarn_keeps_its_build = None  # it installs nothing

    @classmethod
    def setUpClass(cls):
        launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
        must(CMAKE, "-S", SOURCE, "-B", cls.build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", "-DBUILD_SHARED_LIBS=ON",
             "-DTARN_BUILD_TESTS=OFF", "-DTARN_BUILD_BENCHMARKS=OFF",
             f"-DCMAKE_CXX_COMPILER={os.environ['TARN_CXX_COMPILER']}", *launcher,
             *os.environ["TARN_FOUND_PACKAGES"].split())
        must(CMAKE, "--build", cls.build, "-j", 2, timeout=7200)
        super().setUpClass()

    def test_they_find_each_other_beside_themselves(self):
        for name in LIBRARIES:
            told = must("readelf", "-d", self.library(name).resolve())
            self.assertIn("Library soname: [libtarn_" + name + ".so.0.2]", told)
            self.assertIn("$ORIGIN", told)
        self.assertIn("$ORIGIN/../lib", must("readelf", "-d", self.installed / "bin" / "tarn"))
        self.assertIn(str(self.installed / "lib" / "libtarn_core.so.0.2"), must("ldd", self.built / "cycles"))


if __name__ == "__main__":
    unittest.main()
