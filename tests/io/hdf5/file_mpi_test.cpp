#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/io/error.hpp"
#include "tarn/io/hdf5/attribute.hpp"
#include "tarn/io/hdf5/dataset.hpp"
#include "tarn/io/hdf5/file.hpp"
#include "tarn/io/snapshot/layout.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/tests/io/store/limited_file_size.hpp"
#include "tarn/tests/io/store/scratch.hpp"

namespace tarn::io::hdf5 {
namespace {

using test::LimitedFileSize;
using test::Scratch;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

const Communicator& ranks() {
  return tarn::test::runtime().communicator();
}

TEST(Attributes, ReadBackAsTheyWereWritten) {
  const Scratch scratch;
  const auto path = scratch.path() / "a.h5";
  {
    Object file = create_file(ranks(), path);
    const Object group = create_group(file, "g");
    write_attribute(group, "real", 1.0 / 3);
    write_attribute(group, "negative", std::int64_t{-5});
    write_attribute(group, "large", std::uint64_t{18446744073709551615u});
    write_attribute(group, "text", std::string("K \xc2\xb5"));
    write_attribute(group, "empty", std::string());
    write_attribute(group, "reals", std::vector<double>{1, 2, 3});
    write_attribute(group, "ints", std::vector<std::int64_t>{7, 8});
  }

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
  {
    Object file = create_file(ranks(), path);
    write_attribute(file, "real", 1.5);
    write_attribute(file, "text", std::string("t"));
  }

  const Object file = open_file(path);
  EXPECT_THAT([&] { read_int(file, "real"); },
              ThrowsMessage<TypeMismatch>(HasSubstr("\"real\" of / is not an integer")));
  EXPECT_THROW(read_text(file, "real"), TypeMismatch);
  EXPECT_THROW(read_double(file, "text"), TypeMismatch);
  EXPECT_THROW(read_doubles(file, "real", 2), FileShapeMismatch);
  EXPECT_THROW(read_double(file, "none"), Missing);
  EXPECT_THAT([&] { open_group(file, "data"); }, ThrowsMessage<Missing>(HasSubstr("has no /data")));
}

TEST(Datasets, AreWrittenInRoundsOfWholeChunksByRanksThatShareThem) {
  const Scratch scratch;
  const auto path = scratch.path() / "a.h5";
  const Extents dims{11, 13};
  const Extents chunk{4, 5};
  const auto size = static_cast<hsize_t>(ranks().size());
  const auto rank = static_cast<hsize_t>(ranks().rank());
  const Box block{{11 * rank / size, 0}, {11 * (rank + 1) / size - 11 * rank / size, 13}};
  std::vector<double> values;
  for (hsize_t n = 0; n < block.size(); ++n)
    values.push_back(static_cast<double>(block.offset[0] * 13 + n));
  const auto rounds = write_rounds(dims, chunk, chunk_counts(dims, chunk), 8, 2 * 20 * 8);  // two chunks at a time
  ASSERT_GT(rounds.size(), 3u);

  {
    Object file = create_file(ranks(), path);
    const Dataset dataset = create_dataset(file, "u", Element::float64, dims, chunk);
    for (const Box& round : rounds)
      write_part(dataset, block, intersection(block, round), values.data());
  }
  ranks().barrier();

  const Object file = open_file(path);
  const Dataset dataset = open_dataset(file, "u");
  std::vector<double> all(11 * 13);
  read_part(dataset, {{0, 0}, dims}, all.data());
  for (std::size_t n = 0; n < all.size(); ++n)
    EXPECT_EQ(all[n], static_cast<double>(n));
  verify_chunks(dataset, rank, size);
}

// Without care, HDF5 crashes in MPI_Finalize after this: the test program itself would fail.
TEST(FailedClose, IsReportedAndDoesNotCrashTheEndOfTheProgram) {
  const Scratch scratch;
  const Extents dims{500, 500};
  const std::vector<double> values(500 * 500, 1.0);
  const auto size = static_cast<hsize_t>(ranks().size());
  const auto rank = static_cast<hsize_t>(ranks().rank());
  const Box block{{500 * rank / size, 0}, {500 * (rank + 1) / size - 500 * rank / size, 500}};
  const LimitedFileSize limit(100000);  // outlives the file, which then cannot be closed
  Object file = create_file(ranks(), scratch.path() / "a.h5");

  const auto write_and_close = [&] {
    agree(ranks(), [&] {
      const Dataset dataset = create_dataset(file, "u", Element::float64, dims, {100, 500});
      write_part(dataset, block, block, values.data());
    });
    agree(ranks(), [&] { close_file(file); });
  };
  EXPECT_THROW(write_and_close(), FileError);
}

TEST(Agreement, ThrowsTheTypeOfTheLowestRankThatFailedOnEveryRank) {
  const auto last = ranks().size() - 1;
  const auto fail_on_last = [&] {
    agree(ranks(), [&] {
      if (ranks().rank() == last) throw Corrupt("/data/x.h5", "/u is damaged", 5);
    });
  };

  try {
    fail_on_last();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Corrupt& error) {
    EXPECT_STREQ(error.what(), "/data/x.h5: /u is damaged");
    EXPECT_EQ(error.code(), 5);
  }
  EXPECT_THROW(agree_on_root(ranks(), [] { throw UsageError("no"); }), UsageError);
  EXPECT_THROW(agree_on_root(ranks(), [] { throw std::runtime_error("other"); }), Error);
  agree(ranks(), [] {});
}

}  // namespace
}  // namespace tarn::io::hdf5
