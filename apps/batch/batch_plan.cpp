#include "tarn/apps/batch/batch_plan.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "tarn/apps/driver/members/batching.hpp"
#include "tarn/apps/driver/needs.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/simulation_case.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/io/deck/counted.hpp"

namespace tarn::batch {

namespace {

/// What members of one batch have in common, as a text.
std::string likeness_of(const io::Ensemble& ensemble, std::size_t member, const apps::Case& made) {
  std::string text = apps::kind_of(made) + "\n";
  for (const auto& [key, value] : ensemble.members[member]) {
    if (!apps::may_vary(made.deck().app(), key)) text += key + "=" + value + "\n";
  }
  return text;
}

void add_alone(BatchPlan& plan, std::size_t member, const std::string& why) {
  for (auto& alone : plan.alone) {
    if (alone.why == why) return alone.members.push_back(member);
  }
  plan.alone.push_back({{member}, why});
}

/// Numbers of all fields of a member, ghosts and the ends of rows included.
double padded_numbers(const apps::SimulationCase& member) {
  constexpr double longest_row_end = 64;
  const Domain domain = apps::domain_of(member.deck());
  double count = static_cast<double>(member.model().state.size());
  for (int axis = 0; axis < domain.dimensions; ++axis) {
    const int cells = domain.cells[static_cast<std::size_t>(axis)] + 2 * member.model().ghosts;
    count *= cells + (axis == 0 ? longest_row_end : 0);
  }
  return count;
}

}  // namespace

BatchPlan plan_batches(const io::Ensemble& ensemble, const MemberCases& members) {
  BatchPlan plan;
  std::map<std::string, std::size_t> known;  // what members have in common, and the place of their batch
  for (std::size_t n = 0; n < members.size(); ++n) {
    const std::string why = apps::why_no_batch(*members[n]);
    if (!why.empty()) {
      add_alone(plan, n, why);
      continue;
    }
    const auto [place, is_new] = known.emplace(likeness_of(ensemble, n, *members[n]), plan.batches.size());
    if (is_new) plan.batches.emplace_back();
    plan.batches[place->second].push_back(n);
  }
  for (const auto& batch : plan.batches) {
    if (batch.size() == 1) add_alone(plan, batch.front(), "no other has all that a batch has in common");
  }
  std::erase_if(plan.batches, [](const auto& batch) { return batch.size() == 1; });
  std::sort(plan.alone.begin(), plan.alone.end(),
            [](const auto& a, const auto& b) { return a.members.front() < b.members.front(); });
  return plan;
}

double memory_of(const std::vector<std::size_t>& batch, const MemberCases& members) {
  const auto& first = apps::as_simulation(*members[batch.front()]);
  const auto need = apps::memory_need_of(first.deck(), first.model());
  const double padded = padded_numbers(first) / static_cast<double>(apps::domain_of(first.deck()).size()) /
                        static_cast<double>(first.model().state.size());
  return static_cast<double>(batch.size()) * (need.arrays * padded + need.buffers);
}

void cut_batches(BatchPlan& plan, const MemberCases& members, double bytes) {
  constexpr double most_numbers = 2147483647;  // of a kernel's index
  std::vector<std::vector<std::size_t>> cut;
  for (const auto& batch : plan.batches) {
    const double each = memory_of(batch, members) / static_cast<double>(batch.size());
    const double by_memory = std::floor(bytes / each);
    const double by_numbers = std::floor(most_numbers / padded_numbers(apps::as_simulation(*members[batch.front()])));
    const auto most = static_cast<std::size_t>(std::clamp(std::min(by_memory, by_numbers), 1.0, 1e9));
    const std::size_t parts = (batch.size() + most - 1) / most;
    for (std::size_t part = 0; part < parts; ++part) {
      const auto begin = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() * part / parts);
      const auto end = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() * (part + 1) / parts);
      if (end - begin == 1) {
        add_alone(plan, *begin, "no two fit into the memory together");
      } else {
        cut.emplace_back(begin, end);
      }
    }
  }
  plan.batches = std::move(cut);
}

std::string members_text(const std::vector<std::size_t>& numbers) {
  constexpr std::size_t most_letters = 60;
  std::string text;
  for (std::size_t begin = 0; begin < numbers.size();) {
    std::size_t end = begin;
    while (end + 1 < numbers.size() && numbers[end + 1] == numbers[end] + 1)
      ++end;
    text += (text.empty() ? "" : ", ") + fmt::format("{}", numbers[begin]);
    if (end > begin) text += fmt::format("-{}", numbers[end]);
    begin = end + 1;
  }
  return text.size() > most_letters ? fmt::format("{} and {} more", numbers[0], numbers.size() - 1) : text;
}

std::string text_of(const BatchPlan& plan, const MemberCases& members) {
  std::string text;
  for (const auto& batch : plan.batches) {
    text += fmt::format("batch   members {} run as one, {} together, about {} of memory\n", members_text(batch),
                        batch.size(), apps::size_text(memory_of(batch, members)));
  }
  for (const auto& alone : plan.alone) {
    text += fmt::format("alone   member{} {}: {}\n", alone.members.size() == 1 ? "" : "s", members_text(alone.members),
                        alone.why);
  }
  return text;
}

}  // namespace tarn::batch
