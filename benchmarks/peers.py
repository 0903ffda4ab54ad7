"""The cases of tarn_benchmarks_arrays as a user of NumPy or CuPy writes them."""

import argparse
import ctypes
import pathlib
import time


def built(path):
    """For argparse: the path of a program that has been built."""
    if not pathlib.Path(path).is_file():
        raise argparse.ArgumentTypeError(f"there is no program {path}: build it (./dev build {pathlib.Path(path).name}), "
                                         "or name the one that you have")
    return path


def peer_module(wanted, gpu):
    """The module to compare with; None where it is not installed, unless it was asked for by name."""
    if wanted == "none":
        return None
    name = wanted if wanted != "auto" else ("cupy" if gpu else "numpy")
    try:
        return __import__(name)
    except ImportError:
        if wanted != "auto":
            raise
        return None


def formula_16(a, b, c):
    left = ((a * b + c) * (a - b) + (b * c - a) * (c + a)) * ((a + b) * c - 2 * a)
    return left + (a - 3) * (b + 4) - c * 5


STREAMS = {  # inputs, the expression, and the same with its last operation into a target
    "streams_2": (1, lambda a: 2.5 * a + 1.0, lambda xp, out, a: xp.add(2.5 * a, 1.0, out=out)),
    "streams_3": (2, lambda a, b: a + b, lambda xp, out, a, b: xp.add(a, b, out=out)),
    "streams_4": (3, lambda a, b, c: a * b + c, lambda xp, out, a, b, c: xp.add(a * b, c, out=out)),
    "streams_5": (4, lambda a, b, c, d: a * b + c * d, lambda xp, out, a, b, c, d: xp.add(a * b, c * d, out=out)),
    "streams_6": (5, lambda a, b, c, d, e: (a * b + c * d) * e,
                  lambda xp, out, a, b, c, d, e: xp.multiply(a * b + c * d, e, out=out)),
    "formula_2": (3, lambda a, b, c: a * b + c, lambda xp, out, a, b, c: xp.add(a * b, c, out=out)),
    "formula_16": (3, formula_16, lambda xp, out, a, b, c: xp.copyto(out, formula_16(a, b, c))),
}


def direct_gemm(kind, order, transpose_a, transpose_b, a, b, out):
    """A call of the BLAS that both sides stand on, nothing around it."""
    name, number = ("cblas_dgemm", ctypes.c_double) if kind == "float64" else ("cblas_sgemm", ctypes.c_float)
    gemm = getattr(ctypes.CDLL("libblas.so.3"), name)
    row_major, flags = 101, {False: 111, True: 112}
    pointers = [ctypes.c_void_p(x.ctypes.data) for x in (a, b, out)]
    gemm.restype = None
    return lambda: gemm(row_major, flags[transpose_a], flags[transpose_b], order, order, order, number(1), pointers[0],
                        order, pointers[1], order, number(0), pointers[2], order)


class Peer:
    """Makes the actions of a case; arrays live as long as they do."""

    def __init__(self, module):
        self.xp = module
        self.is_gpu = module.__name__ == "cupy"
        self.random = module.random.default_rng()

    def synchronize(self):
        if self.is_gpu:
            self.xp.cuda.get_current_stream().synchronize()

    def seconds(self, action):
        """Of one call, which an action may divide by how often it does its work."""
        self.synchronize()
        start = time.perf_counter()
        times = action()
        self.synchronize()
        return (time.perf_counter() - start) / (times if isinstance(times, int) else 1)

    def actions(self, case, kind, size):
        """Actions by the peer's name, each run once already; empty where the peer has none."""
        if self.is_gpu:
            self.xp.get_default_memory_pool().free_all_blocks()
        make = getattr(self, case.split("_")[0], None)
        if case in STREAMS:
            make = self.streams
        elif case in FORMULAS:
            make = self.formula
        elif "_axis_" in case:
            make = self.along_axis
        elif case in REDUCTIONS:
            make = self.reduce
        elif case in FUNCTIONS:
            make = self.function
        actions = make(case, kind, size) if make else {}
        for action in actions.values():
            action()
            self.synchronize()
        return actions

    def fresh(self, kind, *shape):
        return self.random.random(shape, dtype=getattr(self.xp, kind))

    @property
    def name(self):
        return self.xp.__name__

    def streams(self, case, kind, size):
        inputs, expression, into = STREAMS[case]
        arrays = [self.fresh(kind, size) for _ in range(inputs)]
        out = self.xp.empty_like(arrays[0])
        actions = {self.name: lambda: into(self.xp, out, *arrays)}
        if self.is_gpu:
            # fuse() wants a function of that many plain arguments; what it returns is new memory of the pool.
            names = ", ".join("abcde"[:inputs])
            fused = self.xp.fuse(kernel_name="fused")(eval(f"lambda {names}: f({names})", {"f": expression}))
            actions["cupy.fuse"] = lambda: fused(*arrays)
        return actions

    def where(self, _, kind, size):
        a, b = self.fresh(kind, size), self.fresh(kind, size)
        out = self.xp.empty_like(a)
        return {self.name: lambda: self.xp.copyto(out, self.xp.where(a > 0.5, a, b))}

    def function(self, case, kind, size):
        a = self.fresh(kind, size)
        out = self.xp.empty_like(a)
        return {self.name: lambda: getattr(self.xp, case)(a, out=out)}

    def formula(self, case, kind, size):
        low, high, inputs = FORMULAS[case]
        arrays = [low + (high - low) * self.fresh(kind, size) for _ in range(inputs)]
        out = self.xp.empty_like(arrays[0])
        function = getattr(self.xp, case.removeprefix("formula_"))
        return {self.name: lambda: function(*arrays, out=out)}

    def cells(self, _, kind, size):
        """A formula of the place of size^3 cells, its coordinates broadcast."""
        along = (self.xp.arange(size, dtype=kind) + 0.5) / size
        z, y, x = along[:, None, None], along[None, :, None], along[None, None, :]
        out = self.xp.empty((size, size, size), kind)
        whole = self.xp.ascontiguousarray(self.xp.broadcast_to(x, out.shape))

        def run():
            self.xp.sin(2 * self.xp.pi * whole, out=out)
            self.xp.multiply(out, y, out=out)
            self.xp.multiply(out, z, out=out)

        return {self.name: run}

    def row(self, _, kind, size):
        return self.add(self.fresh(kind, size // 4096, 4096), self.fresh(kind, 1, 4096))

    def column(self, _, kind, size):
        return self.add(self.fresh(kind, size // 4096, 4096), self.fresh(kind, size // 4096, 1))

    def add(self, a, b):
        out = self.xp.empty_like(a)
        return {self.name: lambda: self.xp.add(a, b, out=out)}

    def reduce(self, case, kind, size):
        inputs, function = REDUCTIONS[case]
        arrays = [self.fresh(kind, size) for _ in range(inputs)]
        return {self.name: lambda: float(function(self.xp, *arrays))}

    def along_axis(self, case, kind, power):
        name, axis = case.split("_axis_")
        a = self.fresh(kind, 1 << power, 1 << (24 - power))
        out = self.xp.empty(a.shape[1 - int(axis)], a.dtype)
        function = getattr(self.xp, {"max": "amax"}.get(name, name))
        return {self.name: lambda: function(a, axis=int(axis), out=out)}

    def matmul(self, case, kind, order):
        a, b = self.fresh(kind, order, order), self.fresh(kind, order, order)
        left = a.T if case[-2] == "t" else a
        right = b.T if case[-1] == "t" else b
        out = self.xp.empty_like(a)
        actions = {self.name: lambda: self.xp.matmul(left, right, out=out)}
        if not self.is_gpu:
            actions["blas"] = direct_gemm(kind, order, case[-2] == "t", case[-1] == "t", a, b, out)
        return actions

    def pool(self, _, kind, size):
        def allocate():
            for _ in range(1000):
                self.xp.empty(size, kind)
            return 1000

        return {self.name: allocate}

    def upload(self, case, kind, size):
        return self.cross(case, kind, size, lambda host, device: device.set(host))

    def download(self, case, kind, size):
        return self.cross(case, kind, size, lambda host, device: device.get(out=host))

    def cross(self, case, kind, size, copy):
        """Between pageable host memory and the GPU; there is no such thing for NumPy."""
        if not self.is_gpu or "_" in case:
            return {}
        device = self.fresh(kind, size)
        host = device.get()
        return {self.name: lambda: copy(host, device)}


FUNCTIONS = ["sin", "exp", "log"]
FORMULAS = {  # ends of the random arguments, and how many there are
    **{f"formula_{name}": (0, 10, 1) for name in ("sqrt", "log", "log10")},
    **{f"formula_{name}": (-10, 10, 1) for name in ("sin", "cos", "tan", "exp", "arctan")},
    **{f"formula_{name}": (-1, 1, 1) for name in ("arcsin", "arccos")},
    **{f"formula_{name}": (-5, 5, 1) for name in ("sinh", "cosh", "tanh")},
    "formula_power": (0.1, 10, 2),
    **{f"formula_{name}": (-10, 10, 2) for name in ("arctan2", "fmod")},
}
REDUCTIONS = {  # inputs, function
    "sum": (1, lambda xp, a: a.sum()),
    "dot": (2, lambda xp, a, b: xp.dot(a, b)),
    "min": (1, lambda xp, a: a.min()),
    "max": (1, lambda xp, a: a.max()),
    "argmax": (1, lambda xp, a: a.argmax()),
    "mean": (1, lambda xp, a: a.mean()),
    "var": (1, lambda xp, a: a.var()),
    "norm2": (1, lambda xp, a: xp.linalg.norm(a)),
    "sum_of_squares": (1, lambda xp, a: (a * a).sum()),
    "sum_reproducible": (1, lambda xp, a: a.sum()),
}
