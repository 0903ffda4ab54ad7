#include "tarn/apps/driver/steps_per_pass.hpp"

#include <chrono>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/apps/driver/alike_steps.hpp"
#include "tarn/apps/driver/case.hpp"
#include "tarn/apps/driver/needs.hpp"
#include "tarn/apps/driver/simulation_case.hpp"
#include "tarn/tests/apps/support/stepped_case.hpp"

namespace tarn::apps {
namespace {

using std::chrono::milliseconds;

constexpr double unknown = std::numeric_limits<double>::infinity();  // steps to the end

std::string deck_with(const std::string& more) {
  return "[run]\napp = \"heat\"\n[grid]\ncells = [40, 30]\n[time]\nend = 1\n[heat]\ndiffusivity = 1\ninitial = "
         "\"random\"\n" +
         more;
}

/// Decides by passes of one step and of two that take so long.
StepsPerPass decided(milliseconds one, milliseconds two) {
  const auto deck = parse_case(deck_with(""), "test");
  StepsPerPass steps = StepsPerPass::of(as_simulation(*deck).deck(), "heat");
  const Runtime& runtime = tarn::test::runtime();
  steps.decide(runtime.space(), runtime.communicator(), unknown,
               [&](int in_a_pass) { std::this_thread::sleep_for(in_a_pass == 1 ? one : two); });
  return steps;
}

TEST(StepsPerPass, AreWhatTheDeckSays) {
  for (const int steps : {1, 2}) {
    const auto deck = parse_case(deck_with("steps_per_pass = " + std::to_string(steps)), "test");
    const auto asked = StepsPerPass::of(as_simulation(*deck).deck(), "heat");

    EXPECT_FALSE(asked.undecided());
    EXPECT_EQ(asked.steps(), steps);
    EXPECT_FALSE(decides_steps_per_pass(as_simulation(*deck).deck()));
  }
}

TEST(StepsPerPass, AreOneUntilTheyAreDecided) {
  for (const char* more : {"", "steps_per_pass = \"auto\""}) {
    const auto deck = parse_case(deck_with(more), "test");
    const auto asked = StepsPerPass::of(as_simulation(*deck).deck(), "heat");

    EXPECT_TRUE(asked.undecided());
    EXPECT_EQ(asked.steps(), 1);
    EXPECT_TRUE(decides_steps_per_pass(as_simulation(*deck).deck()));
  }
}

TEST(StepsPerPass, AreWhatIsFaster) {
  EXPECT_EQ(decided(milliseconds(4), milliseconds(4)).steps(), 2);
  EXPECT_EQ(decided(milliseconds(2), milliseconds(12)).steps(), 1);
}

/// Of steps that take no time a trial would measure hundreds.
TEST(StepsPerPass, TakeNoMoreThanASixthOfTheStepsLeftForATrial) {
  const Runtime& runtime = tarn::test::runtime();
  for (const double left : {96.0, 200.0, 1000.0}) {
    StepsPerPass steps(0);
    int tried = 0;

    ASSERT_TRUE(StepsPerPass::trial_pays(left));
    steps.decide(runtime.space(), runtime.communicator(), left, [&](int in_a_pass) { tried += in_a_pass; });

    EXPECT_LE(tried, left / 6) << left;
  }
  EXPECT_FALSE(StepsPerPass::trial_pays(95));
}

TEST(StepsPerPass, AreNotTriedWhereFewStepsAreLeft) {
  test::SteppedCase stepped(deck_with(""));
  AlikeSteps* const alike = alike_steps_of(stepped.simulation());
  ASSERT_NE(alike, nullptr);
  const double dt = stepped.simulation().largest_step();

  alike->take_steps({{0, dt}, {dt, dt}}, 20);

  EXPECT_EQ(alike->steps_in_a_pass(), 1);
  EXPECT_THAT(
      stepped.simulation().remarks(),
      testing::ElementsAre("one step in each pass over memory: too few were left for a trial of two at once to pay"));
}

TEST(StepsPerPass, AreNotTriedWithoutTheMemory) {
  test::SteppedCase stepped(deck_with(""));
  AlikeSteps* const alike = alike_steps_of(stepped.simulation());
  ASSERT_NE(alike, nullptr);
  const double dt = stepped.simulation().largest_step();

  alike->do_without_pairs();
  alike->take_steps({{0, dt}, {dt, dt}}, unknown);

  EXPECT_EQ(alike->steps_in_a_pass(), 1);
  EXPECT_THAT(stepped.simulation().remarks(),
              testing::ElementsAre(
                  "one step in each pass over memory: there was no memory for the array that two at once need"));
}

TEST(StepsPerPass, NeedRoomOnEachOfSeveralRanks) {
  MemoryNeed need;
  need.arrays = 200;
  need.more_where_cut = 100;

  EXPECT_EQ(room_for(need, 1, 200, true), Room::all_steps);
  EXPECT_EQ(room_for(need, 1, 199, true), Room::too_little);
  EXPECT_EQ(room_for(need, 2, 150, true), Room::all_steps);
  for (const double there : {149.0, 100.0}) {
    EXPECT_EQ(room_for(need, 2, there, true), Room::single_steps) << there;
    EXPECT_EQ(room_for(need, 2, there, false), Room::too_little) << there;
  }
  EXPECT_EQ(room_for(need, 2, 99, true), Room::too_little);
}

TEST(StepsPerPass, AreToldWithWhatTheyGain) {
  StepsPerPass two = decided(milliseconds(4), milliseconds(2));
  two.count(7);
  EXPECT_THAT(two.remarks(), testing::ElementsAre(testing::MatchesRegex(
                                 "two steps in each pass over memory: in a trial two at once were .* "
                                 "times as fast as one by one; 6 of 7 steps were made in pairs")));
  EXPECT_THAT(decided(milliseconds(2), milliseconds(12)).remarks(),
              testing::ElementsAre(testing::StartsWith("one step in each pass over memory")));
  EXPECT_THAT(StepsPerPass(1).remarks(), testing::IsEmpty());
}

/// Of batches that a run of the deck hands over.
std::vector<std::string> remarks_after(int steps_per_pass, const std::vector<std::size_t>& batches) {
  StepsPerPass steps(steps_per_pass);
  for (const std::size_t batch : batches)
    steps.count(batch);
  return steps.remarks();
}

TEST(StepsPerPass, TellHowManyWereMadeInPairs) {
  const std::string two = "two steps in each pass over memory: the deck says so; ";
  const std::string first = ", because the first 8 are made one by one";
  const std::string others = first + ", and so is a step that something follows, such as a file";

  EXPECT_THAT(remarks_after(2, {}), testing::IsEmpty());
  EXPECT_THAT(remarks_after(2, {1, 1, 32, 7}), testing::ElementsAre(two + "38 of 41 steps were made in pairs"));
  EXPECT_THAT(remarks_after(2, {1, 1, 1, 2}), testing::ElementsAre(two + "2 of 5 steps were made in pairs" + first));
  EXPECT_THAT(remarks_after(2, {1}), testing::ElementsAre(two + "none of 1 step was made in a pair" + first));
  EXPECT_THAT(remarks_after(2, std::vector<std::size_t>(30, 1)),
              testing::ElementsAre(two + "none of 30 steps was made in a pair" + others));
}

TEST(StepsPerPass, TellWhyTheyWereNotTried) {
  const std::vector<std::size_t> alone(30, 1);

  EXPECT_THAT(remarks_after(0, {1, 1, 1}), testing::IsEmpty());
  EXPECT_THAT(
      remarks_after(0, alone),
      testing::ElementsAre("one step in each pass over memory: the first 8 are made one by one, and so is a step "
                           "that something follows, such as a file"));
  EXPECT_THAT(remarks_after(1, alone), testing::IsEmpty());
}

/// What is tried is no step of the run.
TEST(StepsPerPass, AreTriedInNoRegionOfTheRun) {
  const auto deck = parse_case(deck_with(""), "test");
  const SimulationCase& simulation = as_simulation(*deck);
  const Runtime& runtime = tarn::test::runtime();
  const Patch patch = make_patch(runtime, simulation);
  Regions regions(runtime.space());
  const auto made = simulation.model().create({runtime, simulation.deck(), patch, regions});
  AlikeSteps* const alike = alike_steps_of(*made);
  ASSERT_NE(alike, nullptr);
  const double dt = made->largest_step();

  alike->take_steps({{0, dt}, {dt, dt}}, unknown);

  EXPECT_THAT(made->remarks(), testing::SizeIs(1));
  for (const RegionReport& region : regions.report())
    EXPECT_LE(region.calls, 2) << region.name;
}

/// The trial itself changes nothing but what is known of the passes.
TEST(StepsPerPass, AreDecidedWithTheStateAsItIs) {
  test::SteppedCase tried(deck_with("")), untried(deck_with("steps_per_pass = 1"));
  AlikeSteps* const alike = alike_steps_of(tried.simulation());
  ASSERT_NE(alike, nullptr);
  const double dt = tried.simulation().largest_step();
  EXPECT_THAT(tried.simulation().remarks(), testing::IsEmpty());

  alike->take_steps({{0, dt}, {dt, 0.5 * dt}, {1.5 * dt, dt}}, unknown);
  for (const PlannedStep& step : {PlannedStep{0, dt}, PlannedStep{dt, 0.5 * dt}, PlannedStep{1.5 * dt, dt}})
    untried.simulation().step(step.time, step.dt);

  EXPECT_THAT(tried.simulation().remarks(), testing::SizeIs(1));
  EXPECT_EQ(tried.values(), untried.values());
}

}  // namespace
}  // namespace tarn::apps
