#include "tarn/io/hdf5/file.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/io/error.hpp"
#include "tarn/io/hdf5/attribute.hpp"
#include "tarn/io/hdf5/dataset.hpp"
#include "tarn/tests/io/hdf5/image_file.hpp"
#include "tarn/tests/io/store/scratch.hpp"
#include "tarn/tests/support/python.hpp"

namespace tarn::io::hdf5 {
namespace {

using io::test::Scratch;
using io::test::text_of;
using io::test::write_text;
using test::write_image;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(Attributes, ReadBackAsTheyWereWritten) {
  const Scratch scratch;
  const auto path = scratch.path() / "a.h5";
  write_image(path, [](FileImage& image) {
    const Object group = create_group(image.root(), "g");
    write_attribute(group, "real", 1.0 / 3);
    write_attribute(group, "negative", std::int64_t{-5});
    write_attribute(group, "large", std::uint64_t{18446744073709551615u});
    write_attribute(group, "text", std::string("K \xc2\xb5"));
    write_attribute(group, "empty", std::string());
    write_attribute(group, "reals", std::vector<double>{1, 2, 3});
    write_attribute(group, "ints", std::vector<std::int64_t>{7, 8});
  });

  const Object file = open_file(path);
  const Object group = open_group(file, "g");
  EXPECT_EQ(read_double(group, "real"), 1.0 / 3);
  EXPECT_EQ(read_int(group, "negative"), -5);
  EXPECT_EQ(read_unsigned(group, "large"), 18446744073709551615u);
  EXPECT_EQ(read_text(group, "text"), "K \xc2\xb5");
  EXPECT_EQ(read_text(group, "empty"), "");
  EXPECT_THAT(read_doubles(group, "reals", 3), ElementsAre(1, 2, 3));
  EXPECT_THAT(read_ints(group, "ints", 2), ElementsAre(7, 8));
}

TEST(Attributes, OfAnotherTypeOrShapeAreRefusedByName) {
  const Scratch scratch;
  const auto path = scratch.path() / "a.h5";
  write_image(path, [](FileImage& image) {
    write_attribute(image.root(), "real", 1.5);
    write_attribute(image.root(), "text", std::string("t"));
  });

  const Object file = open_file(path);
  EXPECT_THAT([&] { read_int(file, "real"); },
              ThrowsMessage<TypeMismatch>(HasSubstr("\"real\" of / is not an integer")));
  EXPECT_THROW(read_text(file, "real"), TypeMismatch);
  EXPECT_THROW(read_double(file, "text"), TypeMismatch);
  EXPECT_THROW(read_doubles(file, "real", 2), FileShapeMismatch);
  EXPECT_THROW(read_double(file, "none"), Missing);
  EXPECT_THAT([&] { open_group(file, "data"); }, ThrowsMessage<Missing>(HasSubstr("has no /data")));
}

TEST(FileImages, HoldDatasetsThatReadBackChunkByChunk) {
  const Scratch scratch;
  const auto path = scratch.path() / "a.h5";
  std::vector<double> values(11 * 13);
  for (std::size_t n = 0; n < values.size(); ++n)
    values[n] = static_cast<double>(n) / 3;
  for (const Compression compression : {Compression::none, Compression::deflate}) {
    write_image(path, [&](FileImage& image) {
      write_all(create_dataset(image.root(), "u", {Element::float64, {11, 13}, {4, 5}, compression}), values.data());
    });

    const Object file = open_file(path);
    const Dataset dataset = open_dataset(file, "u");
    std::vector<double> all(values.size()), part(3 * 4);
    read_part(dataset, {{0, 0}, {11, 13}}, all.data());
    read_part(dataset, {{3, 9}, {3, 4}}, part.data());

    EXPECT_EQ(dataset.layout.compression, compression);
    EXPECT_EQ(all, values);
    EXPECT_EQ(part[0], values[3 * 13 + 9]);
    EXPECT_EQ(part[11], values[5 * 13 + 12]);
  }
}

TEST(FileImages, GivePlacesThatNoTwoChunksShareAPageOf) {
  FileImage image("never made");
  const Extents chunk{1 << 17};
  std::vector<std::uint64_t> places;
  {
    const Dataset dataset = create_dataset(image.root(), "u", {Element::float64, {1 << 19}, chunk, Compression::none});

    for (hsize_t n = 0; n < 4; ++n)
      places.push_back(image.place_chunk(dataset.object, {n << 17}, (1 << 20) + checksum_bytes));
  }
  image.close();

  for (std::size_t n = 0; n < places.size(); ++n) {
    EXPECT_EQ(places[n] % 4096, 0u);
    if (n > 0) {
      EXPECT_GE(places[n], places[n - 1] + (1 << 20) + 4);
    }
    for (const auto& piece : image.pieces()) {
      const bool apart = piece.address + piece.bytes.size() <= places[n] || piece.address >= places[n] + (1 << 20) + 4;
      EXPECT_TRUE(apart);
    }
  }
  EXPECT_GE(image.size(), places.back() + (1 << 20) + 4);
}

TEST(Seals, FindEveryByteOfTheStructureThatChanged) {
  const Scratch scratch;
  const auto path = scratch.path() / "a.h5";
  write_image(path, [](FileImage& image) { write_attribute(image.root(), "real", 1.5); });
  const std::string good = text_of(path);
  check_seal(path);

  int noticed = 0;
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x20);
    write_text(path, bytes);
    try {
      check_seal(path);
    } catch (const FileError&) {
      ++noticed;
      continue;
    }
    EXPECT_EQ(read_double(open_file(path), "real"), 1.5) << "byte " << at;  // a byte that nobody reads
  }
  EXPECT_GT(noticed, 200);
}

TEST(Seals, AreMissedInFilesOfOtherPrograms) {
  const Scratch scratch;
  const auto path = scratch.path() / "a.h5";
  write_image(path, [](FileImage& image) { write_attribute(image.root(), "real", 1.5); });
  const std::string good = text_of(path);
  const auto end = check_superblock(path);
  write_text(path, good.substr(0, end));

  EXPECT_THAT([&] { check_seal(path); }, ThrowsMessage<Corrupt>(HasSubstr("has no seal")));
}

/// Files that a stranger made, with h5py.
class StrangersFile : public testing::Test {
 protected:
  void make(const std::string& lines) {
    write_text(scratch_.path() / "make.py", "import h5py, numpy as np\nf = h5py.File('" + path_.string() +
                                                "', 'w', libver=('v110', 'v110'))\n" + lines + "\nf.close()\n");
    ASSERT_EQ(std::system((tarn::test::python() + " " + (scratch_.path() / "make.py").string()).c_str()), 0);
  }
  Scratch scratch_;
  std::filesystem::path path_ = scratch_.path() / "a.h5";
};

TEST_F(StrangersFile, IsNotFollowedThroughLinks) {
  make("f['soft'] = h5py.SoftLink('/soft')\nf['out'] = h5py.ExternalLink('/etc/passwd', '/')");

  const Object file = open_file(path_);
  EXPECT_THAT([&] { open_dataset(file, "soft"); }, ThrowsMessage<Corrupt>(HasSubstr("soft or external link")));
  EXPECT_THAT([&] { open_group(file, "out"); }, ThrowsMessage<Corrupt>(HasSubstr("soft or external link")));
  EXPECT_THROW(open_group(file, "out/x"), Corrupt);
  EXPECT_THROW(open_group(file, "."), Corrupt);
}

TEST_F(StrangersFile, MayNotKeepItsValuesElsewhere) {
  make(
      "f.create_dataset('outside', (4,), 'f8', external=[('/etc/passwd', 0, 32)])\n"
      "f.create_dataset('inside', data=np.zeros(4))\n"
      "l = h5py.VirtualLayout((4,), 'f8'); l[:] = h5py.VirtualSource('.', 'inside', (4,))\n"
      "f.create_virtual_dataset('virtual', l)");

  const Object file = open_file(path_);
  for (const char* name : {"outside", "inside", "virtual"}) {
    EXPECT_THAT([&] { open_dataset(file, name); }, ThrowsMessage<Corrupt>(HasSubstr("not stored in chunks"))) << name;
  }
}

TEST_F(StrangersFile, MayNotAskForOtherFiltersOrTypes) {
  make(
      "f.create_dataset('lzf', (4,), 'f8', chunks=(4,), compression='lzf')\n"
      "f.create_dataset('bare', (4,), 'f8', chunks=(4,))\n"
      "f.create_dataset('swapped', (4,), 'f8', chunks=(4,), fletcher32=True, shuffle=True)\n"
      "f.create_dataset('big', (4,), '>f8', chunks=(4,), fletcher32=True)\n"
      "f['type'] = np.dtype('f8')\n"
      "f.create_dataset('named', (4,), dtype=f['type'], chunks=(4,), fletcher32=True)\n"
      "f.create_dataset('deep', (1, 1, 1, 4), 'f8', chunks=(1, 1, 1, 4), fletcher32=True)\n"
      "f.create_dataset('scalar', data=1.0)");

  const Object file = open_file(path_);
  try {
    open_dataset(file, "lzf");
    ADD_FAILURE() << "the filter was taken";
  } catch (const FilterMissing& error) {
    EXPECT_EQ(error.id(), 32000);
    EXPECT_EQ(error.dataset(), "/lzf");
  }
  EXPECT_THAT([&] { open_dataset(file, "bare"); }, ThrowsMessage<Corrupt>(HasSubstr("no checksums")));
  EXPECT_THROW(open_dataset(file, "swapped"), Corrupt);
  EXPECT_THROW(open_dataset(file, "big"), TypeMismatch);
  EXPECT_THROW(open_dataset(file, "named"), TypeMismatch);
  EXPECT_THROW(open_dataset(file, "deep"), FileShapeMismatch);
  EXPECT_THROW(open_dataset(file, "scalar"), FileShapeMismatch);
}

TEST_F(StrangersFile, MayNotClaimMoreThanItHas) {
  make(
      "f.create_dataset('huge', (1 << 50,), 'f8', chunks=(1 << 19,), fletcher32=True)\n"
      "f.create_dataset('chunk', (1 << 27,), 'f8', chunks=(1 << 27,), fletcher32=True)\n"
      "d = f.create_dataset('half', (8,), 'f8', chunks=(4,), fletcher32=True, shuffle=True, compression=1)\n"
      "d[:4] = 1\n"
      "f.attrs['long'] = np.zeros(1000)\n"
      "f.attrs['vlen'] = 'text of variable length'");

  const Object file = open_file(path_);
  EXPECT_THAT([&] { open_dataset(file, "huge"); }, ThrowsMessage<Corrupt>(HasSubstr("holds 0 bytes in a file of")));
  EXPECT_THROW(open_dataset(file, "chunk"), Corrupt);
  std::vector<double> values(8);
  const Dataset half = open_dataset(file, "half");
  EXPECT_THROW(read_part(half, {{0}, {8}}, values.data()), Corrupt);
  EXPECT_THROW(read_double(file, "long"), FileShapeMismatch);
  EXPECT_THROW(read_text(file, "vlen"), TypeMismatch);
}

}  // namespace
}  // namespace tarn::io::hdf5
