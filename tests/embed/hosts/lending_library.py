"""A library built from a dlpack.cpp, and the capsules in which Python hands arrays on."""

import ctypes

python = ctypes.pythonapi
python.PyCapsule_New.restype = ctypes.py_object
python.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
python.PyCapsule_GetPointer.restype = ctypes.c_void_p
python.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
python.PyCapsule_SetName.argtypes = [ctypes.py_object, ctypes.c_char_p]
NEW, USED = ctypes.c_char_p(b"dltensor"), ctypes.c_char_p(b"used_dltensor")  # a capsule keeps the pointer


def load(path, mode):
    library = ctypes.CDLL(path, mode=mode)
    library.lend.restype = ctypes.c_void_p
    library.sum_of_lent.restype = library.borrow.restype = ctypes.c_double
    library.borrow.argtypes = [ctypes.c_void_p]
    return library


def capsule_of(library):
    """What tarn lends, for the __dlpack__() of an object."""
    return python.PyCapsule_New(library.lend(), NEW, None)


def borrow(library, array):
    """Hands an array over to tarn; returns the sum of what tarn made of it."""
    capsule = array.__dlpack__()
    total = library.borrow(python.PyCapsule_GetPointer(capsule, NEW))
    python.PyCapsule_SetName(capsule, USED)
    return total
