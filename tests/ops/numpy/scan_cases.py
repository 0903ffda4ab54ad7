"""Running sums and products along every axis; sorted lines and the places of their elements."""

import zlib

import numpy as np

from case_file import INFINITY, NAN, TYPES, epsilon, values
from reduction_cases import answer_type, wide

SHAPES = [(0,), (1,), (40,), (900,), (3, 5), (0, 4), (2, 0), (2, 3, 4), (1, 30, 2), (2, 3, 1, 5), (2, 2, 3, 33)]


def write(file):
    for kind in TYPES:
        rng = np.random.default_rng(zlib.crc32(kind.encode()))
        for shape in SHAPES:
            for odd in ([], [NAN, INFINITY, -INFINITY, 0.0]):
                x = values(rng, shape, TYPES[kind], odd, 0.05)
                for axis in range(x.ndim):
                    at = [axis + 4 - x.ndim]
                    sums = wide(x).cumsum(axis).astype(answer_type(x))
                    off = 8 * epsilon(sums.dtype) * np.nan_to_num(np.abs(wide(x)), posinf=0).cumsum(axis) + 1e-300
                    file.add(f"cumsum {kind}", [x], sums, off, at)
                    near_one = x if kind[0] not in "fc" else (x / 8 + 1).astype(x.dtype)
                    products = wide(near_one).cumprod(axis).astype(answer_type(x))
                    size = np.nan_to_num(np.abs(products).astype(np.float64), posinf=0)
                    size *= 8 + np.arange(x.shape[axis]).reshape([-1 if d == axis else 1 for d in range(x.ndim)]) / 4
                    tiny = float(np.finfo(products.dtype).tiny) if kind[0] in "fc" else 0.0
                    file.add(f"cumprod {kind}", [near_one], products, epsilon(products.dtype) * size + tiny + 1e-300, at)
                # Many equal elements, so that an order which is not stable shows.
                tied = np.round(x) if kind[0] in "fc" else x
                file.add(f"sort {kind}", [x], np.sort(x, kind="stable"))
                file.add(f"argsort {kind}", [tied], np.argsort(tied, kind="stable"))
