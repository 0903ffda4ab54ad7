#include "tarn/core/profile/regions.hpp"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

namespace tarn {
namespace {

void sleep_for_ms(int ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

TEST(Regions, CountCallsAndBytesByNameInTheOrderOfTheFirstCalls) {
  Regions regions{Space{}};

  { const auto timer = regions.time("step", 100); }
  { const auto timer = regions.time("halo", 7); }
  { const auto timer = regions.time("step", 100); }

  const auto report = regions.report();
  ASSERT_EQ(report.size(), 2u);
  EXPECT_EQ(report[0].name, "step");
  EXPECT_EQ(report[0].calls, 2);
  EXPECT_EQ(report[0].bytes, 200);
  EXPECT_EQ(report[1].name, "halo");
  EXPECT_EQ(report[1].calls, 1);
  EXPECT_EQ(report[1].bytes, 7);
}

TEST(Regions, EstimateUnsampledCallsByTheMeanOfSampledOnes) {
  Regions regions{Space{}};
  const Kokkos::Timer whole;

  for (int step = 0; step < 4; ++step) {
    regions.sample(step == 1);
    const auto timer = regions.time("step");
    if (step == 1) sleep_for_ms(10);
  }

  const auto step = regions.report().at(0);
  EXPECT_EQ(step.calls, 4);
  EXPECT_EQ(step.timed_calls, 1);
  EXPECT_GE(step.seconds, 4 * 0.010);
  EXPECT_LE(step.seconds, 4 * whole.seconds());
}

TEST(Regions, SpendNoTimeOnCallsThatAreNotSampled) {
  Regions regions{Space{}};
  regions.sample(false);

  { const auto timer = regions.time("step", 5); }

  const auto step = regions.report().at(0);
  EXPECT_EQ(step.calls, 1);
  EXPECT_EQ(step.bytes, 5);
  EXPECT_EQ(step.timed_calls, 0);
  EXPECT_EQ(step.seconds, 0);
}

TEST(Regions, AlwaysTimeWhatIsRare) {
  Regions regions{Space{}};
  regions.sample(false);

  {
    const auto timer = regions.time_always("output", 8);
    sleep_for_ms(5);
  }

  const auto output = regions.report().at(0);
  EXPECT_EQ(output.timed_calls, 1);
  EXPECT_GE(output.seconds, 0.005);
}

TEST(Regions, MayBeNestedAndBegunWhileOthersRun) {
  Regions regions{Space{}};

  {
    const auto outer = regions.time("step");
    for (int n = 0; n < 100; ++n)
      const auto inner = regions.time("part " + std::to_string(n));
    sleep_for_ms(2);
  }

  const auto report = regions.report();
  ASSERT_EQ(report.size(), 101u);
  EXPECT_EQ(report[0].timed_calls, 1);
  EXPECT_GE(report[0].seconds, 0.002);
  EXPECT_LT(report[100].seconds, report[0].seconds);
}

}  // namespace
}  // namespace tarn
