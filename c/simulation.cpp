#include "tarn/c/simulation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/packing.hpp"
#include "tarn/apps/driver/provenance.hpp"
#include "tarn/apps/driver/restart.hpp"
#include "tarn/apps/driver/snapshot_info.hpp"
#include "tarn/apps/driver/stepping.hpp"
#include "tarn/apps/driver/tallies.hpp"
#include "tarn/io/snapshot/checkpoint.hpp"

namespace {

using namespace tarn;

/// Every rank reads the deck; they agree on what is wrong with it.
std::unique_ptr<const apps::Case> read_together(const Communicator& ranks, const std::string& deck,
                                                const std::vector<std::string>& overrides) {
  std::unique_ptr<const apps::Case> made;
  ranks.agree([&] {
    made = apps::read_case(deck, overrides);
    apps::as_simulation(*made);
  });
  return made;
}

/// The fields of a state in a buffer, for a file.
apps::PackedFields packed(const apps::SimulationContext& context, apps::Simulation& simulation,
                          const std::vector<std::string>& names) {
  apps::PackedFields fields;
  const int bytes = context.deck.text("run.precision") == "single" ? 4 : 8;
  fields.pack(context.patch.space(), context.grid, [&](const std::string& name) { return simulation.output(name); },
              {names, apps::select_all(context.grid.domain()), bytes});
  fields.wait();
  return fields;
}

}  // namespace

tarn_simulation::tarn_simulation(const Runtime& runtime, const std::string& deck,
                                 const std::vector<std::string>& overrides)
    : made_(read_together(runtime.communicator(), deck, overrides)),
      patch_(apps::make_patch(runtime, apps::as_simulation(*made_))),
      regions_(runtime.space()),
      context_{runtime, made_->deck(), patch_, regions_},
      simulation_(apps::as_simulation(*made_).model().create(context_)) {
  regions_.sample(false);
}

void tarn_simulation::step(double dt) {
  const double largest = simulation_->largest_step();
  apps::NextStep next{dt, now_.time + dt, {now_.time + dt, 0}};
  ranks().agree([&] {
    if (dt != 0 && !(dt > 0 && dt <= largest + apps::time_tolerance(largest, largest)))
      throw UsageError(fmt::format("a step of {:g} cannot be taken: above 0, and at most {:g}", dt, largest));
  });
  if (dt == 0) {
    next = now_.time < end() ? apps::next_step(now_.time, now_.counted, end(), largest, made_->deck().given("time.dt"))
                             : apps::NextStep{largest, now_.time + largest, {now_.time + largest, 0}};
  }
  simulation_->step(now_.time, next.dt);
  dt_ = next.dt;
  now_.time = next.end;
  now_.counted = next.counted;
  ++now_.step;
}

apps::NamedField tarn_simulation::state_field(const std::string& name) const {
  for (auto& field : simulation_->state()) {
    if (field.name == name) return field;
  }
  throw UsageError(
      fmt::format("the state has no field '{}'; its fields are: {}", name, fmt::join(state_names(), ", ")));
}

std::vector<std::string> tarn_simulation::state_names() const {
  std::vector<std::string> names;
  for (const auto& field : simulation_->state())
    names.push_back(field.name);
  return names;
}

void tarn_simulation::open_directory(const std::string& path) {
  directory_ = io::RunDirectory::open_set(ranks(), path);
}

const io::RunDirectory& tarn_simulation::directory() const {
  if (!directory_) throw UsageError("the simulation has no directory: call tarn_simulation_directory() first");
  return *directory_;
}

void tarn_simulation::write_snapshot(const std::string& series) {
  const auto& run = directory();
  const auto fields = packed(context_, *simulation_, state_names());
  io::write_snapshot(ranks(), run, fmt::format("{}-{:010}.h5", series, now_.step),
                     apps::snapshot_info(context_, now_, dt_, apps::provenance_of(context_.runtime)), fields.block(),
                     fields.data(), io::SnapshotOptions{});
}

void tarn_simulation::write_checkpoint() {
  const auto& run = directory();
  const auto fields = packed(context_, *simulation_, state_names());
  auto info = apps::snapshot_info(context_, now_, dt_, apps::provenance_of(context_.runtime));
  info.tallies = apps::tallies_text(simulation_->tallies());
  io::write_checkpoint(ranks(), run, info, fields.block(), fields.data(),
                       static_cast<int>(made_->deck().integer("checkpoint.keep")));
}

void tarn_simulation::restart(const std::optional<std::string>& file) {
  std::vector<std::string> skipped;
  const std::string from = file ? *file : apps::newest_checkpoint(ranks(), directory(), skipped);
  apps::check_checkpoint(ranks(), apps::as_simulation(*made_), grid(), from);
  now_ = apps::load_checkpoint(context_, from, *simulation_).moment;
}
