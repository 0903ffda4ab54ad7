// Steps and schedules beside integer arithmetic: all times are multiples of 1e-10, which no double is.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/apps/driver/schedule.hpp"
#include "tarn/apps/driver/stepping.hpp"

namespace tarn::apps {
namespace {

using Units = std::int64_t;  // of 1e-10

/// The double next to a decimal number, as a deck gives it.
double number(Units units) {
  return static_cast<double>(units) / 1e10;
}

struct Case {
  Units dt;
  std::vector<Units> every;
  Units end;
};

std::string text_of(const Case& c) {
  std::string text = fmt::format("dt = {}, end = {}, every", number(c.dt), number(c.end));
  for (const Units every : c.every)
    text += fmt::format(" {}", number(every));
  return text;
}

/// A run with a fixed step, and how it should go.
class FixedSteps {
 public:
  /// @param looked_at  steps that are taken at each end of the way to a target; those between are left out
  explicit FixedSteps(const Case& c, std::int64_t looked_at = 40) : case_(c), looked_at_(looked_at) {
    for (const Units every : c.every)
      triggers_.emplace_back(io::Schedule{.steps = {}, .time = number(every), .walltime = {}});
  }

  /// Walks to the end, or to the given number of targets.
  void walk(int most_targets) {
    for (int n = 0; exact_ < case_.end && n < most_targets && !testing::Test::HasFatalFailure(); ++n)
      walk_to(target_after(exact_));
    if (exact_ == case_.end) {
      EXPECT_EQ(now_.time, number(case_.end));
    }
  }

  std::int64_t steps() const { return now_.step; }

 private:
  Units target_after(Units time) const {
    Units target = case_.end;
    for (const Units every : case_.every)
      target = std::min(target, (time / every + 1) * every);
    return target;
  }

  /// A rest of a billionth of a step is no step.
  std::int64_t steps_of(Units way) const {
    const Units whole = way / case_.dt, rest = way % case_.dt;
    const bool counts = static_cast<double>(rest) > 1e-9 * static_cast<double>(case_.dt);
    return std::max<std::int64_t>(1, whole + (counts ? 1 : 0));
  }

  double target() const {
    double next = number(case_.end);
    for (const Trigger& trigger : triggers_)
      next = std::min(next, next_target(trigger.next_time(now_.time), number(case_.end)));
    return next;
  }

  void walk_to(Units goal) {
    const std::int64_t count = steps_of(goal - exact_);
    const double from = now_.time, dt = number(case_.dt);
    for (std::int64_t n = 1; n <= count; ++n) {
      if (n == looked_at_ && count > 2 * looked_at_) {
        now_.step += count - looked_at_ - n;
        n = count - looked_at_;
        now_.counted = {from, n - 1};
        now_.time = from + static_cast<double>(n - 1) * dt;
      }
      ASSERT_NO_FATAL_FAILURE(take_step(n == count, goal));
    }
    exact_ = goal;
  }

  void take_step(bool last, Units goal) {
    const double dt = number(case_.dt), aim = target();
    const NextStep next = next_step(now_.time, now_.counted, aim, dt, true);
    ASSERT_GT(next.end, now_.time);
    ASSERT_EQ(next.end == aim, last) << "at step " << now_.step;
    if (!last || (goal - exact_) % case_.dt == 0) {
      ASSERT_EQ(next.dt, dt) << "at step " << now_.step;
    }
    ASSERT_LE(next.dt, dt * (1 + 1e-9) + 4e-16 * next.end);
    now_ = {now_.step + 1, next.end, 0, next.counted};
    if (last) {
      ASSERT_NEAR(now_.time, number(goal), 4e-16 * now_.time);
    }
    for (std::size_t n = 0; n < triggers_.size(); ++n) {
      const bool due = last && (goal % case_.every[n] == 0);
      ASSERT_EQ(triggers_[n].due(now_), due) << "every " << number(case_.every[n]) << " at time " << now_.time;
      if (due && case_.every.size() == 1 && goal != case_.end) {
        ASSERT_EQ(now_.time, static_cast<double>(goal / case_.every[n]) * number(case_.every[n]));
      }
    }
  }

  Case case_;
  std::int64_t looked_at_;
  std::vector<Trigger> triggers_;
  Moment now_;
  Units exact_ = 0;
};

constexpr Units one = 10000000000;

TEST(ExactTimes, TenThousandStepsAreTenThousand) {
  FixedSteps run({12 * one / 100, {}, 1200 * one}, 20000);

  run.walk(1);

  EXPECT_EQ(run.steps(), 10000);
}

TEST(ExactTimes, EveryMultipleIsHit) {
  FixedSteps run({12 * one / 100, {1200 * one}, 2400 * one}, 20000);

  run.walk(2);

  EXPECT_EQ(run.steps(), 20000);
}

TEST(ExactTimes, OfStepsAndIntervalsOfAnyRatio) {
  for (const Units dt : {Units{10}, Units{30}, Units{1000}, Units{77777}, one / 1000, one / 80, one / 10,
                         12 * one / 100, one / 3, 3 * one / 10}) {
    for (const Units every : {one / 10, one / 7, 3 * one / 10, one / 2, one, 7 * one / 5, 60 * one, 1200 * one}) {
      for (const Units end : {one / 10, one, 7 * one, 100 * one, 1200 * one, 1201 * one, 86400 * one + 1}) {
        const Case c{dt, {every}, end};
        SCOPED_TRACE(text_of(c));
        ASSERT_NO_FATAL_FAILURE(FixedSteps(c).walk(200));
      }
    }
  }
}

TEST(ExactTimes, OfSeveralIntervals) {
  std::mt19937_64 random(7);
  const auto between = [&](double low, double high) {
    const double share = std::uniform_real_distribution<double>(0, 1)(random);
    return static_cast<Units>(low * std::pow(high / low, share));
  };
  for (int n = 0; n < 3000; ++n) {
    const bool round = n % 2 == 0;  // numbers of few digits, many of whose multiples are the same
    const auto pick = [&](double low, double high) {
      const Units any = between(low, high);
      if (!round) return any;
      Units scale = 1;
      while (any / scale >= 20)
        scale *= 10;
      return any / scale * scale;
    };
    const Case c{pick(10, 3e9), {pick(1e8, 1e12), pick(1e8, 1e12), pick(1e9, 1e13)}, pick(1e8, 1e14)};
    SCOPED_TRACE(text_of(c));
    ASSERT_NO_FATAL_FAILURE(FixedSteps(c).walk(30));
  }
}

TEST(ExactTimes, WithStepsThatTheStateLimits) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> share(0, 1);
  for (int n = 0; n < 2000; ++n) {
    const double target = std::pow(10, 8 * share(random) - 3), usual = target / (1 + 300 * share(random));
    double time = 0;
    StepCount counted;
    int steps = 0;
    for (; time < target && steps < 10000; ++steps) {
      const double largest = usual * (0.5 + share(random));
      const NextStep next = next_step(time, counted, target, largest, n % 2 == 0);
      ASSERT_LE(next.dt, largest * (1 + 1e-9) + 4e-16 * target);
      ASSERT_GT(next.dt, 0);
      ASSERT_LE(next.end, target);
      ASSERT_NEAR(next.end, time + next.dt, 1e-9 * largest + 1e-15 * target);
      time = next.end;
      counted = next.counted;
    }
    ASSERT_EQ(time, target);
  }
}

TEST(ExactTimes, ANewStepIsCountedFromWhereItBegins) {
  const double time = 6.03 + 5 * 0.12;

  const NextStep same = next_step(time, {6.03, 5}, 100, 0.12, true);
  const NextStep other = next_step(time, {6.03, 5}, 100, 0.07, true);
  const NextStep unknown = next_step(time, {0, 0}, 100, 0.12, true);

  EXPECT_EQ(same.end, 6.03 + 6 * 0.12);
  EXPECT_EQ(same.counted.steps, 6);
  EXPECT_EQ(other.end, time + 0.07);
  EXPECT_EQ(other.counted.from, time);
  EXPECT_EQ(unknown.end, time + 0.12);
  EXPECT_EQ(unknown.counted.steps, 1);
}

TEST(Trigger, IsNotDueOneStepBeside) {
  const Trigger trigger({.steps = {}, .time = 1.0, .walltime = {}});

  for (const double beside : {1000 - 1e-9, 1000 + 1e-9}) {
    EXPECT_FALSE(trigger.due({1, beside, 0, {}}));
  }

  EXPECT_TRUE(trigger.due({1, 1000, 0, {}}));
  EXPECT_EQ(trigger.next_time(1000 - 1e-9), 1000);
}

}  // namespace
}  // namespace tarn::apps
