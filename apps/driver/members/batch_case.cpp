#include "tarn/apps/driver/members/batch_case.hpp"

#include <fmt/format.h>

#include "tarn/apps/driver/members/batching.hpp"
#include "tarn/apps/driver/members/join_series.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::apps {

BatchCase::BatchCase(std::vector<std::unique_ptr<const Case>> members, std::vector<std::string> names,
                     std::vector<io::SeriesDescription::Scalar> scalars)
    : SimulationCase(members.at(0)->deck(), as_simulation(*members.at(0)).model()),
      members_(std::move(members)),
      names_(std::move(names)),
      scalars_(std::move(scalars)) {
  for (const auto& member : members_) {
    const std::string why = why_no_batch(*member);
    if (!why.empty())
      throw UsageError(io::path_text(member->deck().file()) + ": cannot be a member of a batch: " + why);
  }
  model_.create = [this](const SimulationContext& context) { return make(context); };
}

/// The axis behind the grid's last counts the members: member n stands at n.
Domain BatchCase::domain() const {
  Domain domain = domain_of(deck());
  const auto axis = static_cast<std::size_t>(domain.dimensions);
  domain.cells[axis] = static_cast<int>(members_.size());
  domain.lower[axis] = -0.5;
  domain.upper[axis] = static_cast<double>(members_.size()) - 0.5;
  return domain;
}

std::string BatchCase::title() const {
  return fmt::format("batch   {} members, {} to {}; of each:\n", members_.size(), names_.front(), names_.back());
}

void BatchCase::check_ranks(int ranks) const {
  if (ranks > 1) throw UsageError("a batch of members runs on one rank");
}

void BatchCase::finished(const RunContext& run) const {
  std::vector<std::string> decks;
  for (const auto& member : members_)
    decks.push_back(member->deck().text());
  join_series(run.runtime.communicator(), run.directory, {deck(), names_, decks, scalars_});
}

std::unique_ptr<Simulation> BatchCase::make(const SimulationContext& context) const {
  const Patch& patch = context.patch;
  check_ranks(patch.ranks().size());
  BatchContext batch{
      context, {}, names_, Patch(patch.space(), patch.ranks(), domain_of(deck()), model().ghosts, patch.transport())};
  for (const auto& member : members_)
    batch.decks.push_back(&member->deck());
  return batching_of(deck().app()).make(batch);
}

}  // namespace tarn::apps
