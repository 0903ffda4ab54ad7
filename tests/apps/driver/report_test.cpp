#include "tarn/apps/driver/report.hpp"

#include <gtest/gtest.h>

namespace tarn::apps {
namespace {

/// A run of 2 s whose region "step" took so long and moved so many bytes in 100 calls.
RunSummary summary_of(double seconds, std::int64_t bytes) {
  RunSummary summary;
  summary.walltime = 2;
  summary.peak = {10e9, 10e9};
  summary.regions = {{"step", 100, 10, seconds, bytes}};
  return summary;
}

bool has(const RunSummary& summary, const std::string& words) {
  return regions_text(summary).find(words) != std::string::npos;
}

TEST(RegionsText, SharesThatAddUpToAllAreNotExplained) {
  EXPECT_FALSE(has(summary_of(1.5, 1000), "above 100%"));
  EXPECT_TRUE(has(summary_of(1.5, 1000), "75.0%"));
  EXPECT_TRUE(has(summary_of(1.5, 1000), "25.0%"));
  EXPECT_FALSE(has(summary_of(2.001, 1000), "above 100%"));
}

TEST(RegionsText, SharesAboveAllAreExplained) {
  EXPECT_TRUE(has(summary_of(2.2, 1000), "together above 100%: only some steps are timed"));
}

TEST(RegionsText, SpeedAboveThePeakIsExplainedByWhatACallMoves) {
  EXPECT_TRUE(has(summary_of(1, 20'000'000'000), "a call moves at most 200 MB, which caches hold"));
  EXPECT_TRUE(has(summary_of(1, 40'000'000'000), "the memory was slower when the peak was measured"));
}

}  // namespace
}  // namespace tarn::apps
