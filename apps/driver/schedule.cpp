#include "tarn/apps/driver/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn::apps {

bool Trigger::due(const Moment& now) const {
  if (schedule_.steps) return now.step % *schedule_.steps == 0;
  if (schedule_.walltime) return now.walltime - last_walltime_ >= *schedule_.walltime;
  const double multiple = std::nearbyint(now.time / *schedule_.time) * *schedule_.time;
  return std::abs(now.time - multiple) <= time_tolerance(now.time);
}

std::optional<double> Trigger::next_time(double time) const {
  if (!schedule_.time) return {};
  const double count = std::floor(time / *schedule_.time) + 1, next = count * *schedule_.time;
  return next - time > time_tolerance(next) ? next : (count + 1) * *schedule_.time;
}

double next_target(std::optional<double> due, double end) {
  return due && *due < end - time_tolerance(end) ? *due : end;
}

std::vector<Interval> intervals_of(const io::Deck& deck) {
  std::vector<Interval> intervals;
  const auto consider = [&](const io::Schedule& schedule, const std::string& key, const io::Position& position) {
    if (schedule.time) intervals.push_back({*schedule.time, key, position});
  };
  for (const char* list : {"output", "image"}) {
    for (const auto& table : deck.tables(list))
      consider(table.schedule("every"), table.path() + ".every", table.position("every"));
  }
  for (const char* key : {"history.every", "checkpoint.every"})
    consider(deck.schedule(key), key, deck.position(key));
  return intervals;
}

double step_of(const io::Deck& deck, double limit) {
  if (deck.given("time.dt")) return deck.number("time.dt");
  return std::min(deck.number("time.cfl") * limit, deck.number("time.end"));
}

bool has_collapsed(const io::Deck& deck, double step) {
  constexpr double most_steps_to_the_end = 1e12;
  if (deck.given("time.max_steps") || deck.given("time.max_walltime")) return false;
  return !(step > deck.number("time.end") / most_steps_to_the_end);
}

std::string flaw_of_step(const io::Deck& deck, double limit, const std::string& scheme) {
  if (!deck.given("time.dt") || deck.number("time.dt") <= limit) return {};
  return fmt::format("{} is beyond the stability limit {:.6g} of {} on this grid", deck.number("time.dt"), limit,
                     scheme);
}

double step_within(const io::Deck& deck, double limit, const std::string& scheme) {
  const std::string flaw = flaw_of_step(deck, limit, scheme);
  if (!flaw.empty()) throw UsageError("time.dt: " + flaw);
  return step_of(deck, limit);
}

double steps_taken(const io::Deck& deck, double needed, std::int64_t from) {
  if (!deck.has("time.max_steps")) return needed;
  return std::min(needed, static_cast<double>(std::max<std::int64_t>(0, deck.integer("time.max_steps") - from)));
}

}  // namespace tarn::apps
