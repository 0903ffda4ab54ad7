#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/parallel/decomposition.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/snapshot/snapshot.hpp"
#include "tarn/tests/io/snapshot/sample.hpp"
#include "tarn/tests/io/store/limited_file_size.hpp"
#include "tarn/tests/io/store/scratch.hpp"

namespace tarn::io {
namespace {

namespace fs = std::filesystem;

using test::entries_in;
using test::LimitedFileSize;
using test::sample_grid;
using test::sample_info;
using test::sample_values;
using test::Scratch;
using test::whole;
using testing::HasSubstr;
using testing::ThrowsMessage;

const Communicator& ranks() {
  return tarn::test::runtime().communicator();
}

/// Rank 0 reads the whole field "u" and compares; the others read an empty block.
template <class Real>
void expect_whole_on_root(const SnapshotReader& reader) {
  GridBlock block = reader.grid();
  if (!ranks().is_root()) block.count = {0, 0, 0};
  std::vector<Real> values(static_cast<std::size_t>(block.count[0] * block.count[1] * block.count[2]));
  reader.read("u", block.offset, block.count, values.data());
  EXPECT_EQ(values, sample_values<Real>(block));
}

template <class Real>
class Snapshot : public testing::Test {
 protected:
  void write(const GridBlock& grid) {
    const auto values = sample_values<Real>(grid);
    write_snapshot(ranks(), run_, "out/s.h5", sample_info(), grid, {{"u", "K", values.data()}});
  }
  Scratch scratch_;
  RunDirectory run_ = RunDirectory::create_at(ranks(), scratch_.path() / "run");
};

using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(Snapshot, Reals);

TYPED_TEST(Snapshot, ReadsBackTheSameBitsOnAnyDecomposition) {
  struct Case {
    int dimensions;
    CellIndex cells;
  };
  for (const auto& [dimensions, cells] :
       {Case{1, {1, 1, 1}}, Case{1, {101, 1, 1}}, Case{2, {1, 3, 1}}, Case{2, {103, 67, 1}}, Case{3, {13, 7, 11}}}) {
    const GridBlock grid = sample_grid(dimensions, cells);

    this->write(grid);

    const auto reader = SnapshotReader::open(ranks(), this->run_.path() / "out/s.h5");
    expect_whole_on_root<TypeParam>(reader);

    // Other blocks than those that were written: cut along x, and overlapping by one cell.
    GridBlock other = whole(reader.grid());
    other.offset[0] = cells[0] * ranks().rank() / ranks().size();
    other.count[0] = std::min<std::int64_t>(cells[0] - other.offset[0], cells[0] / ranks().size() + 1);
    std::vector<TypeParam> part(static_cast<std::size_t>(other.count[0] * other.count[1] * other.count[2]));
    reader.read("u", other.offset, other.count, part.data());
    EXPECT_EQ(part, sample_values<TypeParam>(other));
  }
}

TYPED_TEST(Snapshot, HoldsSeveralChunksThatRanksShare) {
  const GridBlock grid = sample_grid(2, {1537, 1531, 1});  // 2 to 8 chunks of both types, cut at odd rows

  this->write(grid);

  const auto reader = SnapshotReader::open(ranks(), this->run_.path() / "out/s.h5");
  expect_whole_on_root<TypeParam>(reader);
}

TEST(SnapshotFile, IsWrittenFromACartesianArrangementOfRanks) {
  const Scratch scratch;
  const auto run = RunDirectory::create_at(ranks(), scratch.path() / "run");
  const Decomposition blocks({9, 8, 10}, {true, true, true}, ranks().size(), ranks().rank());
  GridBlock grid = whole(sample_grid(3, {9, 8, 10}));
  for (int axis = 0; axis < 3; ++axis) {
    grid.offset[axis] = blocks.offset(axis);
    grid.count[axis] = blocks.cells(axis);
  }
  const auto values = sample_values<double>(grid);

  write_snapshot(ranks(), run, "out/s.h5", sample_info(), grid, {{"u", "", values.data()}});

  const auto reader = SnapshotReader::open(ranks(), run.path() / "out/s.h5");
  expect_whole_on_root<double>(reader);
}

TEST(SnapshotFile, KeepsWhatARunSumsUp) {
  const Scratch scratch;
  const auto run = RunDirectory::create_at(ranks(), scratch.path() / "run");
  const GridBlock grid = sample_grid(2, {4, 5, 1});
  const auto values = sample_values<double>(grid);
  auto info = sample_info();
  for (const std::string tallies : {"", "fallback_cells 12\nfallback_time 0.125\n"}) {
    const std::string file = tallies.empty() ? "ckpt/none.h5" : "ckpt/some.h5";
    info.tallies = tallies;

    write_snapshot(ranks(), run, file, info, grid, {{"u", "", values.data()}});

    EXPECT_EQ(SnapshotReader::open(ranks(), run.path() / file).info().tallies, tallies);
  }
}

TEST(SnapshotFile, KeepsItsHeaderAndFieldsOfBothTypes) {
  const Scratch scratch;
  const auto run = RunDirectory::create_at(ranks(), scratch.path() / "run");
  const GridBlock grid = sample_grid(3, {4, 5, 6});
  const auto single = sample_values<float>(grid);
  const auto full = sample_values<double>(grid);
  auto info = sample_info(7);
  for (int n = 0; n < 700000; ++n)
    info.deck += "d\u00e9";  // more than attributes usually hold, and its characters end at odd bytes

  write_snapshot(ranks(), run, "out/deep/s.h5", info, grid, {{"v", "m/s", single.data()}, {"u", "K", full.data()}});

  const auto reader = SnapshotReader::open(ranks(), run.path() / "out/deep/s.h5");
  EXPECT_EQ(reader.info().step, 7);
  EXPECT_EQ(reader.info().time, info.time);
  EXPECT_EQ(reader.info().dt, info.dt);
  EXPECT_EQ(reader.info().counted_from, info.counted_from);
  EXPECT_EQ(reader.info().counted_steps, info.counted_steps);
  EXPECT_EQ(reader.info().deck, info.deck);
  EXPECT_EQ(reader.info().app, "heat");
  EXPECT_EQ(reader.info().run_name, "sample");
  EXPECT_EQ(reader.info().precision, "double");
  EXPECT_EQ(reader.info().seed, info.seed);
  EXPECT_EQ(reader.info().ranks, ranks().size());
  EXPECT_EQ(reader.info().tarn_version, "0.1.0");
  EXPECT_EQ(reader.grid().dimensions, 3);
  EXPECT_EQ(reader.grid().cells, grid.cells);
  EXPECT_EQ(reader.grid().lower, grid.lower);
  EXPECT_EQ(reader.grid().spacing, grid.spacing);
  ASSERT_EQ(reader.fields().size(), 2u);
  EXPECT_EQ(reader.fields()[0].name, "u");
  EXPECT_EQ(reader.fields()[0].unit, "K");
  EXPECT_EQ(reader.fields()[0].element, hdf5::Element::float64);
  EXPECT_EQ(reader.fields()[1].element, hdf5::Element::float32);
}

TEST(SnapshotFile, RefusesBlocksThatDoNotCoverTheDomainOnEveryRank) {
  const Scratch scratch;
  const auto run = RunDirectory::create_at(ranks(), scratch.path() / "run");
  GridBlock grid = sample_grid(2, {8, 8, 1});
  const auto values = sample_values<double>(grid);
  const bool last = ranks().rank() == ranks().size() - 1;
  GridBlock gap = grid;
  if (last) gap.count[1] -= 1;
  GridBlock outside = grid;
  if (last) outside.count[1] += 1;

  const auto writing = [&](const GridBlock& block) {
    return [&] { write_snapshot(ranks(), run, "out/s.h5", sample_info(), block, {{"u", "", values.data()}}); };
  };
  EXPECT_THAT(writing(gap), ThrowsMessage<ShapeMismatch>(HasSubstr("56 cells, the domain 64")));
  EXPECT_THROW(writing(outside)(), ShapeMismatch);

  ranks().barrier();
  EXPECT_EQ(entries_in(run.path() / "out"), 0u);
}

TEST(SnapshotFile, IsLeftAsItWasOnEveryRankWhenThereIsNoSpace) {
  const Scratch scratch;
  const auto run = RunDirectory::create_at(ranks(), scratch.path() / "run");
  const GridBlock small = sample_grid(1, {64, 1, 1});
  const GridBlock large = sample_grid(2, {512, 512, 1});
  const auto few = sample_values<double>(small);
  const auto many = sample_values<double>(large);
  write_snapshot(ranks(), run, "out/s.h5", sample_info(1), small, {{"u", "", few.data()}});

  {
    const LimitedFileSize limit(300000);
    EXPECT_THROW(write_snapshot(ranks(), run, "out/s.h5", sample_info(2), large, {{"u", "", many.data()}}), NoSpace);
  }

  ranks().barrier();
  EXPECT_EQ(entries_in(run.path() / "tmp"), 0u);
  EXPECT_EQ(SnapshotReader::open(ranks(), run.path() / "out/s.h5").info().step, 1);
  verify_snapshot(ranks(), run.path() / "out/s.h5");
}

TEST(SnapshotFile, IsRefusedOnEveryRankIfOneRankMayNotWriteThatMuch) {
  const Scratch scratch;
  const auto run = RunDirectory::create_at(ranks(), scratch.path() / "run");
  const GridBlock grid = sample_grid(2, {512, 512, 1});
  const auto values = sample_values<double>(grid);
  const bool last = ranks().rank() == ranks().size() - 1;
  const LimitedFileSize limit(last ? 300000 : 1 << 30);

  EXPECT_THAT(
      [&] {
        write_snapshot(ranks(), run, "out/s.h5", sample_info(), grid, {{"u", "", values.data()}});
      },
      ThrowsMessage<NoSpace>(HasSubstr("may write files of 300000 bytes at most: File too large")));

  ranks().barrier();
  EXPECT_EQ(entries_in(run.path() / "out") + entries_in(run.path() / "tmp"), 0u);
}

TEST(SnapshotFile, ThatIsMissingThrowsTheSameOnEveryRank) {
  EXPECT_THAT([] { SnapshotReader::open(ranks(), "/nowhere/s.h5"); },
              ThrowsMessage<Io>(HasSubstr("/nowhere/s.h5: cannot open the file: No such file or directory")));
}

TEST(SnapshotFile, SetsAsideAnotherOneOfItsNameThatHasOtherValues) {
  const Scratch scratch;
  const auto run = RunDirectory::create_at(ranks(), scratch.path() / "run");
  const GridBlock grid = sample_grid(1, {16, 1, 1});
  const auto old = sample_values<float>(grid);
  const auto fresh = sample_values<double>(grid);

  write_snapshot(ranks(), run, "out/s.h5", sample_info(), grid, {{"u", "", old.data()}});
  write_snapshot(ranks(), run, "out/s.h5", sample_info(), grid, {{"u", "", fresh.data()}});

  const auto reader = SnapshotReader::open(ranks(), run.path() / "out/s.h5");
  EXPECT_EQ(reader.fields()[0].element, hdf5::Element::float64);
  EXPECT_EQ(entries_in(run.path() / "out"), 1u);
  const auto before = SnapshotReader::open(ranks(), run.path() / "superseded/s.0.h5");
  EXPECT_EQ(before.fields()[0].element, hdf5::Element::float32);
}

}  // namespace
}  // namespace tarn::io
