// Steps that are taken several at once.
#include "tarn/apps/driver/alike_steps.hpp"

#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/apps/driver/time_loop.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/tests/apps/support/stepped_case.hpp"
#include "tarn/tests/io/store/scratch.hpp"

namespace tarn::apps {
namespace {

constexpr double unknown = std::numeric_limits<double>::infinity();  // steps to the end

using Batches = std::vector<std::vector<PlannedStep>>;

std::string heat_deck(const std::string& time, const std::string& more = "") {
  return "[run]\napp = \"heat\"\n[grid]\ncells = [6, 5]\n[time]\n" + time +
         "\n[heat]\ndiffusivity = 0.25\ninitial = \"1 + 0.1 * random\"\n" + more;
}

/// A simulation that remembers how it was asked for steps.
class Watched : public Simulation, public AlikeSteps {
 public:
  Watched(Simulation& inner, bool alike) : inner_(inner), alike_(alike) {}

  double largest_step() override { return inner_.largest_step(); }
  void step(double time, double dt) override { take_steps({{time, dt}}, 1); }
  std::vector<NamedField> state() const override { return inner_.state(); }
  std::vector<HistoryValue> history() const override { return inner_.history(); }

  bool steps_are_alike() const override { return alike_; }
  bool together_is_faster() const override { return false; }
  void take_steps(const std::vector<PlannedStep>& steps, double left) override {
    batches.push_back(steps);
    lefts.push_back(left);
    for (const PlannedStep& next : steps) {
      inner_.step(next.time, next.dt);
      std::this_thread::sleep_for(pause);
      ++taken;
    }
  }

  Batches batches;
  std::vector<double> lefts;  ///< steps to the end, as each batch was told
  int taken = 0;
  std::chrono::milliseconds pause{0};

 private:
  Simulation& inner_;
  bool alike_;
};

/// Asks for a stop once so many steps were taken.
class Impatient : public Observer {
 public:
  Impatient(const Watched& watched, int steps) : watched_(watched), steps_(steps) {}
  int stop_request() noexcept override { return watched_.taken >= steps_ ? 1 : 0; }

 private:
  const Watched& watched_;
  int steps_;
};

/// A run of a deck, with its files in a directory of its own.
struct WatchedRun {
  WatchedRun(const std::string& deck, bool alike) : inner(deck), watched(inner.simulation(), alike) {}

  void run(Observer& observer) {
    const Runtime& runtime = tarn::test::runtime();
    const auto& ranks = runtime.communicator();
    const auto directory = io::RunDirectory::create_at(ranks, scratch.path() / "run");
    if (ranks.is_root()) directory.write_file("run.json", "{}");
    Regions regions(runtime.space());
    const SimulationContext context{runtime, inner.deck(), inner.patch(), regions, observer};
    RunControl control(ranks, directory, observer, 0);
    Writer writer(context, directory, watched, control, std::nullopt);
    outcome = TimeLoop(context, watched, writer, control).run({}, true, summary);
    history = io::read_file(directory.path() / "history.csv");
  }

  std::vector<PlannedStep> steps() const {
    std::vector<PlannedStep> all;
    for (const auto& batch : watched.batches)
      all.insert(all.end(), batch.begin(), batch.end());
    return all;
  }

  io::test::Scratch scratch;
  apps::test::SteppedCase inner;
  Watched watched;
  RunSummary summary;
  Outcome outcome{};
  std::string history;
};

void expect_the_same_run(const std::string& deck) {
  WatchedRun together(deck, true), alone(deck, false);

  together.run(nobody());
  alone.run(nobody());

  EXPECT_LT(together.watched.batches.size(), alone.watched.batches.size());
  EXPECT_EQ(together.summary.steps, alone.summary.steps);
  EXPECT_EQ(together.summary.time, alone.summary.time);
  EXPECT_EQ(together.history, alone.history);
  EXPECT_EQ(together.inner.values(), alone.inner.values());
  const auto a = together.steps(), b = alone.steps();
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t n = 0; n < a.size(); ++n) {
    EXPECT_EQ(a[n].time, b[n].time) << n;
    EXPECT_EQ(a[n].dt, b[n].dt) << n;
  }
}

TEST(AlikeStepsOfATimeLoop, AreThoseOfARunStepByStep) {
  const std::string every_steps = "[history]\nevery = { steps = 13 }\n",
                    every_time = "[history]\nevery = { time = 0.11 }\n";
  expect_the_same_run(heat_deck("end = 1\ndt = 0.007", every_steps));
  expect_the_same_run(heat_deck("end = 1\ndt = 0.007", every_time));
  expect_the_same_run(heat_deck("end = 1\ncfl = 0.4", every_steps));
  expect_the_same_run(heat_deck("end = 1\ncfl = 0.4", every_time));
  expect_the_same_run(heat_deck("end = 1\ndt = 0.007\nmax_steps = 77", every_time));
}

TEST(AlikeStepsOfATimeLoop, EndWhereSomethingIsToBeDone) {
  WatchedRun run(heat_deck("end = 1\ndt = 0.001\nmax_steps = 117", "[history]\nevery = { steps = 20 }\n"), true);

  run.run(nobody());

  std::vector<bool> ends(118, false);
  std::size_t step = 0;
  for (const auto& batch : run.watched.batches) {
    EXPECT_LE(batch.size(), AlikeSteps::most);
    step += batch.size();
    ASSERT_LE(step, 117u);
    ends[step] = true;
  }
  for (const std::size_t due : {1, 8, 20, 40, 50, 60, 80, 100, 117})  // the first steps, history, a check, the end
    EXPECT_TRUE(ends[due]) << due;
  EXPECT_EQ(run.summary.steps, 117);
}

TEST(AlikeStepsOfATimeLoop, AreToldHowManyAreLeft) {
  for (const char* time : {"end = 1\ndt = 0.0078125\nmax_steps = 60", "end = 0.46875\ndt = 0.0078125"}) {
    WatchedRun run(heat_deck(time), true);

    run.run(nobody());

    double left = 60;
    ASSERT_EQ(run.watched.lefts.size(), run.watched.batches.size());
    for (std::size_t n = 0; n < run.watched.batches.size(); ++n) {
      EXPECT_EQ(run.watched.lefts[n], left) << n;
      left -= static_cast<double>(run.watched.batches[n].size());
    }
    EXPECT_EQ(left, 0);
  }
}

TEST(AlikeStepsOfATimeLoop, DoNotRunOverARequestToStop) {
  WatchedRun run(heat_deck("end = 1\ndt = 0.001"), true);
  run.watched.pause = std::chrono::milliseconds(25);  // four steps between two looks at what is asked for
  Impatient observer(run.watched, 10);

  run.run(observer);

  EXPECT_EQ(run.outcome.status, RunStatus::stopped);
  EXPECT_GE(run.watched.taken, 10);
  EXPECT_LE(run.watched.taken, 18);
}

TEST(AlikeStepsOf, AreNoStepsThatDependOnTheTime) {
  const auto alike = [](const std::string& deck) {
    apps::test::SteppedCase stepped(deck);
    return alike_steps_of(stepped.simulation()) != nullptr;
  };
  const auto gray_scott = [](const std::string& more) {
    return "[run]\napp = \"gray_scott\"\n[grid]\ncells = [6, 5]\n[time]\nend = 1\n[gray_scott]\nfeed = 0.03\nkill = "
           "0.06\n"
           "initial = { u = 1, v = 0 }\n" +
           more;
  };
  const std::string dirichlet =
      "boundary_value = { y_lower = \"t\", y_upper = 0 }\n[grid.boundary]\ny = \"dirichlet\"\n";

  EXPECT_TRUE(alike(heat_deck("end = 1")));
  EXPECT_TRUE(alike(heat_deck("end = 1", "source = \"x\"\n")));
  EXPECT_FALSE(alike(heat_deck("end = 1", "source = \"t\"\n")));
  EXPECT_FALSE(alike(heat_deck("end = 1", dirichlet)));
  EXPECT_FALSE(alike(heat_deck("end = 1\ndt = 0.1", "integrator = \"implicit\"\n")));
  EXPECT_TRUE(alike(gray_scott("")));
  EXPECT_FALSE(alike(gray_scott("noise = 0.1\n")));
}

/// The rate with noise is another one in each step. Nobody asks for pairs of it, and whoever does is told.
TEST(AlikeSteps, AreRefusedInPairsOfARateThatChangesFromStepToStep) {
  apps::test::SteppedCase stepped(
      "[run]\napp = \"gray_scott\"\n[grid]\ncells = [6, 5]\n[time]\nend = 1\n[gray_scott]\nfeed = 0.03\nkill = 0.06\n"
      "noise = 0.1\ninitial = { u = 1, v = 0 }\n");
  auto& steps = dynamic_cast<AlikeSteps&>(stepped.simulation());
  const double dt = stepped.simulation().largest_step();

  EXPECT_THAT(
      [&] {
        steps.take_steps({{0, dt}, {dt, dt}}, unknown);
      },
      testing::ThrowsMessage<Error>(testing::HasSubstr("two steps in one pass over memory are not for this rate")));
}

/// A deck's forms with each choice of steps in a pass.
std::vector<std::string> with_steps_per_pass(const std::string& deck, const std::string& app) {
  std::vector<std::string> decks;
  for (const char* choice : {"\"auto\"", "1", "2"}) {
    std::string form = deck;
    const std::string header = "[" + app + "]\n";
    form.insert(form.find(header) + header.size(), std::string("steps_per_pass = ") + choice + "\n");
    decks.push_back(form);
  }
  return decks;
}

/// Steps of several lengths, in batches of several sizes; with CUDA they are recorded and replayed.
void expect_the_same_state(const std::string& deck) {
  SCOPED_TRACE(deck);
  apps::test::SteppedCase together(deck), alone(deck);
  AlikeSteps* const alike = alike_steps_of(together.simulation());
  ASSERT_NE(alike, nullptr);
  const double largest = alone.simulation().largest_step();
  double time = 0;

  for (const std::size_t count : {1, 1, 32, 3, 32, 9, 8, 31, 32, 2, 1, 32, 17}) {
    std::vector<PlannedStep> steps;
    for (std::size_t n = 0; n < count; ++n) {
      steps.push_back({time, largest / static_cast<double>(1 + (n + count) % 3)});
      time += steps.back().dt;
      alone.simulation().step(steps.back().time, steps.back().dt);
    }
    alike->take_steps(steps, unknown);
  }

  for (const FieldDescription& field : alone.model().state)
    EXPECT_EQ(together.values(field.name), alone.values(field.name)) << field.name;
}

TEST(AlikeSteps, MakeTheSameStateTogetherInHeat) {
  for (const char* precision : {"single", "double"}) {
    for (const char* cells : {"33", "17, 12", "9, 8, 7"}) {
      for (const char* integrator : {"euler", "rkl2"}) {
        const std::string head = fmt::format(
            "[run]\napp = \"heat\"\nprecision = \"{}\"\n[grid]\ncells = [{}]\n[time]\nend = 9\n"
            "[heat]\ndiffusivity = \"1 + 0.5 * x\"\ninitial = \"random\"\nintegrator = \"{}\"\n",
            precision, cells, integrator);
        const std::string faces = head +
                                  "source = \"x\"\nboundary_value = { x_lower = 1, x_upper = 2 }\n"
                                  "[grid.boundary]\nx = [\"dirichlet\", \"neumann\"]\n";
        for (const std::string& deck : {head, faces}) {
          if (integrator != std::string("euler")) {
            expect_the_same_state(deck);
            continue;
          }
          for (const std::string& form : with_steps_per_pass(deck, "heat"))
            expect_the_same_state(form);
        }
      }
    }
  }
}

TEST(AlikeSteps, MakeTheSameStateTogetherInGrayScott) {
  for (const char* precision : {"single", "double"}) {
    for (const char* cells : {"33", "17, 12", "9, 8, 7"}) {
      for (const char* integrator : {"euler", "rk2", "rk4"}) {
        const std::string head = fmt::format(
            "[run]\napp = \"gray_scott\"\nprecision = \"{}\"\n[grid]\ncells = [{}]\n[time]\nend = 9\n"
            "[gray_scott]\nfeed = 0.03\nkill = 0.06\nintegrator = \"{}\"\ninitial = {{ u = \"random\", v = \"0.3 * "
            "random\" }}\n",
            precision, cells, integrator);
        for (const std::string& deck : {head, head + "[grid.boundary]\nx = [\"neumann\", \"held\"]\n"}) {
          if (integrator != std::string("euler")) {
            expect_the_same_state(deck);
            continue;
          }
          for (const std::string& form : with_steps_per_pass(deck, "gray_scott"))
            expect_the_same_state(form);
        }
      }
    }
  }
}

}  // namespace
}  // namespace tarn::apps
