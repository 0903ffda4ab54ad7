// Rank 0 alone tells how far a run is, while the largest stable step is a matter of all ranks.
#include <algorithm>
#include <chrono>

#include <gtest/gtest.h>

#include "tarn/apps/driver/run.hpp"
#include "tarn/tests/io/store/scratch.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::apps {
namespace {

using Clock = std::chrono::steady_clock;

/// Asks for progress at each look, and for the end once it has been told a few times.
class Watcher final : public Observer {
 public:
  bool wants_progress(double) noexcept override { return true; }
  void progress(const Progress& now, double) noexcept override {
    ++times_;
    shortest_step_ = std::min(shortest_step_, now.dt);
  }
  int stop_request() noexcept override {
    constexpr int enough = 4;
    constexpr auto patience = std::chrono::seconds(30);
    return times_ >= enough || Clock::now() - began_ > patience ? 1 : 0;
  }

  int times() const { return times_; }
  double shortest_step() const { return shortest_step_; }

 private:
  Clock::time_point began_ = Clock::now();
  int times_ = 0;
  double shortest_step_ = 1;
};

TEST(ProgressOnRanks, AsksNothingOfOtherRanksWhereTheStepIsAMatterOfAll) {
  const Runtime& runtime = tarn::test::runtime();
  const io::test::Scratch scratch;
  RunRequest request;
  request.deck = "steepening";
  // The wave steepens, so the step is looked for again and again.
  request.deck_text = R"toml([run]
app = "pde"
[grid]
cells = [400]
[time]
end = 1e6
cfl = 0.9
[pde.equations]
u = "-u * dx(u) + 0.01 * laplace(u) + sin(2 * pi * x - t)"
[pde.initial]
u = "1 + 0.5 * sin(2 * pi * x)"
)toml";
  request.run_directory = (scratch.path() / "run").string();
  Watcher watcher;

  EXPECT_EQ(run_deck(runtime, request, watcher), exit_code::stopped);

  if (runtime.communicator().is_root()) {
    EXPECT_GE(watcher.times(), 4);
    EXPECT_LT(watcher.shortest_step(), 0.01);
    EXPECT_GT(watcher.shortest_step(), 0);
  } else {
    EXPECT_EQ(watcher.times(), 0);
  }
}

}  // namespace
}  // namespace tarn::apps
