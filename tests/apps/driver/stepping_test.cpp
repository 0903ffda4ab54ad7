// When steps end and when things are due.
#include "tarn/apps/driver/stepping.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/apps/driver/report.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/apps/driver/simulation_case.hpp"

namespace tarn::apps {
namespace {

TEST(NextStep, CutsTheWayEvenly) {
  const NextStep next = next_step(1, {1, 0}, 2, 0.3, false);  // four steps, as three reach 1.9 only

  EXPECT_DOUBLE_EQ(next.dt, 0.25);
  EXPECT_DOUBLE_EQ(next.end, 1.25);
}

TEST(NextStep, KeepsAFixedStepAndShortensTheLast) {
  EXPECT_DOUBLE_EQ(next_step(1, {1, 0}, 2, 0.3, true).dt, 0.3);
  EXPECT_DOUBLE_EQ(next_step(1.9, {1, 3}, 2, 0.3, true).dt, 2 - 1.9);
}

TEST(NextStep, EndsExactlyOnTheTarget) {
  const double target = 0.1 + 0.2;  // not 0.3
  double time = 0;
  int steps = 0;

  for (; time < target && steps < 100; ++steps)
    time = next_step(time, {}, target, 0.007, false).end;

  EXPECT_EQ(time, target);
  EXPECT_EQ(steps, 43);
}

TEST(NextStep, TakesARestThatIsRoundingAlong) {
  const NextStep next = next_step(0, {}, 1 + 1e-12, 1, true);

  EXPECT_EQ(next.end, 1 + 1e-12);
  EXPECT_EQ(next.dt, 1 + 1e-12);
}

TEST(NextStep, NeverExceedsTheLargestByMoreThanRounding) {
  for (const bool fixed : {false, true}) {
    double time = 0;
    StepCount counted;
    while (time < 1) {
      const NextStep next = next_step(time, counted, 1, 1.0 / 7, fixed);
      ASSERT_LE(next.dt, 1.0 / 7 * (1 + 1e-9));
      ASSERT_GT(next.dt, 0.9 / 7);
      time = next.end;
      counted = next.counted;
    }
  }
}

TEST(Trigger, IsDueEverySoManySteps) {
  const Trigger trigger({.steps = 4, .time = {}, .walltime = {}});
  std::vector<std::int64_t> due;

  for (std::int64_t step = 0; step < 10; ++step) {
    if (trigger.due({step, 0.1, 0, {}})) due.push_back(step);
  }

  EXPECT_THAT(due, testing::ElementsAre(0, 4, 8));
  EXPECT_EQ(trigger.next_time(0.5), std::nullopt);
}

TEST(Trigger, IsDueAtEveryMultipleOfItsTimeOnce) {
  const Trigger trigger({.steps = {}, .time = 0.1, .walltime = {}});
  double time = 0;
  int due = 0;

  for (int n = 0; n < 1000; ++n) {
    const double next = *trigger.next_time(time);
    EXPECT_FALSE(trigger.due({n, 0.5 * (time + next), 0, {}}));
    ASSERT_NEAR(next - time, 0.1, 1e-10);
    time = next;
    due += trigger.due({n, time, 0, {}});
  }

  EXPECT_EQ(due, 1000);
  EXPECT_NEAR(time, 100, 1e-9);
}

TEST(Trigger, CountsWalltimeFromWhenItWasDoneLast) {
  Trigger trigger({.steps = {}, .time = {}, .walltime = 10.0});

  EXPECT_FALSE(trigger.due({1, 0, 9.9, {}}));
  EXPECT_TRUE(trigger.due({2, 0, 12, {}}));
  trigger.done({2, 0, 12, {}});
  EXPECT_FALSE(trigger.due({3, 0, 21, {}}));
  EXPECT_TRUE(trigger.due({4, 0, 22, {}}));
}

std::string forecast(const std::string& time, const std::string& rest, const RunStart& start = {}) {
  const auto made = parse_case("[run]\napp = \"heat\"\nprecision = \"single\"\n[grid]\ncells = [10, 10]\n[time]\n" +
                                   time + "\n[heat]\ndiffusivity = 0.25\ninitial = 1\n" + rest,
                               "test");
  return forecast_text(made->deck(), as_simulation(*made).model(), "", start);
}

// dx = 0.1: the limit of the step is 1 / (2 * 0.25 * 200) = 0.01. A snapshot is 100 cells of 4 bytes, and some 10 kB of
// structure.
TEST(Forecast, CountsSteps) {
  EXPECT_THAT(forecast("end = 1\ncfl = 1", ""), testing::HasSubstr("about 100 of at most 0.01 to time 1 "));
  EXPECT_THAT(forecast("end = 1\ncfl = 0.5", ""), testing::HasSubstr("about 200 "));
  EXPECT_THAT(forecast("end = 1\ndt = 0.004", ""), testing::HasSubstr("about 250 "));
  EXPECT_THAT(forecast("end = 1\ncfl = 1\nmax_steps = 30", ""), testing::HasSubstr("about 30 "));
}

TEST(Forecast, CountsTheFirstAndTheLastStateOnce) {
  const auto snapshots = [](const std::string& time, const std::string& every) {
    return forecast(time, "[[output]]\nevery = { " + every + " }\n");
  };
  using testing::HasSubstr;

  EXPECT_THAT(snapshots("end = 1\ncfl = 1", "steps = 25"),
              testing::ContainsRegex(" 5 snapshots of [56][0-9.]+ kB"));                // 0, 25 ... 100
  EXPECT_THAT(snapshots("end = 1\ncfl = 1", "steps = 30"), HasSubstr(" 5 snapshots"));  // 0, 30, 60, 90, 100
  EXPECT_THAT(snapshots("end = 1\ncfl = 1", "time = 0.25"), HasSubstr(" 5 snapshots"));
  EXPECT_THAT(snapshots("end = 1\ncfl = 1", "time = 0.3"), HasSubstr(" 5 snapshots"));
  EXPECT_THAT(snapshots("end = 1\ncfl = 1\nmax_steps = 40", "time = 0.25"), HasSubstr(" 3 snapshots"));  // 0, .25, .4
  EXPECT_THAT(snapshots("end = 1\ncfl = 1", "walltime = \"00:01:00\""), HasSubstr("at least 2 snapshots"));
}

// Of a restart only what is left is told: from step 40 on, at time 0.4.
TEST(Forecast, OfARestartCountsWhatIsLeft) {
  const auto left = [](const std::string& time, const std::string& every, const RunStart& start) {
    return forecast(time, "[[output]]\nevery = { " + every + " }\n", start);
  };
  const RunStart same{40, 0.4, true}, other{40, 0.4, false};
  using testing::HasSubstr;

  EXPECT_THAT(left("end = 1\ncfl = 1", "steps = 25", same),
              HasSubstr("about 60 of at most 0.01 from step 40, time 0.4, to time 1 "));
  EXPECT_THAT(left("end = 1\ncfl = 1", "steps = 25", same),
              testing::ContainsRegex(" 3 snapshots of 3[0-9.]+ kB"));                     // 50, 75, 100
  EXPECT_THAT(left("end = 1\ncfl = 1", "steps = 30", same), HasSubstr(" 3 snapshots"));   // 60, 90, 100
  EXPECT_THAT(left("end = 1\ncfl = 1", "steps = 20", same), HasSubstr(" 3 snapshots"));   // 60, 80, 100
  EXPECT_THAT(left("end = 1\ncfl = 1", "steps = 20", other), HasSubstr(" 4 snapshots"));  // and 40
  EXPECT_THAT(left("end = 1\ncfl = 1", "time = 0.2", same), HasSubstr(" 3 snapshots"));   // 0.6, 0.8, 1
  EXPECT_THAT(left("end = 1\ncfl = 1", "time = 0.3", same), HasSubstr(" 3 snapshots"));   // 0.6, 0.9, 1
  EXPECT_THAT(left("end = 1\ncfl = 1\nmax_steps = 45", "steps = 20", same), HasSubstr("about 5 of"));
  EXPECT_THAT(left("end = 1\ncfl = 1", "steps = 30", {100, 1, true}), HasSubstr("about 0 of"));
  EXPECT_THAT(left("end = 1\ncfl = 1", "steps = 30", {100, 1, true}), HasSubstr(" 0 snapshots"));
}

// Two fields of 100 cells of 4 bytes, and two buffers, each for a checkpoint of 400 bytes; a GPU has them on its host
// too.
TEST(Forecast, CountsTheBuffersThatFilesAreWrittenFrom) {
  EXPECT_THAT(forecast("end = 1", ""),
              testing::ContainsRegex(
                  "memory  1.6 kB on the device, all ranks together: 800 B of arrays and 800 B of buffers for "
                  "files; 400 B more for two steps in a pass on several ranks; (800 B of buffers on the host; )?"
                  "beside 250 MB of its own for each rank"));
}

TEST(Forecast, WarnsWhereRkl2TakesTooFewSteps) {
  const auto text = [](int stages) {
    return forecast("end = 1", "integrator = \"rkl2\"\nstages = " + std::to_string(stages) + "\n");
  };

  EXPECT_THAT(text(9), testing::HasSubstr("warning 6 steps of rkl2 with 9 stages may leave an error of 0.086 of"));
  EXPECT_THAT(text(5), testing::Not(testing::HasSubstr("warning")));
  EXPECT_THAT(text(99), testing::HasSubstr("warning 1 step of rkl2 with 99 stages may leave an error of 0.65 of"));
}

}  // namespace
}  // namespace tarn::apps
