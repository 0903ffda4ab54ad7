#include "tarn/io/store/run_directory.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/io/error.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/tests/io/store/scratch.hpp"

namespace tarn::io {
namespace {

namespace fs = std::filesystem;

using test::entries_in;
using test::Scratch;
using test::text_of;
using test::Tmpfs;
using test::write_text;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::ThrowsMessage;

const Communicator& ranks() {
  return tarn::test::runtime().communicator();
}

/// A file system that refuses writes also to root, or else a directory without write permission.
class ReadOnlyRoot {
 public:
  explicit ReadOnlyRoot(const fs::path& at) : mount_(at, "size=64k") {
    if (mount_.mounted()) {
      mount_.make_read_only();
    } else {
      fs::permissions(at, fs::perms::owner_read | fs::perms::owner_exec);
    }
  }
  const char* reason() const { return mount_.mounted() ? "Read-only file system" : "Permission denied"; }

 private:
  Tmpfs mount_;
};

TEST(RunDirectory, IsMadeWithItsFoldersBelowAMissingRoot) {
  const Scratch scratch;
  const fs::path root = scratch.path() / "a/b";

  const auto run = RunDirectory::create(ranks(), root, "heat-1.2_x");

  EXPECT_EQ(run.path().parent_path(), root);
  EXPECT_THAT(run.path().filename().string(), MatchesRegex("heat-1\\.2_x-[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}"));
  for (const char* folder : {"out", "ckpt", "img", "tmp"})
    EXPECT_TRUE(fs::is_directory(run.path() / folder));
}

TEST(RunDirectory, OfTheSameNameAreTwo) {
  const Scratch scratch;

  const auto first = RunDirectory::create(ranks(), scratch.path(), "same");
  const auto second = RunDirectory::create(ranks(), scratch.path(), "same");

  EXPECT_NE(first.path(), second.path());
}

TEST(RunDirectory, LetsLatestPointAtTheNewest) {
  const Scratch scratch;

  RunDirectory::create(ranks(), scratch.path(), "a");
  const auto second = RunDirectory::create(ranks(), scratch.path(), "b");

  EXPECT_EQ(fs::canonical(scratch.path() / "latest"), second.path());
  EXPECT_EQ(entries_in(scratch.path()), 4u);  // two runs, the link and .tarn-root, nothing left aside
}

TEST(RunDirectory, LeavesALatestThatIsNoLinkAlone) {
  const Scratch scratch;
  write_text(scratch.path() / "latest", "mine");

  EXPECT_THAT([&] { RunDirectory::create(ranks(), scratch.path(), "a"); },
              ThrowsMessage<DataError>(HasSubstr("is not a symbolic link")));

  EXPECT_EQ(text_of(scratch.path() / "latest"), "mine");
  EXPECT_EQ(entries_in(scratch.path()), 2u);
}

TEST(RunDirectory, RefusesHostileNamesAndNamesTheCharacter) {
  const Scratch scratch;
  const auto creating = [&](const std::string& name) {
    return [&scratch, name] { RunDirectory::create(ranks(), scratch.path() / "root", name); };
  };

  EXPECT_THAT(creating("../up"), ThrowsMessage<UsageError>(HasSubstr("must not start with '.'")));
  EXPECT_THAT(creating("-rf"), ThrowsMessage<UsageError>(HasSubstr("must not start with '-'")));
  EXPECT_THAT(creating("a/b"), ThrowsMessage<UsageError>(HasSubstr("the character '/'")));
  EXPECT_THAT(creating("a b"), ThrowsMessage<UsageError>(HasSubstr("the character ' '")));
  EXPECT_THAT(creating("a\nb"), ThrowsMessage<UsageError>(HasSubstr("the character 0x0a")));
  EXPECT_THAT(creating(std::string("a\0b", 3)), ThrowsMessage<UsageError>(HasSubstr("the character 0x00")));
  EXPECT_THAT(creating("\xc3\xa9"), ThrowsMessage<UsageError>(HasSubstr("the character 0xc3")));
  EXPECT_THAT(creating(""), ThrowsMessage<UsageError>(HasSubstr("is empty")));
  EXPECT_THAT(creating(std::string(101, 'a')), ThrowsMessage<UsageError>(HasSubstr("101 characters")));

  EXPECT_FALSE(fs::exists(scratch.path() / "root"));
}

TEST(RunDirectory, SaysWhyARootCannotBeUsed) {
  const Scratch scratch;
  write_text(scratch.path() / "file", "");
  const ReadOnlyRoot read_only(scratch.path() / "read_only");

  EXPECT_THAT([&] { RunDirectory::create(ranks(), scratch.path() / "file", "a"); },
              ThrowsMessage<Io>(HasSubstr("Not a directory")));
  EXPECT_THAT([&] { RunDirectory::create(ranks(), scratch.path() / "read_only/runs", "a"); },
              ThrowsMessage<Io>(HasSubstr(read_only.reason())));
}

TEST(RunDirectory, TakesExactlyTheNamedDirectoryIfItIsEmptyOrMissing) {
  const Scratch scratch;
  fs::create_directory(scratch.path() / "empty");

  const auto missing = RunDirectory::create_at(ranks(), scratch.path() / "x/y/run/");
  const auto empty = RunDirectory::create_at(ranks(), scratch.path() / "empty");

  EXPECT_EQ(missing.path(), scratch.path() / "x/y/run");
  EXPECT_THAT(missing.notes(), ElementsAre(HasSubstr("made the managed directory")));
  EXPECT_THAT(empty.notes(), ElementsAre(HasSubstr("took the existing directory")));
  EXPECT_TRUE(fs::is_directory(empty.path() / "ckpt"));
}

TEST(RunDirectory, RefusesANamedDirectoryThatHoldsAnything) {
  const Scratch scratch;
  write_text(scratch.path() / "notes.txt", "mine");

  EXPECT_THAT([&] { RunDirectory::create_at(ranks(), scratch.path()); },
              ThrowsMessage<DataError>(HasSubstr("is not empty, and holds no run; name a directory")));

  EXPECT_EQ(entries_in(scratch.path()), 1u);
  write_text(scratch.path() / "deck.toml", "x = 1\n");
  fs::create_directory(scratch.path() / "ckpt");
  EXPECT_THAT([&] { RunDirectory::create_at(ranks(), scratch.path()); },
              ThrowsMessage<DataError>(HasSubstr("is not empty; --restart continues the run in it")));
}

TEST(RunDirectory, OpenedAgainSweepsWhatAnEarlierRunLeft) {
  const Scratch scratch;
  const fs::path path = scratch.path() / "run";
  RunDirectory::create_at(ranks(), path).write_file("deck.toml", "x = 1\n");
  write_text(path / "tmp/0000000001.h5.12345678.part", "torn");
  write_text(scratch.path() / "outside", "mine");
  fs::create_symlink(scratch.path() / "outside", path / "tmp/link");

  const auto run = RunDirectory::open(ranks(), path);

  EXPECT_EQ(entries_in(run.path() / "tmp"), 0u);
  EXPECT_EQ(text_of(run.path() / "deck.toml"), "x = 1\n");
  EXPECT_EQ(text_of(scratch.path() / "outside"), "mine");
}

TEST(RunDirectory, OpenedAgainCutsATornLineOfTheManifestOffAndFinishesWhatWholeLinesAnnounce) {
  const Scratch scratch;
  const fs::path path = scratch.path() / "run";
  RunDirectory::create_at(ranks(), path).write_file("deck.toml", "x = 1\n");
  write_text(path / "ckpt/0000000001.h5", "old");
  write_text(path / "out/a-0000000001.h5", "other");
  append_removal(path, "ckpt/0000000001.h5");
  append_supersession(path, {"out/a-0000000001.h5", "superseded/a-0000000001.0.h5"});
  const std::string whole = text_of(manifest_path(path));
  write_text(manifest_path(path), whole + whole.substr(0, 40));

  const auto run = RunDirectory::open(ranks(), path);

  EXPECT_EQ(text_of(manifest_path(path)), whole);
  EXPECT_THAT(run.notes(), ElementsAre(HasSubstr("was cut off")));
  EXPECT_FALSE(fs::exists(path / "ckpt/0000000001.h5"));
  EXPECT_EQ(text_of(path / "superseded/a-0000000001.0.h5"), "other");
}

TEST(RunDirectory, OfDatasetsIsTidiedUpAsWell) {
  const Scratch scratch;
  const fs::path path = scratch.path() / "set";
  RunDirectory::open_set(ranks(), path);
  write_text(path / "data_0000.h5", "going");
  append_removal(path, "data_0000.h5");
  const std::string whole = text_of(manifest_path(path));
  write_text(manifest_path(path), whole + "{");
  write_text(path / "tmp/data_0001.h5.12345678.part", "torn");

  RunDirectory::open_set(ranks(), path);

  EXPECT_EQ(text_of(manifest_path(path)), whole);
  EXPECT_FALSE(fs::exists(path / "data_0000.h5"));
  EXPECT_EQ(entries_in(path / "tmp"), 0u);
}

TEST(RunDirectory, IsRefusedAndUntouchedWhileAnotherRunHoldsIt) {
  const Scratch scratch;
  const auto first = RunDirectory::create_at(ranks(), scratch.path() / "run");
  first.write_file("deck.toml", "x = 1\n");
  write_text(first.path() / "tmp/0000000001.h5.12345678.part", "being written");

  EXPECT_THAT(
      [&] { RunDirectory::open(ranks(), first.path()); },
      ThrowsMessage<Locked>(HasSubstr(fmt::format("another run is writing here: process {} on host", ::getpid()))));
  EXPECT_EQ(entries_in(first.path() / "tmp"), 1u);
}

TEST(RunDirectory, OpensOnlyWhatIsARun) {
  const Scratch scratch;
  fs::create_directory(scratch.path() / "other");

  EXPECT_THAT([&] { RunDirectory::open(ranks(), scratch.path() / "other"); },
              ThrowsMessage<DataError>(HasSubstr("holds no deck.toml")));
  EXPECT_THAT([&] { RunDirectory::open(ranks(), scratch.path() / "none"); },
              ThrowsMessage<Io>(HasSubstr("No such file or directory")));
  EXPECT_EQ(entries_in(scratch.path() / "other"), 0u);
}

TEST(RunDirectory, DoesNotSweepThroughALinkedTmp) {
  const Scratch scratch;
  const auto run = RunDirectory::create_at(ranks(), scratch.path() / "run");
  run.write_file("deck.toml", "");
  fs::create_directory(scratch.path() / "precious");
  write_text(scratch.path() / "precious/file", "mine");
  fs::remove(run.path() / "tmp");
  fs::create_directory_symlink(scratch.path() / "precious", run.path() / "tmp");

  EXPECT_THROW(RunDirectory::open(ranks(), run.path()), DataError);

  EXPECT_EQ(text_of(scratch.path() / "precious/file"), "mine");
}

TEST(RunDirectory, FindsTheNewestRunOfAName) {
  const Scratch scratch;
  for (const char* name : {"sod-20260101T000000Z-ffffffff", "sod-20260102T000000Z-00000000", "sod-other",
                           "sod-20260102T000000Z-00000001", "sod-wide-20270101T000000Z-00000000"}) {
    fs::create_directory(scratch.path() / name);
  }
  write_text(scratch.path() / "sod-20280101T000000Z-00000000", "a file");

  EXPECT_EQ(RunDirectory::find_latest(scratch.path(), "sod"), scratch.path() / "sod-20260102T000000Z-00000001");
  EXPECT_EQ(RunDirectory::find_latest(scratch.path(), "heat"), std::nullopt);
  EXPECT_EQ(RunDirectory::find_latest(scratch.path() / "none", "sod"), std::nullopt);
}

TEST(RunDirectory, FindsTheNewestOfRunsThatStartedInOneSecond) {
  const Scratch scratch;
  const auto now = fs::file_time_type::clock::now();
  for (const auto& [digits, age] : {std::pair{"ffffffff", 30}, {"00000000", 10}, {"88888888", 20}}) {
    const fs::path run = scratch.path() / (std::string("sod-20260102T000000Z-") + digits);
    fs::create_directory(run);
    write_text(run / ".tarn-run", "");
    fs::last_write_time(run / ".tarn-run", now - std::chrono::milliseconds(age));
  }

  EXPECT_EQ(RunDirectory::find_latest(scratch.path(), "sod"), scratch.path() / "sod-20260102T000000Z-00000000");
}

TEST(RunDirectory, WritesWholeFilesAndLeavesNothingAside) {
  const Scratch scratch;
  const auto run = RunDirectory::create_at(ranks(), scratch.path() / "run");

  run.write_file("out/fields/a.txt", "old");
  run.write_file("out/fields/a.txt", std::string(100000, 'n'));

  EXPECT_EQ(text_of(run.path() / "out/fields/a.txt"), std::string(100000, 'n'));
  EXPECT_EQ(entries_in(run.path() / "tmp"), 0u);
}

TEST(RunDirectory, RefusesPathsThatLeadOut) {
  const Scratch scratch;
  const auto run = RunDirectory::create_at(ranks(), scratch.path() / "run");
  fs::create_directory(scratch.path() / "elsewhere");
  fs::create_directory_symlink(scratch.path() / "elsewhere", run.path() / "link");

  for (const char* path : {"../x", "/tmp/x", "out/../../x", "link/x", "link/deep/x", "", "out/"}) {
    EXPECT_THROW(run.write_file(path, "x"), PathEscape) << path;
  }

  EXPECT_EQ(entries_in(scratch.path() / "elsewhere"), 0u);
}

TEST(RunDirectory, NamesTheReasonAndKeepsTheOldFileWhenAWriteFails) {
  const Scratch scratch;
  const auto run = RunDirectory::create_at(ranks(), scratch.path() / "run");
  fs::create_directories(run.path() / "out/taken/x");

  EXPECT_THAT([&] { run.write_file("out/taken", "x"); }, ThrowsMessage<Io>(HasSubstr("Is a directory")));

  EXPECT_TRUE(fs::is_directory(run.path() / "out/taken/x"));
  EXPECT_EQ(entries_in(run.path() / "tmp"), 0u);
}

}  // namespace
}  // namespace tarn::io
