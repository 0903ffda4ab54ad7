#include "tarn/io/hdf5/any_dataset.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/io/error.hpp"
#include "tarn/io/hdf5/file.hpp"
#include "tarn/io/store/dataset_file.hpp"
#include "tarn/tests/io/store/scratch.hpp"
#include "tarn/tests/support/python.hpp"

namespace tarn::io::hdf5 {
namespace {

using io::test::Scratch;
using io::test::text_of;
using io::test::write_text;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// A file that h5py makes.
class AnyDatasets : public testing::Test {
 protected:
  /// @param options  of h5py.File
  void make(const std::string& lines, const std::string& options = "") {
    write_text(scratch_.path() / "make.py", "import h5py, numpy as np\nf = h5py.File('" + path_.string() + "', 'w'" +
                                                options + ")\n" + lines + "\nf.close()\n");
    ASSERT_EQ(std::system((tarn::test::python() + " " + (scratch_.path() / "make.py").string()).c_str()), 0);
  }
  template <class T>
  std::vector<T> all_of(const std::string& path, NumberType as) {
    const Object file = open_file(path_);
    const AnyDataset dataset = open_any_dataset(file, path);
    const Box whole{Extents(dataset.dims.size(), 0), dataset.dims};
    std::vector<T> values(whole.size());
    read_any(dataset, whole, as, values.data());
    return values;
  }

  Scratch scratch_;
  std::filesystem::path path_ = scratch_.path() / "a.h5";
};

TEST_F(AnyDatasets, TellNumPysTypeOfWhatTheyHold) {
  make(
      "for name in ('bool', 'int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'float16',\n"
      "             'float32', 'float64', 'complex64', 'complex128'):\n"
      "    f[name] = np.ones(2, name)\n"
      "    f['big ' + name] = np.ones(2, np.dtype(name).newbyteorder('>'))");

  const Object file = open_file(path_);
  for (int n = 0; n <= static_cast<int>(NumberType::complex128); ++n) {
    const auto type = static_cast<NumberType>(n);
    for (const std::string order : {"", "big "}) {
      const AnyDataset dataset = open_any_dataset(file, "/" + order + numpy_name(type));
      EXPECT_EQ(dataset.number.type, type);
      EXPECT_THAT(dataset.dims, ElementsAre(2));
    }
  }
}

TEST_F(AnyDatasets, WithFewerBitsThanBytesHaveTheSmallestTypeThatHoldsThem) {
  make(
      "import h5py.h5t as t\n"
      "def put(name, kind):\n"
      "    h5py.h5d.create(f.id, name, kind, h5py.h5s.create_simple((2,)))\n"
      "twelve = t.STD_I16BE.copy(); twelve.set_precision(12); put(b'twelve', twelve)\n"
      "brain = t.IEEE_F32LE.copy(); brain.set_fields(15, 7, 8, 0, 7); brain.set_size(2); put(b'brain', brain)\n"
      "wide = t.IEEE_F32LE.copy(); wide.set_ebias(200); put(b'wide', wide)\n"
      "colours = t.enum_create(t.STD_U16LE); colours.enum_insert(b'RED', 300); put(b'colours', colours)");

  const Object file = open_file(path_);
  EXPECT_EQ(open_any_dataset(file, "/twelve").number.type, NumberType::int16);
  EXPECT_EQ(open_any_dataset(file, "/brain").number.type, NumberType::float32);
  EXPECT_EQ(open_any_dataset(file, "/wide").number.type, NumberType::float64);
  EXPECT_EQ(open_any_dataset(file, "/colours").number.type, NumberType::uint16);
}

TEST_F(AnyDatasets, BecomeAnyTypeThatHoldsTheirNumbersAndNoOther) {
  make(
      "f['b'] = np.array([0, 1, 1], bool)\nf['u'] = np.array([1, 2**63], 'u8')\nf['h'] = np.array([0.5, np.inf], "
      "'>f2')");

  EXPECT_THAT(all_of<std::uint8_t>("/b", NumberType::uint8), ElementsAre(0, 1, 1));
  EXPECT_THAT(all_of<float>("/h", NumberType::float32), ElementsAre(0.5f, std::numeric_limits<float>::infinity()));
  EXPECT_THAT(all_of<std::uint64_t>("/u", NumberType::uint64), ElementsAre(1u, 1ull << 63));
  EXPECT_THAT([&] { all_of<std::int64_t>("/u", NumberType::int64); },
              ThrowsMessage<TypeMismatch>(HasSubstr("/u holds a number of uint64 that is beyond int64")));
}

TEST_F(AnyDatasets, HaveTheirFillValueWhereNothingWasWritten) {
  make(
      "f.create_dataset('g/never', (3,), '>i2', fillvalue=-7)\n"
      "f.create_dataset('part', (5,), 'f8', chunks=(2,), fillvalue=1.5)[2] = 0\n"
      "f['one'] = 4.0");

  EXPECT_THAT(all_of<std::int32_t>("/g/never", NumberType::int32), ElementsAre(-7, -7, -7));
  EXPECT_THAT(all_of<double>("/part", NumberType::float64), ElementsAre(1.5, 1.5, 0, 1.5, 1.5));
  EXPECT_THAT(all_of<double>("/one", NumberType::float64), ElementsAre(4));
}

TEST_F(AnyDatasets, AreFoundBehindUserBlocksAndEndWhereTheirHeaderSays) {
  for (const std::string versions : {"('earliest', 'v108')", "('v110', 'v110')"}) {
    for (const std::string block : {"512", "1024", "65536"}) {
      make("f['a'] = np.arange(100.)", ", libver=" + versions + ", userblock_size=" + block);
      EXPECT_EQ(all_of<double>("/a", NumberType::float64).back(), 99);

      const std::string bytes = text_of(path_);
      write_text(path_, bytes.substr(0, bytes.size() - 1));
      EXPECT_THROW(open_file(path_), Truncated) << versions << block;
      EXPECT_THAT([&] { check_superblock(path_); }, ThrowsMessage<Corrupt>(HasSubstr("is not an HDF5 file")));
      write_text(path_, bytes.substr(0, std::stoul(block) + 20));
      EXPECT_THROW(open_file(path_), Truncated);
      write_text(path_, bytes.substr(0, std::stoul(block)));
      EXPECT_THAT([&] { open_file(path_); }, ThrowsMessage<Corrupt>(HasSubstr("is not an HDF5 file")));
    }
  }
}

TEST_F(AnyDatasets, AreReadWithinTheirShapeOnly) {
  make("f['a'] = np.arange(6.).reshape(2, 3)");

  const Object file = open_file(path_);
  const AnyDataset dataset = open_any_dataset(file, "/a");
  double values[2] = {};
  read_any(dataset, {{1, 1}, {1, 2}}, NumberType::float64, values);
  EXPECT_THAT(values, ElementsAre(4, 5));
  EXPECT_THROW(read_any(dataset, {{0, 2}, {1, 2}}, NumberType::float64, values), FileShapeMismatch);
  EXPECT_THROW(read_any(dataset, {{0}, {1}}, NumberType::float64, values), FileShapeMismatch);
}

/// The values of tarn's own files are written, all of them: what looks otherwise is damaged.
TEST_F(AnyDatasets, ThatTarnWroteAreHashedOnlyIfTheyAreWhole) {
  make("f.create_dataset('data', (1 << 20,), 'f8', chunks=(1024,), fillvalue=0)");
  EXPECT_THAT([&] { hash_datasets(path_); }, ThrowsMessage<Corrupt>(HasSubstr("of which 0 are stored")));

  make("f['data'] = np.ones(3)\nf['more'] = h5py.SoftLink('/data')");
  EXPECT_THAT([&] { hash_datasets(path_); }, ThrowsMessage<Corrupt>(HasSubstr("soft or external link")));
  EXPECT_EQ(describe_datasets(path_).size(), 1u);
}

}  // namespace
}  // namespace tarn::io::hdf5
