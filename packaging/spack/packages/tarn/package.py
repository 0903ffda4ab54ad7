from spack_repo.builtin.build_systems.cmake import CMakePackage

from spack.package import *


class Tarn(CMakePackage):
    """Kokkos-based scientific computing framework: arrays, grids, files and simulations that run from input decks."""

    # The sources are those beside this recipe: `spack develop`, or dev_path as in packaging/spack/spack.yaml.
    version("0.2.0")

    variant("shared", default=False, description="Build shared libraries")
    variant("cuda", default=False, description="Run on NVIDIA GPUs")
    variant("native", default=True, description="Use every instruction of the processor that it is built on")
    variant("pictures", default=True, description="Draw pictures with Cairo")
    variant(
        "cuda_arch",
        default="90",
        values=("80", "86", "89", "90", "100"),
        multi=False,
        description="The GPUs that it is built for",
        when="+cuda",
    )

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("ninja", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("git", type="build")

    depends_on("mpi@3:")
    depends_on("kokkos@3.4:5")
    depends_on("kokkos@4.6: +cuda +wrapper", when="+cuda")
    depends_on("kokkos-kernels@3.4:5")
    depends_on("lapack", when="~cuda")
    depends_on("cuda@12:", when="+cuda")
    depends_on("hdf5@1.10: +mpi +hl")
    depends_on("zlib-api")
    depends_on("fmt@9:")
    depends_on("tomlplusplus@3:")
    depends_on("nlohmann-json@3.11:")
    depends_on("cli11@2:", type="build")
    depends_on("cairo +png", when="+pictures")

    # What `tarn run -n` starts ranks with.
    depends_on("mpi", type="run")

    generator("ninja")

    def cmake_args(self):
        args = [
            self.define("TARN_BUILD_TESTS", False),
            self.define("TARN_BUILD_BENCHMARKS", False),
            self.define_from_variant("BUILD_SHARED_LIBS", "shared"),
            self.define_from_variant("TARN_NATIVE", "native"),
            self.define_from_variant("TARN_REQUIRE_CUDA", "cuda"),
        ]
        if self.spec.satisfies("+cuda"):
            args.append(self.define_from_variant("CMAKE_CUDA_ARCHITECTURES", "cuda_arch"))
        return args

    def setup_run_environment(self, env):
        env.prepend_path("MANPATH", self.prefix.share.man)

    @run_after("install")
    @on_package_attributes(run_tests=True)
    def check_installed_program(self):
        tarn = Executable(self.prefix.bin.tarn)
        tarn("--version")
        tarn("list")
