"""Lends an array of tarn's to NumPy and one of NumPy's to tarn; the argument is the library of dlpack.cpp."""

import ctypes
import sys

import numpy

library = ctypes.CDLL(sys.argv[1], mode=ctypes.RTLD_GLOBAL)
python = ctypes.pythonapi
python.PyCapsule_New.restype = ctypes.py_object
python.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
python.PyCapsule_GetPointer.restype = ctypes.c_void_p
python.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
python.PyCapsule_SetName.argtypes = [ctypes.py_object, ctypes.c_char_p]
library.lend.restype = ctypes.c_void_p
library.sum_of_lent.restype = ctypes.c_double
library.borrow.restype = ctypes.c_double
library.borrow.argtypes = [ctypes.c_void_p]
USED = ctypes.c_char_p(b"used_dltensor")  # a capsule keeps the pointer


class Lent:
    """What numpy.from_dlpack() takes."""

    def __dlpack__(self, **_):
        return python.PyCapsule_New(library.lend(), b"dltensor", None)

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
capsule = own.__dlpack__()
total = library.borrow(python.PyCapsule_GetPointer(capsule, b"dltensor"))
python.PyCapsule_SetName(capsule, USED)
assert total == 2 * 66 and own[1, 0] == 2, (total, own)
print("borrowed ok")
del array
library.stop()
