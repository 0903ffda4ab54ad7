// Members of an ensemble as one batch.
#include "tarn/apps/driver/members/make_batch.hpp"
#include "tarn/apps/gray_scott/gray_scott.hpp"

namespace tarn::apps::gray_scott {

namespace {

/// What a batch does not do for its members.
std::string obstacle_to_batch(const io::Deck& deck) {
  return deck.text("gray_scott.steps_per_pass") == "2" ? "gray_scott.steps_per_pass is 2" : "";
}

const bool batching_registered = register_batching({
    .app = "gray_scott",
    .keys = {"gray_scott.du", "gray_scott.dv", "gray_scott.feed", "gray_scott.kill", "gray_scott.noise",
             "gray_scott.initial.u", "gray_scott.initial.v"},
    .kind = [](const io::Deck& deck) { return deck.number("gray_scott.noise") > 0 ? "noise" : ""; },
    .obstacle = obstacle_to_batch,
    .make = make_batch<GrayScott>,
});

}  // namespace

}  // namespace tarn::apps::gray_scott
