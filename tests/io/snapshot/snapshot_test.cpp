#include "tarn/io/snapshot/snapshot.hpp"

#include <cstdlib>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/io/error.hpp"
#include "tarn/io/hdf5/attribute.hpp"
#include "tarn/io/hdf5/file.hpp"
#include "tarn/tests/io/snapshot/sample.hpp"
#include "tarn/tests/io/store/scratch.hpp"
#include "tarn/tests/support/python.hpp"

namespace tarn::io {
namespace {

namespace fs = std::filesystem;

using test::entries_in;
using test::sample_grid;
using test::sample_info;
using test::sample_values;
using test::Scratch;
using test::text_of;
using test::Tmpfs;
using test::write_text;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

const Communicator& ranks() {
  return tarn::test::runtime().communicator();
}

class OneSnapshot : public testing::Test {
 protected:
  void SetUp() override {
    write_snapshot(ranks(), run_, "out/s.h5", sample_info(), grid_,
                   {{"temperature", "K", values_.data()}, {"rate", "K/s", values_.data()}});
  }
  std::vector<double> read(const std::string& name, CellIndex offset, CellIndex count) const {
    std::vector<double> got(static_cast<std::size_t>(std::abs(count[0] * count[1] * count[2])));
    SnapshotReader::open(ranks(), path_).read(name, offset, count, got.data());
    return got;
  }
  Scratch scratch_;
  RunDirectory run_ = RunDirectory::create_at(ranks(), scratch_.path() / "run");
  GridBlock grid_ = sample_grid(2, {21, 13, 1});
  std::vector<double> values_ = sample_values<double>(grid_);
  fs::path path_ = run_.path() / "out/s.h5";
};

TEST_F(OneSnapshot, WithAFlippedByteOfDataIsCorruptAndNamesFileAndDataset) {
  std::string bytes = text_of(path_);
  const std::string needle(reinterpret_cast<const char*>(&values_[100]), sizeof(double));
  const auto at = bytes.find(needle);
  ASSERT_NE(at, std::string::npos);
  bytes[at] = static_cast<char>(bytes[at] ^ 1);
  write_text(path_, bytes);

  const auto named = AllOf(HasSubstr(path_.string()), HasSubstr("/data/120/fields/"), HasSubstr("Fletcher32"));
  EXPECT_THAT([&] { verify_snapshot(ranks(), path_); }, ThrowsMessage<Corrupt>(named));
  EXPECT_THROW(
      {
        read("temperature", {0, 0, 0}, grid_.cells);
        read("rate", {0, 0, 0}, grid_.cells);
      },
      Corrupt);
}

TEST_F(OneSnapshot, NeverReadsAsOtherValuesWhateverByteIsFlipped) {
  const std::string good = text_of(path_);
  std::mt19937 random(7);
  int noticed = 0;
  constexpr int flips = 300;
  for (int n = 0; n < flips; ++n) {
    std::string bytes = good;
    const auto at = random() % bytes.size();
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << random() % 8));
    write_text(path_, bytes);
    try {
      verify_snapshot(ranks(), path_);
      EXPECT_EQ(read("temperature", {0, 0, 0}, grid_.cells), values_) << "byte " << at;
      EXPECT_EQ(SnapshotReader::open(ranks(), path_).info().time, sample_info().time) << "byte " << at;
    } catch (const DataError&) {
      ++noticed;
    }
  }

  EXPECT_GT(noticed, flips / 4);  // the others hit bytes that hold nothing
}

TEST_F(OneSnapshot, CutAnywhereIsATypedError) {
  const std::string good = text_of(path_);
  for (const std::size_t size : {good.size() - 1, good.size() / 2, std::size_t{100}, std::size_t{20}}) {
    write_text(path_, good.substr(0, size));
    EXPECT_THAT([&] { SnapshotReader::open(ranks(), path_); },
                ThrowsMessage<Truncated>(HasSubstr("has " + std::to_string(size) + " bytes")));
  }
  write_text(path_, "");
  EXPECT_THROW(SnapshotReader::open(ranks(), path_), Truncated);
}

TEST_F(OneSnapshot, SaysWhatAFileIsNot) {
  write_text(run_.path() / "out/text.h5", std::string(1000, 'x'));

  EXPECT_THAT([&] { SnapshotReader::open(ranks(), run_.path() / "out/text.h5"); },
              ThrowsMessage<Corrupt>(HasSubstr("is not an HDF5 file")));
  EXPECT_THAT([&] { SnapshotReader::open(ranks(), run_.path() / "out"); },
              ThrowsMessage<Io>(HasSubstr("Is a directory")));
}

TEST_F(OneSnapshot, RefusesAMissingFieldWithTheNamesThereAre) {
  EXPECT_THAT(
      [&] {
        read("pressure", {0, 0, 0}, {1, 1, 1});
      },
      ThrowsMessage<Missing>(AllOf(HasSubstr("/data/120/fields/pressure"), HasSubstr("[rate, temperature]"))));
}

/// HDF5 moves more than eight links out of a group's header, where tarn checks none, unless it is told not to.
TEST_F(OneSnapshot, HoldsAnyNumberOfFields) {
  std::vector<FieldData> fields;
  for (int n = 0; n < 100; ++n)
    fields.push_back({"field_" + std::to_string(n), "", values_.data()});

  write_snapshot(ranks(), run_, "out/many.h5", sample_info(), grid_, fields);

  const auto reader = SnapshotReader::open(ranks(), run_.path() / "out/many.h5");
  EXPECT_EQ(reader.fields().size(), fields.size());
  std::vector<double> got(values_.size());
  reader.read("field_99", {0, 0, 0}, grid_.cells, got.data());
  EXPECT_EQ(got, values_);
  verify_snapshot(ranks(), run_.path() / "out/many.h5");
}

TEST_F(OneSnapshot, RefusesTheOtherPrecision) {
  float value = 0;
  const auto reader = SnapshotReader::open(ranks(), path_);

  EXPECT_THAT(
      [&] {
        reader.read("temperature", {0, 0, 0}, {1, 1, 1}, &value);
      },
      ThrowsMessage<TypeMismatch>(HasSubstr("holds float64; float32 asked for")));
}

TEST_F(OneSnapshot, RefusesABlockThatLeavesTheDomain) {
  EXPECT_THROW(read("temperature", {20, 0, 0}, {2, 1, 1}), FileShapeMismatch);
  EXPECT_THROW(read("temperature", {-1, 0, 0}, {1, 1, 1}), FileShapeMismatch);
  EXPECT_THROW(read("temperature", {0, 0, 0}, {1, 1, 2}), FileShapeMismatch);
  EXPECT_EQ(read("temperature", {20, 12, 0}, {1, 1, 1}), std::vector<double>{values_.back()});
}

TEST_F(OneSnapshot, RefusesBadNamesOfFields) {
  for (const char* name : {"", "a/b", ".", "a b"}) {
    EXPECT_THROW(write_snapshot(ranks(), run_, "out/t.h5", sample_info(), grid_, {{name, "", values_.data()}}),
                 UsageError);
  }
  EXPECT_THROW(write_snapshot(ranks(), run_, "out/t.h5", sample_info(), grid_,
                              {{"u", "", values_.data()}, {"u", "", values_.data()}}),
               UsageError);
}

TEST_F(OneSnapshot, IsTheSameFileEachTimeItIsWritten) {
  const std::string first = text_of(path_);

  SetUp();

  EXPECT_EQ(text_of(path_), first);  // no timestamps, nothing random
}

TEST_F(OneSnapshot, ChangedByAnotherProgramIsRefused) {
  fs::copy_file(path_, run_.path() / "out/other.h5");
  const std::string script = "import h5py; f = h5py.File('" + path_.string() +
                             "', 'a'); g = f['/data/120/fields']; g['away'] = h5py.ExternalLink('other.h5', "
                             "'/data/120/fields/rate')";
  ASSERT_EQ(std::system((tarn::test::python() + " -c \"" + script + "\"").c_str()), 0);

  EXPECT_THAT([&] { SnapshotReader::open(ranks(), path_); }, ThrowsMessage<Corrupt>(HasSubstr("has no seal")));
}

TEST_F(OneSnapshot, OpensInH5pyWithValuesAndAttributes) {
  write_text(scratch_.path() / "check.py", R"(
import sys, h5py, numpy as np
f = h5py.File(sys.argv[1], 'r')
u = f['/data/120/fields/temperature']
assert u.shape == (13, 21) and u.dtype == np.float64
assert (u[...] == np.arange(13 * 21).reshape(13, 21) + 1 / 3).all()
assert u.fletcher32 and u.chunks == (13, 21)
assert u.attrs['gridSpacing'].tolist() == [0.5, 0.25]
assert u.attrs['gridGlobalOffset'].tolist() == [0.5, -1.0]
assert [a.decode() for a in u.attrs['axisLabels']] == ['y', 'x']
assert u.attrs['position'].tolist() == [0.5, 0.5]
assert u.attrs['unitSI'] == 1.0 and u.attrs['unit'].decode() == 'K'
step = f['/data/120']
assert step.attrs['time'] == 12.0 and step.attrs['dt'] == 1 / 3 and step.attrs['timeUnitSI'] == 1.0
assert step.attrs['step'] == 120
g = f['/data/120/fields'].attrs
assert g['cells'].tolist() == [21, 13] and g['lower'].tolist() == [-1.0, 0.5] and g['spacing'].tolist() == [0.25, 0.5]
deck = f.attrs['deck']
deck = deck.decode() if isinstance(deck, bytes) else deck
assert deck == '[run]\napp = "heat"  # \u00b5\n', deck
assert f.attrs['app'].decode() == 'heat' and f.attrs['run_name'].decode() == 'sample'
assert f.attrs['seed'] == 2**64 - 1 and f.attrs['dimensions'] == 2
)");

  const std::string command =
      tarn::test::python() + " " + (scratch_.path() / "check.py").string() + " " + path_.string();
  EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(SnapshotOnAFullDisk, FailsBeforeItWritesAndKeepsTheOlderFile) {
  const Scratch scratch;
  const Tmpfs disk(scratch.path() / "disk", "size=2m");
  if (!disk.mounted()) GTEST_SKIP() << "this process may not mount; LimitedFileSize covers the same path";
  const auto run = RunDirectory::create_at(ranks(), scratch.path() / "disk/run");
  const GridBlock grid = sample_grid(2, {400, 400, 1});  // 1.22 MiB: one file fits, two do not
  const auto values = sample_values<double>(grid);
  write_snapshot(ranks(), run, "out/1.h5", sample_info(1), grid, {{"u", "", values.data()}});

  EXPECT_THAT(
      [&] {
        write_snapshot(ranks(), run, "out/2.h5", sample_info(2), grid, {{"u", "", values.data()}});
      },
      ThrowsMessage<NoSpace>(AllOf(HasSubstr("No space left on device"), HasSubstr("needs"))));

  EXPECT_EQ(entries_in(run.path() / "tmp"), 0u);
  EXPECT_EQ(entries_in(run.path() / "out"), 1u);
  verify_snapshot(ranks(), run.path() / "out/1.h5");
}

TEST(SnapshotFileSize, GivesBackWhatItReserved) {
  const Scratch scratch;
  const Tmpfs disk(scratch.path() / "disk", "size=8m");
  if (!disk.mounted()) GTEST_SKIP() << "this process may not mount";
  const auto run = RunDirectory::create_at(ranks(), scratch.path() / "disk/run");
  const GridBlock grid = sample_grid(1, {8, 1, 1});
  const auto values = sample_values<double>(grid);
  const auto free_before = fs::space(run.path()).available;

  write_snapshot(ranks(), run, "out/s.h5", sample_info(), grid, {{"u", "", values.data()}});

  const auto used = free_before - fs::space(run.path()).available;
  EXPECT_LE(used, fs::file_size(run.path() / "out/s.h5") + 3 * 4096);  // and the manifest
}

}  // namespace
}  // namespace tarn::io
