#include "tarn/io/image/ticks.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"

namespace tarn::io {
namespace {

using testing::ElementsAre;

std::vector<double> values(const std::vector<Tick>& ticks) {
  std::vector<double> found;
  for (const auto& tick : ticks)
    found.push_back(tick.value);
  return found;
}

std::vector<std::string> labels(const std::vector<Tick>& ticks) {
  std::vector<std::string> found;
  for (const auto& tick : ticks)
    found.push_back(tick.label);
  return found;
}

TEST(NiceTicks, TakeTheSmallestStepOf125ThatFits) {
  EXPECT_THAT(values(nice_ticks(0, 1, 6)), ElementsAre(0, 0.2, 0.4, 0.6, 0.8, 1.0));
  EXPECT_THAT(values(nice_ticks(0, 1, 5)), ElementsAre(0, 0.5, 1));
  EXPECT_THAT(values(nice_ticks(0, 1, 11)), testing::SizeIs(11));
  EXPECT_THAT(values(nice_ticks(0, 1, 2)), ElementsAre(0, 1));
  EXPECT_THAT(values(nice_ticks(12, 47, 4)), ElementsAre(20, 30, 40));
}

TEST(NiceTicks, KeepOneNumberOfDecimals) {
  EXPECT_THAT(labels(nice_ticks(0, 1, 3)), ElementsAre("0", "0.5", "1.0"));
  EXPECT_THAT(labels(nice_ticks(0.98, 1.03, 3)), ElementsAre("0.98", "1.00", "1.02"));
  EXPECT_THAT(labels(nice_ticks(-20, 20, 5)), ElementsAre("−20", "−10", "0", "10", "20"));
}

TEST(NiceTicks, ShareOnePowerOfTenForSmallAndLargeValues) {
  EXPECT_THAT(labels(nice_ticks(0, 1e-4, 3)), ElementsAre("0", "0.5×10⁻⁴", "1.0×10⁻⁴"));
  EXPECT_THAT(labels(nice_ticks(-1e30, 1e30, 3)), ElementsAre("−1×10³⁰", "0", "1×10³⁰"));
  EXPECT_THAT(labels(nice_ticks(-1e308, 1e308, 3)), ElementsAre("−1×10³⁰⁸", "0", "1×10³⁰⁸"));
  EXPECT_THAT(labels(nice_ticks(1e308, 1e308, 3)), ElementsAre("1.000×10³⁰⁸"));
  EXPECT_THAT(labels(nice_ticks(0, 2e5, 3)), ElementsAre("0", "1×10⁵", "2×10⁵"));
  EXPECT_THAT(labels(nice_ticks(0, 2e-200, 3)), ElementsAre("0", "1×10⁻²⁰⁰", "2×10⁻²⁰⁰"));
}

TEST(NiceTicks, DivideWhatIsBelowTheNormalNumbers) {
  EXPECT_THAT(labels(nice_ticks(0, 3e-310, 4)), ElementsAre("0", "1×10⁻³¹⁰", "2×10⁻³¹⁰", "3×10⁻³¹⁰"));
  EXPECT_THAT(values(nice_ticks(0, 3e-310, 4)), ElementsAre(0, 1e-310, 2e-310, 3e-310));
  EXPECT_THAT(labels(nice_ticks(-2e-300, 2e-300, 3)), ElementsAre("−2×10⁻³⁰⁰", "0", "2×10⁻³⁰⁰"));
  EXPECT_THAT(values(nice_ticks(5e-324, 5e-324, 3)), ElementsAre(5e-324));
}

TEST(NiceTicks, WriteLargeValuesOutWhereTheirLastDigitsDiffer) {
  EXPECT_THAT(labels(nice_ticks(1e6, 1e6 + 1, 3)), ElementsAre("1000000.0", "1000000.5", "1000001.0"));
}

TEST(NiceTicks, FindBothEndsInSpiteOfRounding) {
  const auto ticks = values(nice_ticks(0.1, 0.1 + 0.2, 3));  // 0.1 + 0.2 > 0.3; 3 * 0.1 too

  EXPECT_THAT(ticks, ElementsAre(0.1, 0.2, 0.3));
}

TEST(NiceTicks, AreOneForARangeWithoutWidth) {
  EXPECT_THAT(values(nice_ticks(300, 300, 5)), ElementsAre(300));
  EXPECT_THAT(values(nice_ticks(1, std::nextafter(1.0, 2.0), 5)), ElementsAre(1));
  EXPECT_THAT(labels(nice_ticks(0, 0, 5)), ElementsAre("0"));
}

TEST(NiceTicks, AreAtLeastOneAndNeverTooMany) {
  for (const double lower : {-7.3, 0.0, 0.017, 3.1, 996.0}) {
    for (const double range : {1e-5, 0.9, 3.3, 1000.0}) {
      for (int at_most = 2; at_most < 12; ++at_most) {
        const auto count = nice_ticks(lower, lower + range, at_most).size();
        EXPECT_GE(count, 1) << lower << " + " << range;
        EXPECT_LE(count, at_most) << lower << " + " << range;
      }
    }
  }
}

TEST(NiceTicks, RefuseWhatIsNoAxis) {
  const double infinity = std::numeric_limits<double>::infinity();

  EXPECT_THROW(nice_ticks(1, 0, 5), UsageError);
  EXPECT_THROW(nice_ticks(0, infinity, 5), UsageError);
  EXPECT_THROW(nice_ticks(std::nan(""), 1, 5), UsageError);
  EXPECT_THROW(nice_ticks(0, 1, 1), UsageError);
}

TEST(LogTicks, StandAtPowersOfTenWithMinorMarksBetween) {
  const auto ticks = log_ticks(0.5, 20, 5);

  EXPECT_THAT(values(ticks), ElementsAre(0.5, 0.6, 0.7, 0.8, 0.9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20));
  EXPECT_EQ(ticks[5].label, "10⁰");
  EXPECT_EQ(ticks[6].label, "");
  EXPECT_EQ(ticks[14].label, "10¹");
}

TEST(LogTicks, LabelEverySecondPowerIfAllAreTooMany) {
  const auto ticks = log_ticks(1e-6, 1, 4);

  EXPECT_THAT(labels(ticks), ElementsAre("10⁻⁶", "", "10⁻⁴", "", "10⁻²", "", "10⁰"));
}

TEST(LogTicks, StandAt125WithinADecade) {
  EXPECT_THAT(labels(log_ticks(0.15, 0.9, 5)), ElementsAre("0.2", "0.5"));
  EXPECT_THAT(labels(log_ticks(1.5e-7, 9e-7, 5)), ElementsAre("2×10⁻⁷", "5×10⁻⁷"));
}

TEST(LogTicks, AreThoseOfALinearAxisOnAShortRange) {
  EXPECT_THAT(values(log_ticks(3, 4, 3)), ElementsAre(3, 3.5, 4));
}

TEST(LogTicks, RefuseZero) {
  EXPECT_THROW(log_ticks(0, 1, 5), UsageError);
}

}  // namespace
}  // namespace tarn::io
