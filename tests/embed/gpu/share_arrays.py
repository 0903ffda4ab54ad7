"""Lends an array of tarn's on the GPU to CuPy or PyTorch, and one of theirs to tarn, without a copy. It prints each step as
it is taken. share_arrays.py LIBRARY cupy|torch [--first tarn|client] [--mode local|global]"""

import argparse
import ctypes
import faulthandler
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "hosts"))
import lending_library  # noqa: E402

faulthandler.enable()
parser = argparse.ArgumentParser()
parser.add_argument("library")
parser.add_argument("client", choices=("cupy", "torch"))
parser.add_argument("--first", choices=("tarn", "client"), default="client", help="whose use of the GPU comes first")
parser.add_argument("--mode", choices=("local", "global"), default="local", help="RTLD_LOCAL or RTLD_GLOBAL")
asked = parser.parse_args()


def step(text):
    print(f"step: {text}", flush=True)


def start_tarn():
    step("tarn is loaded")
    mode = os.RTLD_NOW | (os.RTLD_GLOBAL if asked.mode == "global" else os.RTLD_LOCAL)
    library = lending_library.load(asked.library, mode)
    library.place_of_lent.restype = library.place_of_borrowed.restype = ctypes.c_void_p
    step("tarn starts MPI and Kokkos")
    library.start()
    return library


def start_client():
    step(f"{asked.client} is imported")
    if asked.client == "cupy":
        import cupy as client
        step(f"cupy {client.__version__}, CUDA runtime {client.cuda.runtime.runtimeGetVersion()}, makes an array")
        client.zeros(3).sum()
        return client
    import torch as client
    step(f"torch {client.__version__}, CUDA {client.version.cuda}, makes an array")
    client.zeros(3, device="cuda").sum()
    return client


def place_of(array):
    return array.data.ptr if asked.client == "cupy" else array.data_ptr()


def wait(client):
    (client.cuda.Device().synchronize if asked.client == "cupy" else client.cuda.synchronize)()


def on_host(array):
    return array.get().tolist() if asked.client == "cupy" else array.cpu().tolist()


def libraries():
    """Shared libraries of CUDA in the process."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        paths = {line.split()[-1] for line in maps if "/" in line}
    return sorted(path for path in paths if any(name in path for name in ("cudart", "libcuda.", "cublas", "cusolver", "nccl")))


def lend(library, client):
    class Lent:
        """What from_dlpack() takes."""

        def __dlpack__(self, **_):
            return lending_library.capsule_of(library)

        def __dlpack_device__(self):
            return (2, library.device())

    step("tarn lends")
    array = client.from_dlpack(Lent())
    assert place_of(array) == library.place_of_lent(), (place_of(array), library.place_of_lent())
    assert tuple(array.shape) == (3, 4)
    assert on_host(array) == [[10, 11, 12, 13]] * 3, on_host(array)
    step("what is written there is seen by tarn")
    array += 1
    wait(client)
    total = library.sum_of_lent()
    assert total == 3 * (11 + 12 + 13 + 14), total
    del array


def borrow(library, client):
    step("tarn borrows")
    options = {} if asked.client == "cupy" else {"device": "cuda"}
    own = client.arange(12, dtype=client.float64, **options).reshape(4, 3).T  # strided: axes swapped
    wait(client)
    total = lending_library.borrow(library, own)
    assert library.place_of_borrowed() == place_of(own)
    assert total == 2 * 66, total
    assert on_host(own) == [[2 * (3 * row + column) for row in range(4)] for column in range(3)], on_host(own)


if asked.first == "tarn":
    tarn = start_tarn()
    other = start_client()
else:
    other = start_client()
    tarn = start_tarn()
for path in libraries():
    print(f"loaded: {path}")
lend(tarn, other)
borrow(tarn, other)
step("tarn stops")
tarn.stop()
print("shared without a copy", flush=True)
sys.exit(0)
