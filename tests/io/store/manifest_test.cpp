#include "tarn/io/store/manifest.hpp"

#include <ctime>
#include <map>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/io/error.hpp"
#include "tarn/io/files/content_hash.hpp"
#include "tarn/tests/io/store/limited_file_size.hpp"
#include "tarn/tests/io/store/scratch.hpp"

namespace tarn::io {
namespace {

namespace fs = std::filesystem;

using test::LimitedFileSize;
using test::Scratch;
using test::text_of;
using test::write_text;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ManifestEntry entry_of(const std::string& file, std::int64_t step) {
  return {
      file, "checkpoint", step, 0.1, 1234, {{"/data/1/fields/u", "xxh64:0123456789abcdef"}}, "2026-01-01T00:00:00Z"};
}

std::vector<std::string> files_of(const Manifest& manifest) {
  std::vector<std::string> files;
  for (const auto& entry : manifest.entries)
    files.push_back(entry.file);
  return files;
}

/// A line with the checksum that its text ought to have.
std::string sealed(const std::string& text) {
  return fmt::format("{},\"check\":\"{:016x}\"}}\n", text, hash64(text.data(), text.size()));
}

TEST(ContentHash, IsXxh64) {
  // Values of the reference implementation's specification and of xxhsum.
  EXPECT_EQ(hash64("", 0), 0xEF46DB3751D8E999u);
  EXPECT_EQ(hash64("a", 1), 0xD24EC4F1A98C6E5Bu);
  EXPECT_EQ(hash64("abc", 3), 0x44BC2CF5AD770999u);
  const std::string long_text = "Nobody inspects the spammish repetition";  // 39 bytes: one stripe and a rest
  EXPECT_EQ(hash64(long_text.data(), long_text.size()), 0xFBCEA83C8A378BF1u);
}

TEST(ContentHash, DependsOnItsSeed) {
  // Values of another program's XXH64.
  const std::string long_text = "Nobody inspects the spammish repetition";
  EXPECT_EQ(hash64("", 0, 0xFEDCBA9876543210u), 0x7CC8DF76DB892F66u);
  EXPECT_EQ(hash64("abc", 3, 7), 0x9E755206156676D7u);
  EXPECT_EQ(hash64(long_text.data(), long_text.size(), 7), 0x26F1AEB39B9B1F5Fu);
}

TEST(ContentHash, DoesNotDependOnTheOrderOfChunksButOnTheirNumbers) {
  ContentHash forward, backward, swapped;
  forward.add(0, "ab", 2), forward.add(1, "cd", 2);
  backward.add(1, "cd", 2), backward.add(0, "ab", 2);
  swapped.add(0, "cd", 2), swapped.add(1, "ab", 2);

  EXPECT_EQ(forward.sum(), backward.sum());
  EXPECT_NE(forward.sum(), swapped.sum());
}

TEST(ManifestFile, GivesBackWhatWasAppended) {
  const Scratch scratch;
  append_commit(scratch.path(), entry_of("ckpt/0000000001.h5", 1));
  append_commit(scratch.path(), entry_of("out/a-0000000001.h5", 2));

  const Manifest manifest = read_manifest(scratch.path());

  EXPECT_THAT(files_of(manifest), ElementsAre("ckpt/0000000001.h5", "out/a-0000000001.h5"));
  const ManifestEntry& first = manifest.entries[0];
  EXPECT_EQ(first.kind, "checkpoint");
  EXPECT_EQ(first.step, 1);
  EXPECT_EQ(first.time, 0.1);
  EXPECT_EQ(first.size, 1234u);
  EXPECT_THAT(first.datasets, ElementsAre(DatasetHash{"/data/1/fields/u", "xxh64:0123456789abcdef"}));
  EXPECT_THAT(manifest.damaged, IsEmpty());
}

TEST(ManifestFile, KnowsFilesWithoutAHashAndWhatBecameOfTheOthers) {
  const Scratch scratch;
  std::vector<std::string> many;
  for (int n = 0; n < 600; ++n)
    many.push_back(fmt::format("out/{:03}.h5", n));
  append_writing(scratch.path(), many);
  append_commit(scratch.path(), entry_of("ckpt/0000000001.h5", 1));
  append_removal(scratch.path(), "ckpt/0000000001.h5");
  append_supersession(scratch.path(), {"out/a-0000000001.h5", "superseded/a-0000000001.0.h5"});

  const Manifest manifest = read_manifest(scratch.path());

  EXPECT_THAT(manifest.damaged, IsEmpty());
  EXPECT_EQ(manifest.written, std::set(many.begin(), many.end()));
  EXPECT_EQ(manifest.all_files().size(), 603u);
  EXPECT_EQ(manifest.all_files().count("ckpt/0000000001.h5"), 1u);
}

TEST(ManifestFile, VouchesNoMoreForAFileThatIsAboutToBeWritten) {
  const Scratch scratch;
  append_commit(scratch.path(), entry_of("run.json", 1));
  append_writing(scratch.path(), {"run.json"});

  const Manifest manifest = read_manifest(scratch.path());

  EXPECT_THAT(manifest.entries, IsEmpty());
  EXPECT_EQ(manifest.all_files().count("run.json"), 1u);
}

TEST(ManifestFile, GivesBackManyCommitsWithHashesOfFiles) {
  const Scratch scratch;
  std::vector<ManifestEntry> entries;
  for (int n = 0; n < 9000; ++n) {
    entries.push_back(entry_of(fmt::format("out/{:04}.h5", n), 0));
    entries.back().hash = fmt::format("xxh64:{:016x}", n);
  }
  append_commits(scratch.path(), entries);

  const Manifest manifest = read_manifest(scratch.path());

  ASSERT_EQ(manifest.entries.size(), entries.size());
  EXPECT_EQ(manifest.find("out/8999.h5")->hash, "xxh64:0000000000002327");
  EXPECT_THAT(manifest.damaged, IsEmpty());
}

TEST(ManifestFile, KeepsNamesThatAreNoUtf8) {
  const Scratch scratch;
  const std::string name = "out/\xe9t\xe9.h5", other = "out/\xff.h5";
  append_writing(scratch.path(), {name, "out/a.h5", other});
  append_commit(scratch.path(), entry_of(name, 0));
  append_supersession(scratch.path(), {other, "superseded/\xff.0.h5"});

  const Manifest manifest = read_manifest(scratch.path());

  EXPECT_THAT(files_of(manifest), ElementsAre(name));
  EXPECT_EQ(manifest.written, (std::set<std::string>{name, "out/a.h5", other}));
  EXPECT_EQ(manifest.superseded.at(0).now, "superseded/\xff.0.h5");
  EXPECT_THAT(manifest.damaged, IsEmpty());
}

TEST(ManifestFile, VouchesNoMoreForAFileInTheTrashAndHasItDeletedByNobody) {
  const Scratch scratch;
  append_commit(scratch.path(), entry_of("ckpt/0000000001.h5", 1));
  append_discard(scratch.path(), "ckpt/0000000001.h5");

  const Manifest manifest = read_manifest(scratch.path());

  EXPECT_THAT(manifest.entries, IsEmpty());
  EXPECT_THAT(manifest.removed, IsEmpty());
  EXPECT_EQ(manifest.all_files().count("ckpt/0000000001.h5"), 1u);
}

TEST(ManifestFile, TakesBackTheRemovalOfAFileThatIsWrittenAnew) {
  const Scratch scratch;
  append_writing(scratch.path(), {"img/u-0000000001.png"});
  append_removal(scratch.path(), "img/u-0000000001.png");
  append_writing(scratch.path(), {"img/u-0000000001.png"});

  EXPECT_THAT(read_manifest(scratch.path()).removed, IsEmpty());
}

TEST(ManifestFile, KeepsEveryLineThatThreadsAppendAtOnce) {
  const Scratch scratch;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&scratch, t] {
      for (int n = 0; n < 25; ++n)
        append_writing(scratch.path(), {fmt::format("img/{}-{:010}.png", t, n)});
    });
  }
  for (auto& thread : threads)
    thread.join();

  const Manifest manifest = read_manifest(scratch.path());

  EXPECT_EQ(manifest.written.size(), 100u);
  EXPECT_THAT(manifest.damaged, IsEmpty());
}

TEST(ManifestFile, LeavesOutALineThatNamesAFileOutsideTheDirectory) {
  const Manifest manifest =
      parse_manifest(sealed(R"({"schema":1,"action":"write","files":["out/a.h5","../b.h5"])"), "MANIFEST.jsonl");

  EXPECT_THAT(manifest.written, IsEmpty());
  EXPECT_THAT(manifest.damaged, ElementsAre(HasSubstr("outside the directory")));
}

TEST(ManifestFile, KeepsTheOrderOfDatasets) {
  ManifestEntry entry = entry_of("out/a-0000000001.h5", 1);
  entry.datasets = {{"/z", "1"}, {"/a", "2"}, {"/m", "3"}};

  const Manifest manifest = parse_manifest(commit_line(entry), "m");

  ASSERT_EQ(manifest.entries.size(), 1u);
  EXPECT_EQ(manifest.entries[0].datasets, entry.datasets);
}

TEST(ManifestFile, ThatIsMissingIsEmpty) {
  const Scratch scratch;

  EXPECT_THAT(read_manifest(scratch.path()).entries, IsEmpty());
}

TEST(ManifestFile, ForgetsWhatWasRemovedOrSupersededUntilItIsCommittedAgain) {
  const Scratch scratch;
  for (const char* file : {"ckpt/1", "ckpt/2", "ckpt/3"})
    append_commit(scratch.path(), entry_of(file, 1));
  append_removal(scratch.path(), "ckpt/1");
  append_supersession(scratch.path(), {"ckpt/2", "superseded/2.0.h5"});
  append_commit(scratch.path(), entry_of("ckpt/1", 9));

  const Manifest manifest = read_manifest(scratch.path());

  EXPECT_THAT(files_of(manifest), ElementsAre("ckpt/3", "ckpt/1"));
  EXPECT_THAT(manifest.removed, IsEmpty());
  ASSERT_EQ(manifest.superseded.size(), 1u);
  EXPECT_EQ(manifest.superseded[0].now, "superseded/2.0.h5");
}

TEST(ManifestFile, LeavesOutATornLastLineAndAnAppendCutsItOff) {
  const Scratch scratch;
  append_commit(scratch.path(), entry_of("ckpt/1", 1));
  const std::string whole = text_of(manifest_path(scratch.path()));
  append_commit(scratch.path(), entry_of("ckpt/2", 2));
  const std::string both = text_of(manifest_path(scratch.path()));
  for (std::size_t length = whole.size() + 1; length < both.size(); ++length) {
    write_text(manifest_path(scratch.path()), both.substr(0, length));

    const Manifest manifest = read_manifest(scratch.path());

    ASSERT_THAT(files_of(manifest), ElementsAre("ckpt/1")) << length;
    ASSERT_TRUE(manifest.torn);
    ASSERT_THAT(manifest.damaged, ElementsAre(HasSubstr("line 2: is torn")));
  }

  append_commit(scratch.path(), entry_of("ckpt/2", 2));

  EXPECT_EQ(text_of(manifest_path(scratch.path())), both);
}

TEST(ManifestFile, LeavesOutEveryLineWithAFlippedBit) {
  const Scratch scratch;
  append_commit(scratch.path(), entry_of("ckpt/1", 1));
  append_commit(scratch.path(), entry_of("ckpt/2", 2));
  const std::string whole = text_of(manifest_path(scratch.path()));
  const std::size_t first_line = whole.find('\n');
  for (std::size_t bit = 0; bit < 8 * first_line; ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));

    const Manifest manifest = parse_manifest(flipped, "m");

    ASSERT_THAT(files_of(manifest), ElementsAre("ckpt/2")) << bit;
    ASSERT_FALSE(manifest.damaged.empty());
  }
}

TEST(ManifestFile, NamesWhatIsWrongWithALineThatIsSealedButAbsurd) {
  const auto flaw = [](const std::string& text) {
    const auto damaged = parse_manifest(sealed(text), "m").damaged;
    return damaged.size() == 1 ? damaged[0] : fmt::format("{} flaws", damaged.size());
  };

  EXPECT_THAT(flaw("garbage"), HasSubstr("is no JSON object"));
  EXPECT_THAT(flaw("{\"schema\":1"), HasSubstr("has no \"action\""));
  EXPECT_THAT(flaw(R"({"schema":"x")"), HasSubstr("has a \"schema\" of another type"));
  EXPECT_THAT(flaw(R"({"schema":1,"action":"explode","file":"a")"), HasSubstr("action that is not known"));
  EXPECT_THAT(flaw(R"({"schema":1,"action":"remove","file":"../a")"), HasSubstr("outside the directory"));
  EXPECT_THAT(flaw(R"({"schema":1,"action":"remove","file":"/etc/passwd")"), HasSubstr("outside the directory"));
  EXPECT_THAT(flaw(R"({"schema":1,"action":"supersede","file":"a","now":"b/../../c")"), HasSubstr("outside"));
  EXPECT_THAT(flaw(R"({"schema":1,"action":"commit","file":"a","kind":"x","step":-1,"time":0,"size":1,)"
                   R"("written":"","datasets":{})"),
              HasSubstr("\"step\" of another type"));
  EXPECT_THAT(parse_manifest(std::string(2 << 20, '['), "m").damaged, ElementsAre(HasSubstr("torn")));
  EXPECT_THAT(parse_manifest(std::string(2 << 20, '[') + "\n", "m").damaged, ElementsAre(HasSubstr("longer than any")));
  EXPECT_THROW(parse_manifest(sealed("{\"schema\":2"), "m"), SchemaTooNew);
}

/// The flaw of a sealed commit in which one value is replaced.
std::string flaw_of_commit(const std::string& key, const std::string& value) {
  std::string text = R"({"schema":1,"action":"commit","file":"a","kind":"x")";
  for (const auto& [name, sound] : std::map<std::string, std::string>{
           {"step", "1"}, {"time", "0.5"}, {"size", "1"}, {"written", "\"\""}, {"datasets", "{}"}}) {
    text += fmt::format(",\"{}\":{}", name, name == key ? value : sound);
  }
  const auto manifest = parse_manifest(sealed(text), "m");
  return manifest.damaged.empty() ? fmt::format("{} entries", manifest.entries.size()) : manifest.damaged[0];
}

TEST(ManifestFile, TakesNoNumberThatItWouldHaveToRoundOrWrapAround) {
  EXPECT_EQ(flaw_of_commit("step", "7"), "1 entries");
  for (const char* key : {"step", "size"}) {
    for (const char* value : {"-1", "1.5", "1e300", "true", "null", "\"1\""})
      EXPECT_THAT(flaw_of_commit(key, value), HasSubstr("of another type")) << key << value;
  }
  EXPECT_THAT(flaw_of_commit("step", "9223372036854775808"), HasSubstr("an absurd \"step\""));
  EXPECT_THAT(flaw_of_commit("time", "\"0\""), HasSubstr("of another type"));
}

TEST(ManifestFile, NestedWithoutEndIsReadLikeAnyOther) {
  constexpr std::size_t levels = 400000;
  const std::string deep = std::string(levels, '[') + std::string(levels, ']');

  EXPECT_THAT(flaw_of_commit("datasets", deep), HasSubstr("of another type"));
  EXPECT_THAT(flaw_of_commit("datasets", "{\"a\":" + deep + "}"), HasSubstr("hash of another type"));
}

TEST(ManifestFile, TakesTimeAsItsLengthDoes) {
  constexpr double seconds_allowed = 8;  // it takes less than one; twenty if each line were looked for in those before
  std::string text, datasets = "{";
  for (int n = 0; n < 60000; ++n)
    text += commit_line(entry_of(fmt::format("out/a-{:010}.h5", n), n));
  for (int n = 0; n < 90000; ++n)
    datasets += fmt::format("{}\"{}\":\"\"", n == 0 ? "" : ",", n);

  const std::clock_t start = std::clock();
  EXPECT_EQ(parse_manifest(text, "m").entries.size(), 60000u);
  EXPECT_EQ(flaw_of_commit("datasets", datasets + "}"), "1 entries");

  EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, seconds_allowed);
}

TEST(ManifestFile, IsNeitherALinkNorADirectoryNorAPipe) {
  const Scratch scratch;
  write_text(scratch.path() / "elsewhere", "mine");
  fs::create_symlink(scratch.path() / "elsewhere", manifest_path(scratch.path()));

  EXPECT_THROW(read_manifest(scratch.path()), Io);
  EXPECT_THROW(append_commit(scratch.path(), entry_of("a", 1)), Io);

  EXPECT_EQ(text_of(scratch.path() / "elsewhere"), "mine");
}

TEST(ManifestFile, EndsAsItDidWhenAnAppendFails) {
  const Scratch scratch;
  append_commit(scratch.path(), entry_of("ckpt/1", 1));
  const std::string before = text_of(manifest_path(scratch.path()));

  {
    const LimitedFileSize limit(before.size() + 20);
    EXPECT_THROW(append_commit(scratch.path(), entry_of("ckpt/2", 2)), NoSpace);
  }

  EXPECT_EQ(text_of(manifest_path(scratch.path())), before);
}

}  // namespace
}  // namespace tarn::io
