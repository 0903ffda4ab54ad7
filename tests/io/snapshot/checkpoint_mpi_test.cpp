#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/io/error.hpp"
#include "tarn/io/snapshot/checkpoint.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/run_layout.hpp"
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
using testing::ElementsAre;
using testing::HasSubstr;

const Communicator& ranks() {
  return tarn::test::runtime().communicator();
}

class Checkpoint : public testing::Test {
 protected:
  void write(std::int64_t step, int keep) {
    write_checkpoint(ranks(), run_, sample_info(step), grid_, {{"u", "K", values_.data()}}, keep);
  }
  fs::path path_of(std::int64_t step) const { return run_.path() / checkpoint_path(step); }
  std::vector<bool> there(const std::vector<std::int64_t>& steps) const {
    ranks().barrier();
    std::vector<bool> found;
    for (const auto step : steps)
      found.push_back(fs::exists(path_of(step)));
    ranks().barrier();
    return found;
  }
  /// Rank 0 changes a byte in the middle of the file's values.
  void damage(std::int64_t step) const {
    if (ranks().is_root()) {
      std::string bytes = test::text_of(path_of(step));
      const std::string needle(reinterpret_cast<const char*>(values_.data()), 2 * sizeof(double));
      const auto at = bytes.find(needle);
      ASSERT_NE(at, std::string::npos);
      bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
      test::write_text(path_of(step), bytes);
    }
    ranks().barrier();
  }

  Scratch scratch_;
  RunDirectory run_ = RunDirectory::create_at(ranks(), scratch_.path() / "run");
  GridBlock grid_ = sample_grid(2, {37, 41, 1});
  std::vector<double> values_ = sample_values<double>(grid_);
  std::vector<std::string> skipped_;
};

TEST_F(Checkpoint, IsNamedByItsStep) {
  EXPECT_EQ(checkpoint_path(120), fs::path("ckpt/0000000120.h5"));
}

TEST_F(Checkpoint, KeepsTheNewestAndLeavesOtherFilesAlone) {
  if (ranks().is_root()) test::write_text(run_.path() / "ckpt/notes.h5", "mine");

  for (const int step : {10, 20, 30, 40})
    write(step, 2);

  EXPECT_THAT(there({10, 20, 30, 40}), ElementsAre(false, false, true, true));
  EXPECT_TRUE(fs::exists(run_.path() / "ckpt/notes.h5"));
}

TEST_F(Checkpoint, JustWrittenStaysBesideALaterOneOfAnEarlierAttempt) {
  write(50, 2);

  write(30, 1);

  EXPECT_THAT(there({30, 50}), ElementsAre(true, true));
}

TEST_F(Checkpoint, IsKeptAtLeastOnce) {
  EXPECT_THROW(write(10, 0), UsageError);
}

TEST_F(Checkpoint, OlderOnesStayWhenANewOneCannotBeWritten) {
  write(10, 1);
  const LimitedFileSize limit(4096);

  EXPECT_THROW(write(20, 1), NoSpace);

  EXPECT_THAT(there({10, 20}), ElementsAre(true, false));
  EXPECT_EQ(entries_in(run_.path() / "tmp"), 0u);
  EXPECT_EQ(newest_valid_checkpoint(ranks(), run_, skipped_), path_of(10));
}

TEST_F(Checkpoint, TheNewestThatVerifiesIsFoundAndTheSkippedAreNamed) {
  for (const int step : {10, 20, 30})
    write(step, 3);
  damage(20);
  if (ranks().is_root()) fs::resize_file(path_of(30), fs::file_size(path_of(30)) - 10);
  ranks().barrier();

  const auto found = newest_valid_checkpoint(ranks(), run_, skipped_);

  EXPECT_EQ(found, path_of(10));
  ASSERT_EQ(skipped_.size(), 2u);
  EXPECT_THAT(skipped_[0], testing::AllOf(HasSubstr("0000000030.h5"), HasSubstr("were written")));
  EXPECT_THAT(skipped_[1], testing::AllOf(HasSubstr("0000000020.h5"), HasSubstr("/data/20/fields/u")));
}

TEST_F(Checkpoint, OlderOnesThatAKilledRunDidNotRemoveAreRemovedAgain) {
  for (const int step : {10, 20, 30, 40})
    write(step, 9);
  if (ranks().is_root()) test::write_text(run_.path() / pin_path(checkpoint_path(10)), "");
  ranks().barrier();

  const std::string kept = remove_older_checkpoints(ranks(), run_, 30, 1);

  EXPECT_EQ(kept, "");
  EXPECT_THAT(there({10, 20, 30, 40}), ElementsAre(true, false, true, true));  // pinned, old, kept, of a later step
}

TEST_F(Checkpoint, WhoseLineWasTornIsRecordedAgain) {
  write(10, 2);
  write(20, 2);
  if (ranks().is_root()) {
    const std::string text = test::text_of(manifest_path(run_.path()));
    test::write_text(manifest_path(run_.path()), text.substr(0, text.size() - 30));
    recover_files(run_.path());
  }
  ranks().barrier();

  const auto found = newest_valid_checkpoint(ranks(), run_, skipped_);

  EXPECT_EQ(found, path_of(20));
  const Manifest manifest = read_manifest(run_.path());
  EXPECT_THAT(manifest.damaged, testing::IsEmpty());
  ASSERT_NE(manifest.find("ckpt/0000000020.h5"), nullptr);
  EXPECT_EQ(manifest.find("ckpt/0000000020.h5")->datasets.size(), 1u);
}

TEST_F(Checkpoint, IsNotFoundWhereNoneVerifies) {
  EXPECT_EQ(newest_valid_checkpoint(ranks(), run_, skipped_), std::nullopt);
  EXPECT_TRUE(skipped_.empty());

  write(10, 1);
  damage(10);

  EXPECT_EQ(newest_valid_checkpoint(ranks(), run_, skipped_), std::nullopt);
  EXPECT_EQ(skipped_.size(), 1u);
}

}  // namespace
}  // namespace tarn::io
