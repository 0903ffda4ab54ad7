#include "tarn/io/store/history_file.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/io/error.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/vouched_file.hpp"
#include "tarn/tests/io/store/limited_file_size.hpp"
#include "tarn/tests/io/store/scratch.hpp"

namespace tarn::io {
namespace {

using test::LimitedFileSize;
using test::Scratch;
using test::text_of;
using test::write_text;
using testing::HasSubstr;
using testing::ThrowsMessage;

class History : public testing::Test {
 protected:
  Scratch scratch_;
  RunDirectory run_ = RunDirectory::create_at(tarn::test::runtime().communicator(), scratch_.path() / "run");
  std::filesystem::path path_ = run_.path() / "history.csv";
};

TEST_F(History, HasAHeaderAndNumbersThatReadBackToTheSameBits) {
  auto history = HistoryFile::create(run_, "history.csv", {"mass", "energy"});

  history.append(0, 0.0, {1.0, 0.1});
  history.append(10, 1.0 / 3, {1e300, std::numeric_limits<double>::quiet_NaN()});
  history.flush();

  EXPECT_EQ(text_of(path_), "step,time,mass,energy\n0,0,1,0.1\n10,0.3333333333333333,1e+300,nan\n");
}

TEST_F(History, ResumedKeepsWholeRowsUpToTheStepAndDropsATornOne) {
  write_text(path_, "step,time,mass\n0,0,1\n5,0.5,nan\n10,1,2\n15,1.5,3\n1,0");

  auto history = HistoryFile::resume(run_, "history.csv", {"mass"}, 10);
  history.append(11, 1.1, {4});

  EXPECT_EQ(text_of(path_), "step,time,mass\n0,0,1\n5,0.5,nan\n10,1,2\n11,1.1,4\n");
  EXPECT_EQ(history.torn_rows(), 1);
}

TEST_F(History, ResumedDropsRowsThatAreNotWholeWhereverTheyStand) {
  const std::string zeros(3, '\0');
  write_text(path_, "step,time,mass\n0,0,1\n1,0.1\n2,0.2,1,1\n3,0.3,x\n" + zeros + "\n4,0.4,2\n");

  const auto history = HistoryFile::resume(run_, "history.csv", {"mass"}, 10);

  EXPECT_EQ(text_of(path_), "step,time,mass\n0,0,1\n4,0.4,2\n");
  EXPECT_EQ(history.torn_rows(), 4);
}

TEST_F(History, ResumedWithOtherColumnsIsRefusedAndUntouched) {
  write_text(path_, "step,time,mass\n0,0,1\n");

  EXPECT_THAT([&] { HistoryFile::resume(run_, "history.csv", {"energy"}, 10); },
              ThrowsMessage<DataError>(HasSubstr("step,time,energy")));
  EXPECT_THROW(HistoryFile::resume(run_, "history.csv", {"mass", "energy"}, 10), DataError);

  EXPECT_EQ(text_of(path_), "step,time,mass\n0,0,1\n");
}

TEST_F(History, IsVouchedForUpToItsLastFlush) {
  auto history = HistoryFile::create(run_, "history.csv", {"mass"});
  history.append(0, 0.0, {1.0});
  history.flush();
  history.append(1, 0.1, {1.0});
  const Manifest manifest = read_manifest(run_.path());
  ASSERT_NE(manifest.find("history.csv"), nullptr);
  const ManifestEntry entry = *manifest.find("history.csv");

  EXPECT_EQ(entry.size, std::string("step,time,mass\n0,0,1\n").size());
  EXPECT_NO_THROW(check_vouched(run_.path(), entry));
  write_text(path_, "step,time,mass\n0,0,2\n1,0.1,1\n");
  EXPECT_THROW(check_vouched(run_.path(), entry), Corrupt);
  write_text(path_, "step,time,mass\n");
  EXPECT_THROW(check_vouched(run_.path(), entry), Truncated);
  std::filesystem::remove(path_);
  EXPECT_THROW(check_vouched(run_.path(), entry), Missing);
}

TEST_F(History, ResumedIsVouchedForAndRewrittenOnlyIfRowsGo) {
  auto history = HistoryFile::create(run_, "history.csv", {"mass"});
  history.append(0, 0.0, {1.0});
  history.append(9, 0.9, {1.0});
  history.flush();
  const std::string manifest = text_of(manifest_path(run_.path()));

  HistoryFile::resume(run_, "history.csv", {"mass"}, 9);
  EXPECT_EQ(text_of(manifest_path(run_.path())), manifest);
  HistoryFile::resume(run_, "history.csv", {"mass"}, 5);

  EXPECT_NO_THROW(check_vouched(run_.path(), *read_manifest(run_.path()).find("history.csv")));
}

TEST_F(History, ResumedWithoutAFileStartsOne) {
  HistoryFile::resume(run_, "history.csv", {}, 10);

  EXPECT_EQ(text_of(path_), "step,time\n");
}

TEST_F(History, RefusesRowsOfAnotherLengthAndNamesThatBreakARow) {
  auto history = HistoryFile::create(run_, "history.csv", {"mass"});

  EXPECT_THROW(history.append(0, 0, {}), ShapeMismatch);
  EXPECT_THROW(HistoryFile::create(run_, "other.csv", {"a,b"}), UsageError);
}

TEST_F(History, EndsWithAWholeRowWhenTheDiskIsFull) {
  auto history = HistoryFile::create(run_, "history.csv", {});
  history.append(0, 0, {});
  {
    const LimitedFileSize limit(text_of(path_).size() + 2);
    EXPECT_THROW(history.append(1, 0.1, {}), NoSpace);
  }
  history.append(2, 0.2, {});

  EXPECT_EQ(text_of(path_), "step,time\n0,0\n2,0.2\n");
}

}  // namespace
}  // namespace tarn::io
