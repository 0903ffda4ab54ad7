#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/content_hash.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/pending_file.hpp"
#include "tarn/tests/io/store/scratch.hpp"

namespace tarn::io {
namespace {

namespace fs = std::filesystem;

using test::entries_in;
using test::Scratch;
using test::text_of;
using test::write_text;
using Outcome = PendingFile::Outcome;

const Communicator& ranks() {
  return tarn::test::runtime().communicator();
}

std::vector<DatasetHash> hash_of(const fs::path& file) {
  const std::string bytes = text_of(file);
  if (bytes == "damaged") throw Corrupt(file, "is damaged");
  return {{"/data", hash_text(hash64(bytes.data(), bytes.size()))}};
}

/// The same, where every rank fails if one does, as commit() wants it.
std::vector<DatasetHash> verify(const fs::path& file) {
  std::vector<DatasetHash> hashes;
  agree(ranks(), [&] { hashes = hash_of(file); });
  return hashes;
}

class PendingCommit : public testing::Test {
 protected:
  Outcome commit(const std::string& text) {
    PendingFile pending(ranks(), run_, "out/a-0000000001.h5", 100);
    if (ranks().is_root()) write_text(pending.path(), text);
    pending.sync();
    return pending.commit({"", "snapshot", 1, 0.5, 0, {}, ""}, verify);
  }
  void put_in_place(const std::string& text) const {
    if (ranks().is_root()) write_text(place_, text);
    ranks().barrier();
  }

  Scratch scratch_;
  RunDirectory run_ = RunDirectory::create_at(ranks(), scratch_.path() / "run");
  fs::path place_ = run_.path() / "out/a-0000000001.h5";
};

TEST_F(PendingCommit, PutsTheFileInPlaceAndALineInTheManifest) {
  EXPECT_EQ(commit("values"), Outcome::committed);

  ranks().barrier();
  const Manifest manifest = read_manifest(run_.path());
  ASSERT_EQ(manifest.entries.size(), 1u);
  EXPECT_EQ(manifest.entries[0].file, "out/a-0000000001.h5");
  EXPECT_EQ(manifest.entries[0].size, 6u);
  EXPECT_EQ(manifest.entries[0].datasets, hash_of(place_));
  EXPECT_EQ(entries_in(run_.path() / "tmp"), 0u);
}

TEST_F(PendingCommit, KeepsAFileOfTheSameValues) {
  commit("values");

  EXPECT_EQ(commit("values"), Outcome::already);

  ranks().barrier();
  EXPECT_EQ(read_manifest(run_.path()).entries.size(), 1u);
  EXPECT_FALSE(fs::exists(run_.path() / "superseded"));
  EXPECT_EQ(entries_in(run_.path() / "tmp"), 0u);
}

TEST_F(PendingCommit, SetsEveryFileOfOtherValuesAsideAndReplacesNone) {
  for (const char* text : {"first", "second", "third"})
    commit(text);

  ranks().barrier();
  EXPECT_EQ(text_of(place_), "third");
  EXPECT_EQ(text_of(run_.path() / "superseded/a-0000000001.0.h5"), "first");
  EXPECT_EQ(text_of(run_.path() / "superseded/a-0000000001.1.h5"), "second");
  EXPECT_EQ(read_manifest(run_.path()).superseded.size(), 2u);
}

TEST_F(PendingCommit, SetsADamagedFileAside) {
  commit("values");
  put_in_place("damaged");

  EXPECT_EQ(commit("values"), Outcome::superseded);

  ranks().barrier();
  EXPECT_EQ(text_of(place_), "values");
  EXPECT_EQ(text_of(run_.path() / "superseded/a-0000000001.0.h5"), "damaged");
}

TEST_F(PendingCommit, RecordsAFileThatACrashKeptOutOfTheManifest) {
  put_in_place("values");

  EXPECT_EQ(commit("values"), Outcome::already);

  ranks().barrier();
  EXPECT_EQ(read_manifest(run_.path()).entries.size(), 1u);
}

TEST_F(PendingCommit, LeavesNothingOfAFileThatDoesNotVerify) {
  EXPECT_THROW(commit("damaged"), Corrupt);

  ranks().barrier();
  EXPECT_EQ(entries_in(run_.path() / "out") + entries_in(run_.path() / "tmp"), 0u);
  EXPECT_TRUE(read_manifest(run_.path()).entries.empty());
}

TEST_F(PendingCommit, LeavesNothingWhereTheManifestCannotBeWritten) {
  if (ranks().is_root()) fs::create_directory(manifest_path(run_.path()));
  ranks().barrier();

  EXPECT_THROW(commit("values"), Io);

  ranks().barrier();
  EXPECT_EQ(entries_in(run_.path() / "out") + entries_in(run_.path() / "tmp"), 0u);
}

TEST_F(PendingCommit, IsRefusedOnceTheLeaseIsAnothers) {
  if (ranks().is_root()) {
    Lease other = own_lease(LockMode::lease);
    other.host = "elsewhere";
    write_text(lock_path(run_.path()), lease_record(other));
  }
  ranks().barrier();

  EXPECT_THROW(commit("values"), Locked);

  ranks().barrier();
  EXPECT_EQ(entries_in(run_.path() / "out"), 0u);
}

TEST(Agree, CarriesFiguresToEveryRank) {
  const int last = ranks().size() - 1;
  const auto fail = [&](const auto& error) {
    agree(ranks(), [&] {
      if (ranks().rank() == last) throw error;
    });
  };

  try {
    fail(NoSpace::of("f", 10, 7, ENOSPC));
    FAIL();
  } catch (const NoSpace& error) {
    EXPECT_EQ(error.need(), 10u);
    EXPECT_EQ(error.have(), 7u);
    EXPECT_EQ(error.code(), ENOSPC);
  }
  try {
    fail(Locked::by("run", "process 3 on host a"));
    FAIL();
  } catch (const Locked& error) {
    EXPECT_EQ(error.holder(), "process 3 on host a");
  }
  try {
    fail(Truncated::of("f", 5, 9));
    FAIL();
  } catch (const Truncated& error) {
    EXPECT_EQ(error.have(), 5u);
    EXPECT_EQ(error.expected(), 9u);
  }
  EXPECT_THROW(fail(FilterMissing::of("f", "/d", 305)), FilterMissing);
  EXPECT_THROW(fail(SchemaTooNew::of("f", 3, 1)), SchemaTooNew);
  EXPECT_THROW(fail(Corrupt::in("f", "/d", "x")), Corrupt);
  EXPECT_THROW(fail(NotManaged("f", "x")), NotManaged);
}

}  // namespace
}  // namespace tarn::io
