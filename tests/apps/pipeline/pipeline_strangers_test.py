"""Inputs that other programs wrote: whatever HDF5 allows that can be read as numbers, or the true reason why not."""

import unittest

import h5py
import numpy

from apps.pipeline.pipeline_case import EXIT_DATA, PipelineCase, deck_text, step
from support.tarn_program import tarn

DECK = deck_text([step("formula", expression="data * 1", out="same")], arrays=["same"])  # in float64, mostly
OF_THE_TYPE = deck_text([step("max", a="data", axis=0, out="same")], arrays=["same"])
PRODUCT = deck_text([step("matmul", a="data", b="data", transpose_b=True, out="same")], arrays=["same"])

# What each type of a file becomes, with numbers at the ends of its range.
TYPES = {
    "bool": ("uint8", [True, False, True]),
    "int8": ("int32", [-128, 127, 3]),
    "uint8": ("uint8", [0, 255, 3]),
    "int16": ("int32", [-2**15, 2**15 - 1, 3]),
    "uint16": ("int32", [0, 2**16 - 1, 3]),
    "int32": ("int32", [-2**31, 2**31 - 1, 3]),
    "uint32": ("int64", [0, 2**32 - 1, 3]),
    "int64": ("int64", [-2**53, 2**53, 3]),
    "uint64": ("int64", [0, 2**53, 3]),
    "float16": ("float32", [-65504.0, 6e-8, 0.1]),
    "float32": ("float32", [-3e38, 1e-45, 0.1]),
    "float64": ("float64", [-1e308, 5e-324, 0.1]),
}


class Strangers(PipelineCase):
    def open(self, name, **options):
        return h5py.File(self.root / "in" / name, "w", **options)

    def check_same(self, wanted, deck=DECK, directory="run"):
        """Runs over all inputs: `wanted` are the arrays that the deck makes of them, by the inputs' names."""
        self.run_deck(deck, directory)
        for name, array in wanted.items():
            kept = self.kept(directory, name, "same")
            self.assertEqual((kept.dtype, kept.shape), (array.dtype, array.shape), name)
            self.assertEqual(kept.tobytes(), array.tobytes(), name)

    def check_refused(self, reasons):
        """Each of these inputs is passed over, and its line has the reason."""
        done = self.run_deck(DECK, "refused", expect=EXIT_DATA)
        for name, reason in reasons.items():
            line = next(line for line in done.stderr.splitlines() if f"in/{name} skipped: " in line)
            self.assertIn(reason, line)
            self.assertNotIn("damaged", line)

    def test_every_type_of_numbers_is_read_exactly_in_either_order_of_bytes(self):
        wanted = {}
        for name, (becomes, numbers) in TYPES.items():
            for order in "<>" if numpy.dtype(name).itemsize > 1 else "=":
                array = numpy.array(numbers, numpy.dtype(name).newbyteorder(order))
                file = f"{name}{'big' if order == '>' else ''}.h5"
                self.put(file, array[None])
                wanted[file] = array.astype(becomes)

        self.check_same(wanted, OF_THE_TYPE)

    def test_complex_numbers_of_h5py_and_of_matlab_are_read(self):
        numbers = numpy.array([[1 + 2j, -3j], [0.5, 4 - 1j]])
        parts = numpy.zeros((2, 2), [("real", ">f8"), ("imag", ">f8")])
        parts["real"], parts["imag"] = numbers.real, numbers.imag
        self.put("double.h5", numbers)
        self.put("single.h5", numbers.astype("complex64"))
        self.put("big.h5", numbers.astype(">c16"))
        self.put("matlab.h5", parts)

        self.check_same(dict.fromkeys(("double.h5", "single.h5", "big.h5", "matlab.h5"), numbers @ numbers.T), PRODUCT)

    def test_files_behind_a_user_block_are_read(self):
        array = numpy.arange(6.0).reshape(2, 3)
        wanted = {}
        for block in (512, 1024, 4096):
            for versions in (("earliest", "v108"), ("v110", "v110")):
                name = f"{block}-{versions[1]}.h5"
                with self.open(name, userblock_size=block, libver=versions) as file:
                    file["data"] = array
                path = self.root / "in" / name
                path.write_bytes(b"MATLAB 7.3 MAT-file".ljust(block) + path.read_bytes()[block:])
                wanted[name] = array

        self.check_same(wanted)

    def test_a_file_behind_a_user_block_that_is_cut_off_is_told_to_be(self):
        for versions in (("earliest", "v108"), ("v110", "v110")):
            name = f"{versions[1]}.h5"
            with self.open(name, userblock_size=512, libver=versions) as file:
                file["data"] = numpy.arange(1000.0)
            path = self.root / "in" / name
            path.write_bytes(path.read_bytes()[:-100])

        self.check_refused({"v108.h5": " bytes; ", "v110.h5": " bytes; "})

    def test_what_was_never_written_has_the_fill_value(self):
        with self.open("never.h5") as file:
            file.create_dataset("data", (30, 20), "f8", fillvalue=2.5)
        with self.open("plain.h5") as file:
            file.create_dataset("data", (30, 20), "f8")
        with self.open("chunks.h5") as file:
            file.create_dataset("data", (3000, 20), "f8", chunks=(10, 20), fillvalue=-1, fletcher32=True)[15:17] = 3
        with self.open("growing.h5") as file:
            file.create_dataset("data", (10, 2), ">i2", chunks=(4, 2), maxshape=(None, 2), fillvalue=7)[0] = 1
        chunks, growing = numpy.full((3000, 20), -1.0), numpy.full((10, 2), 7.0)
        chunks[15:17] = 3
        growing[0] = 1

        self.check_same({"never.h5": numpy.full((30, 20), 2.5), "plain.h5": numpy.zeros((30, 20)), "chunks.h5": chunks,
                         "growing.h5": growing})

    def test_highly_packed_arrays_are_read(self):
        array = numpy.full((4000, 500), 3, "int32")
        self.put("offset.h5", array, chunks=(4000, 500), scaleoffset=0, compression=9)
        with self.open("twice.h5") as file:
            storage = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            storage.set_chunk(array.shape)
            storage.set_deflate(9)
            storage.set_deflate(9)
            space = h5py.h5s.create_simple(array.shape)
            h5py.Dataset(h5py.h5d.create(file.id, b"data", h5py.h5t.STD_I32LE, space, storage))[...] = array
        for name in ("offset.h5", "twice.h5"):
            with h5py.File(self.root / "in" / name) as file:
                self.assertLess(2000 * file["data"].id.get_storage_size(), array.nbytes)

        self.check_same(dict.fromkeys(("offset.h5", "twice.h5"), array.astype("float64")))

    def test_what_cannot_be_read_is_refused_with_the_true_reason(self):
        def undefined(file, layout):
            plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            plist.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
            if layout == "chunks":
                plist.set_chunk((2,))
            space = h5py.h5s.create_simple((6,))
            return h5py.Dataset(h5py.h5d.create(file.id, b"data", h5py.h5t.IEEE_F64LE, space, plist))

        self.put("text.h5", numpy.array([b"a", b"b"]))
        self.put("records.h5", numpy.zeros(3, [("a", "f8"), ("b", "i4")]))
        self.put("long.h5", numpy.zeros(3, "longdouble"))
        self.put("beyond.h5", numpy.array([1, 2**63], "uint64"))
        self.put("single.h5", 1.0)
        self.put("packed.h5", numpy.zeros(100), compression="lzf")
        with self.open("empty.h5") as file:
            file["data"] = h5py.Empty("f8")
        with self.open("group.h5") as file:
            file.create_group("data")
        with self.open("lists.h5") as file:
            file.create_dataset("data", (2,), h5py.vlen_dtype("f8"))
        with self.open("unwritten.h5") as file:
            undefined(file, "whole")
        with self.open("half.h5") as file:
            undefined(file, "chunks")[:2] = 1

        self.check_refused({
            "text.h5": "/data holds text; numbers of up to 64 bits are read",
            "records.h5": "/data holds records of several members",
            "long.h5": "/data holds floating point numbers of 128 bits, beyond a float64",
            "beyond.h5": "/data holds a number of uint64 that is beyond int64, as which it is read",
            "single.h5": "/data has 0 axes; 1 to 4 expected",
            "packed.h5": "/data is stored through HDF5 filter 32000, which is not there",
            "empty.h5": "/data has no shape and no elements",
            "group.h5": "/data is a group, not a dataset",
            "lists.h5": "/data holds lists of varying length",
            "unwritten.h5": "/data: was never written, or not all of it, and has no fill value",
            "half.h5": "/data: was never written, or not all of it, and has no fill value",
        })

    def test_a_shape_that_neither_memory_nor_its_file_holds_is_passed_over_alone(self):
        with self.open("wide.h5") as file:
            file.create_dataset("data", (2, 2**40), "f8", chunks=(1, 2**16))
        self.put("sound.h5", numpy.ones(3))

        done = self.run_deck(DECK, "run", expect=EXIT_DATA)

        self.assertRegex(done.stderr, r"in/wide\.h5 skipped: an item of shape \(2, 1099511627776\) needs .* of memory")
        self.assertEqual([row["status"] for row in self.rows("run")], ["done", "failed"])

    def export(self, name):
        """A file of this folder's set of datasets as NumPy reads it."""
        self.run_ok("data", "export", self.root / "in" / name, "--format", "npy", "-o", self.folder / "out.npy")
        array = numpy.load(self.folder / "out.npy")
        (self.folder / "out.npy").unlink()
        return array

    def test_export_has_the_numbers_and_the_types_of_the_file(self):
        self.run_ok("data", "make", self.root / "in", "--shape", "2x2")
        for name, (_, numbers) in {**TYPES, "complex64": ("", [1 + 2j]), "complex128": ("", [3j])}.items():
            with self.subTest(type=name):
                self.put("a.h5", numpy.array(numbers, numpy.dtype(name).newbyteorder(">")), fletcher32=True)

                got = self.export("a.h5")

                self.assertEqual(got.dtype, numpy.dtype(name))
                self.assertEqual(got.tobytes(), numpy.array(numbers, name).tobytes())
        self.put("a.h5", 2.5)
        self.assertEqual(self.export("a.h5"), numpy.array(2.5))

    def test_export_of_what_was_never_written_and_is_longer_than_its_file_goes_part_by_part(self):
        self.run_ok("data", "make", self.root / "in", "--shape", "2x2")
        with self.open("a.h5", userblock_size=512) as file:
            data = file.create_dataset("data", (2, 3, 3 << 20), "u1", chunks=(1, 1, 1 << 20), fillvalue=7, compression=9)
            data[0, 1, 5] = 1
            data[1, 2, -1] = 2
            file["elsewhere"] = h5py.SoftLink("/data")
            wanted = data[...]

        self.assertTrue((self.export("a.h5") == wanted).all())


if __name__ == "__main__":
    unittest.main()
