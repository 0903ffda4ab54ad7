"""Lends an array of tarn's to NumPy and one of NumPy's to tarn; the argument is the library of dlpack.cpp."""

import ctypes
import sys

import numpy

from lending_library import borrow, capsule_of, load

library = load(sys.argv[1], ctypes.RTLD_GLOBAL)


class Lent:
    """What numpy.from_dlpack() takes."""

    def __dlpack__(self, **_):
        return capsule_of(library)

    def __dlpack_device__(self):
        return (1, 0)


library.start()
array = numpy.from_dlpack(Lent())
assert array.shape == (3, 4) and array.dtype == float
assert (array == numpy.arange(4) + 10.0).all(), array
total = library.sum_of_lent()
assert total == array.sum(), (total, array.sum())
print("lent ok")

own = numpy.arange(12.0).reshape(4, 3).T  # strided: axes swapped
total = borrow(library, own)
assert total == 2 * 66 and own[1, 0] == 2, (total, own)
print("borrowed ok")
del array
library.stop()
