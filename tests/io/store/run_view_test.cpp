#include "tarn/io/store/run_view.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/io/error.hpp"
#include "tarn/tests/io/store/scratch.hpp"

namespace tarn::io {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

void write(const fs::path& file, const std::string& text) {
  std::ofstream(file) << text;
}

ManifestEntry entry(const std::string& file, const std::string& kind, std::int64_t step, double time) {
  ManifestEntry made;
  made.file = file;
  made.kind = kind;
  made.step = step;
  made.time = time;
  return made;
}

/// A directory with the files of a run, written by hand: nobody owns it, and it has no lock.
class RunViewTest : public testing::Test {
 protected:
  RunViewTest() {
    write(run_ / "deck.toml", "[run]\napp = \"heat\"\n");
    append_commit(run_, entry("out/fields-0000000000.h5", "snapshot", 0, 0));
    append_commit(run_, entry("ckpt/0000000007.h5", "checkpoint", 7, 0.7));
    append_commit(run_, entry("out/fields-0000000010.h5", "snapshot", 10, 1));
  }
  void tell(const std::string& status) { write(run_ / "run.json", R"({"status": ")" + status + R"(", "steps": 12})"); }

  test::Scratch scratch_;
  fs::path run_ = scratch_.path();
};

TEST_F(RunViewTest, ListsFilesOfAKindWithTheirTimes) {
  const auto snapshots = RunView(run_).files("snapshot");

  ASSERT_EQ(snapshots.size(), 2U);
  EXPECT_EQ(snapshots[1].file, "out/fields-0000000010.h5");
  EXPECT_EQ(snapshots[1].time, 1);
  EXPECT_EQ(RunView(run_).files("checkpoint").front().step, 7);
  EXPECT_TRUE(RunView(run_).files("picture").empty());
}

TEST_F(RunViewTest, StepsOfARunThatEndedAreThoseOfItsSummary) {
  tell("done");

  EXPECT_EQ(RunView(run_).status(), "done");
  EXPECT_EQ(RunView(run_).steps(), 12);
}

TEST_F(RunViewTest, StepsOfARunThatWasKilledAreThoseOfItsNewestFile) {
  tell("running");

  EXPECT_EQ(RunView(run_).status(), "killed");
  EXPECT_EQ(RunView(run_).steps(), 10);
}

TEST_F(RunViewTest, ADirectoryWithoutARunIsOneOfDatasets) {
  fs::remove(run_ / "deck.toml");

  EXPECT_EQ(RunView(run_).status(), "datasets");
  EXPECT_THROW(RunView(run_).deck(), Missing);
}

TEST_F(RunViewTest, TheDeckIsRead) {
  EXPECT_EQ(RunView(run_).deck(), "[run]\napp = \"heat\"\n");
}

TEST_F(RunViewTest, HistoryIsReadUpToTheLastWholeRow) {
  write(run_ / "history.csv", "step,time,mass,energy\n0,0,1.5,2\n10,1,1.5,1e-3\n20,2,1.5,0.");

  const HistoryTable history = RunView(run_).history();

  EXPECT_THAT(history.columns, ElementsAre("mass", "energy"));
  EXPECT_THAT(history.steps, ElementsAre(0, 10));
  EXPECT_THAT(history.times, ElementsAre(0, 1));
  EXPECT_THAT(history.rows, ElementsAre(ElementsAre(1.5, 2), ElementsAre(1.5, 1e-3)));
}

TEST_F(RunViewTest, HistoryThatIsNoTableOfNumbersIsCorrupt) {
  EXPECT_TRUE(RunView(run_).history().steps.empty());
  for (const char* text : {"a,b\n", "step,time,mass\n0,0\n", "step,time,mass\n0,0,much\n", "step,time\n0,0,1\n"}) {
    write(run_ / "history.csv", text);
    EXPECT_THROW(RunView(run_).history(), Corrupt) << text;
  }
}

}  // namespace
}  // namespace tarn::io
