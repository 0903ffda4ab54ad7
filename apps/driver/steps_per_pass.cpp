#include "tarn/apps/driver/steps_per_pass.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "tarn/apps/driver/alike_steps.hpp"
#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/precision.hpp"
#include "tarn/io/deck/counted.hpp"

namespace tarn::apps {

namespace {

/// A trial: 4 steps to warm up, then 6 measurements of 2 steps each, repeated where steps are short.
constexpr int first_steps = 4, measurements = 6, steps_of_a_measurement = 2;
/// Steps that must be left for each of the trial.
constexpr double left_for_each = 6;

/// Of passes that make two steps in all: seconds, the mean of so many, on this rank.
double seconds_of_two(const Space& space, int in_a_pass, std::int64_t count, const std::function<void(int)>& pass) {
  space.fence();
  const Kokkos::Timer clock;
  for (std::int64_t n = 0; n < count; ++n) {
    for (int done = 0; done < 2; done += in_a_pass)
      pass(in_a_pass);
  }
  space.fence();
  return clock.seconds() / static_cast<double>(count);
}

}  // namespace

StepsPerPass StepsPerPass::of(const io::Deck& deck, const std::string& table) {
  const std::string asked = deck.text(table + ".steps_per_pass");
  return StepsPerPass(asked == "auto" ? 0 : asked == "2" ? 2 : 1);
}

bool StepsPerPass::trial_pays(double steps_left) {
  return left_for_each * (first_steps + measurements * steps_of_a_measurement) <= steps_left;
}

void StepsPerPass::decide(const Space& space, const Communicator& ranks, double steps_left,
                          const std::function<void(int steps)>& pass) {
  constexpr double seconds_of_a_measurement = 1e-3, slow = 0.1;
  constexpr double worth_it = 1.02;  // less may be the noise of the measurement
  seconds_of_two(space, 1, 1, pass);
  const double once = ranks.max(seconds_of_two(space, 2, 1, pass));  // the first ones are slower
  const double affordable = (steps_left / left_for_each - first_steps) / (measurements * steps_of_a_measurement);
  const auto count =
      static_cast<std::int64_t>(std::clamp(std::min(seconds_of_a_measurement / once, affordable), 1.0, 100.0));
  const int repeats = once > slow ? 1 : measurements / 2;
  std::array<double, 2> best{};
  for (int n = 0; n < repeats; ++n) {
    for (const int steps : {1, 2}) {
      const double seconds = ranks.max(seconds_of_two(space, steps, count, pass));
      double& least = best[static_cast<std::size_t>(steps - 1)];
      least = n == 0 ? seconds : std::min(least, seconds);
    }
  }
  gain_ = best[0] / std::max(best[1], 1e-12);
  steps_ = gain_ > worth_it ? 2 : 1;
}

void StepsPerPass::take_single_steps(const std::string& why) {
  steps_ = 1;
  why_single_ = why;
}

void StepsPerPass::take_single_steps_for_lack_of_memory() {
  take_single_steps("there was no memory for the array that two at once need");
}

void StepsPerPass::count(std::size_t steps) {
  counted_ += static_cast<std::int64_t>(steps);
  if (steps_ == 2) in_pairs_ += static_cast<std::int64_t>(steps / 2 * 2);
}

std::string StepsPerPass::why_one_by_one() const {
  const std::string first = fmt::format("the first {} are made one by one", AlikeSteps::alone_at_first);
  if (counted_ <= AlikeSteps::alone_at_first + 1) return first;
  return first + ", and so is a step that something follows, such as a file";
}

std::string StepsPerPass::how_many_in_pairs() const {
  const std::string made = in_pairs_ == 0 ? fmt::format("none of {} was made in a pair", io::counted(counted_, "step"))
                                          : fmt::format("{} of {} steps were made in pairs", in_pairs_, counted_);
  return 2 * in_pairs_ < counted_ ? fmt::format("{}, because {}", made, why_one_by_one()) : made;
}

std::vector<std::string> StepsPerPass::remarks() const {
  const std::string trial = fmt::format("in a trial two at once were {:.2f} times as fast as one by one", gain_);
  if (steps_ == 2) {
    if (counted_ == 0) return {};
    return {fmt::format("two steps in each pass over memory: {}; {}", gain_ > 0 ? trial : "the deck says so",
                        how_many_in_pairs())};
  }
  std::string why = gain_ > 0 ? trial : why_single_;
  if (undecided() && counted_ > AlikeSteps::alone_at_first + 1) why = why_one_by_one();
  if (why.empty()) return {};
  return {"one step in each pass over memory: " + why};
}

io::Key steps_per_pass_key() {
  return {.name = "steps_per_pass",
          .type = io::KeyType::choice,
          .meaning =
              "steps of forward Euler in one pass over memory, with the same bits; auto: what is faster in a "
              "trial at the start",
          .default_text = "\"auto\"",
          .choices = {"auto", "1", "2"},
          .note = "2 needs steps that do not depend on the time"};
}

bool decides_steps_per_pass(const io::Deck& deck) {
  for (const io::Table& table : find_app(deck.app()).tables) {
    if (table.name != deck.app()) continue;
    const auto is_it = [](const io::Key& key) { return key.name == "steps_per_pass"; };
    return std::any_of(table.keys.begin(), table.keys.end(), is_it) && StepsPerPass::of(deck, table.name).undecided();
  }
  return false;
}

std::int64_t more_bytes_where_cut(const io::Deck& deck, const std::string& table, const std::string& obstacle,
                                  std::size_t fields) {
  if (!obstacle.empty() || deck.text(table + ".steps_per_pass") == "1") return 0;
  return static_cast<std::int64_t>(fields) * bytes_of_real(deck);
}

void check_steps_per_pass(const io::Deck& deck, const std::string& table, const std::string& obstacle,
                          io::Problems& problems) {
  const std::string key = table + ".steps_per_pass";
  if (obstacle.empty() || !deck.valid(key) || deck.text(key) != "2") return;
  problems.add(deck.position(key), key, fmt::format("two steps in one pass cannot be: {}", obstacle));
}

}  // namespace tarn::apps
