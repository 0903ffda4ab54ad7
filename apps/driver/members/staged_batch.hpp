#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "tarn/apps/driver/members/batching.hpp"
#include "tarn/apps/driver/members/find_flaws.hpp"
#include "tarn/apps/driver/members/member_rate.hpp"
#include "tarn/apps/driver/members/member_state.hpp"
#include "tarn/apps/driver/members/member_tallies.hpp"
#include "tarn/apps/driver/members/rate_table.hpp"
#include "tarn/core/error.hpp"
#include "tarn/ops/integrate/cell_equations.hpp"
#include "tarn/ops/integrate/integrator.hpp"
#include "tarn/ops/reduce/member_statistics.hpp"

namespace tarn::apps {

/// A batch of staged simulations: one integrator and one kernel a stage for all of them.
///
/// Each member is made as its own run makes it, gives its state away, and then says what its rates are and what its
/// history holds. So a member's bits are those of its own run.
/// @tparam App  derived from StagedSimulation
/// @tparam Dim  axes of a member's grid, 1 or 2
template <class App, class Real, int Dim>
class StagedBatch : public BatchSimulation {
 public:
  /// Whether steps of a scheme are compiled: as for the members' own runs.
  static constexpr bool uses(ops::Scheme scheme) { return ops::meant_for<App>(scheme); }

  /// Makes all members.
  explicit StagedBatch(const BatchContext& batch)
      : context_(batch.context), member_patch_(batch.member_patch), decks_(batch.decks), names_(batch.names) {
    for (std::size_t n = 0; n < decks_.size(); ++n)
      add(n);
    integrator_.emplace(members_.front()->scheme(), members_.front()->stages(), context_.grid, initial_);
    initial_ = {};
  }

  double largest_step() override {
    const double step = members_.front()->largest_step();
    for (const auto& member : members_)
      require(member->largest_step() == step, "the members of a batch have steps of different lengths");
    return step;
  }
  void step(double time, double dt) override {
    for (const auto& member : members_)
      member->begin_step(time);
    integrator_->step(*this, time, dt);
  }
  std::vector<NamedField> state() const override {
    auto named = members_.front()->state();
    for (std::size_t n = 0; n < named.size(); ++n)
      named[n].values = one_of(integrator_->state(), static_cast<int>(n));
    return named;
  }
  void restarted(double /*time*/) override { equations_->forget(); }

  /// Columns: those of each member, with its name and a '/' before them.
  std::vector<HistoryValue> history() const override {
    std::vector<HistoryValue> columns;
    const auto statistics = statistics_now();
    for (std::size_t n = 0; n < members_.size(); ++n) {
      std::vector<ops::Statistics> own;
      for (const auto& of_field : statistics)
        own.push_back(of_field[n]);
      show(n, std::move(own));
      for (const auto& column : members_[n]->history())
        columns.push_back({names_[n] + "/" + column.name, column.value});
    }
    return columns;
  }

  std::vector<HistoryValue> tallies() const override { return tallies_of(failures_, names_); }
  void set_tallies(const std::vector<HistoryValue>& tallies) override { failures_ = failures_in(tallies, names_); }

  const std::vector<std::string>& names() const override { return names_; }
  const std::vector<MemberFailure>& failures() const override { return failures_; }
  std::vector<MemberFailure> find_failures(std::int64_t step, const std::string& when) override {
    std::vector<MemberFailure> found;
    for (const std::size_t n : members_with_flaws<Real>(space(), context_.grid, integrator_->state())) {
      const auto same = [n](const MemberFailure& failure) { return failure.member == n; };
      if (std::any_of(failures_.begin(), failures_.end(), same)) continue;
      show(n);
      found.push_back({n, step, flaw_in<Real>(member_patch_, members_[n]->state()) + when});
    }
    failures_.insert(failures_.end(), found.begin(), found.end());
    return found;
  }

  /// One stage, for the integrator.
  template <class Combine>
  void set(const char* stage, const Fields<Real>& now, double time, const Fields<Real>& out, const Combine& combine) {
    const std::string label = "tarn::" + context_.deck.app() + "::batch_" + stage;
    const int extra = members_.front()->extra_arrays();
    members_.front()->with_rate([&](const auto& first) {
      using Rate = std::decay_t<decltype(first)>;
      const MemberRate<Rate, Dim> rate{rates_.template set<Rate>(space(), members_)};
      equations_->set(label, rate, now, time, out, combine, extra);
    });
  }

 private:
  const Space& space() const { return context_.patch.space(); }

  /// Makes a member and takes its state and what its faces give.
  void add(std::size_t n) {
    const SimulationContext own{context_.runtime, *decks_[n], member_patch_, context_.regions, context_.observer};
    App& member = *members_.emplace_back(std::make_unique<App>(own));
    const Fields<Real> state = member.give_state();
    if (n == 0) {
      const auto fields = static_cast<int>(state.extent(0));
      initial_ = context_.grid.template make_fields<Real>("tarn::" + context_.deck.app() + "::batch", fields);
      shown_ = member_patch_.grid().template make_fields<Real>("tarn::apps::shown_member", fields);
      equations_.emplace(context_.patch, member.conditions(), fields, context_.regions);
    }
    copy_member<Real>(space(), {state, 0, 1}, {initial_, n, decks_.size()});
    for (int axis = 0; axis < Dim; ++axis) {
      for (int side = 0; side < 2; ++side)
        take_face(n, axis, side, member);
    }
    space().fence();  // what the member gave away dies
  }

  void take_face(std::size_t n, int axis, int side, App& member) {
    for (int field = 0; field < static_cast<int>(initial_.extent(0)); ++field) {
      for (int part = 0; part < 3; ++part) {
        const auto own = member.ghosts().given(axis, side, field, part);
        const auto of_all = equations_->ghosts().given(axis, side, field, part);
        if (own.size() > 0) copy_numbers<Real>(space(), own.data(), of_all.data() + n * own.size(), own.size());
      }
    }
  }

  /// Of each field that of every member.
  std::vector<std::vector<ops::Statistics>> statistics_now() const {
    std::vector<std::vector<ops::Statistics>> all;
    const Fields<Real>& fields = integrator_->state();
    for (int field = 0; field < static_cast<int>(fields.extent(0)); ++field)
      all.push_back(ops::statistics_of_members<Real>(space(), context_.grid, one_of(fields, field)));
    return all;
  }

  /// Lets a member look at its part of the state.
  void show(std::size_t n, std::vector<ops::Statistics> statistics = {}) const {
    copy_member<Real>(space(), {integrator_->state(), n, members_.size()}, {shown_, 0, 1});
    members_[n]->show(shown_, std::move(statistics));
  }

  SimulationContext context_;
  Patch member_patch_;
  std::vector<const io::Deck*> decks_;
  std::vector<std::string> names_;
  std::vector<std::unique_ptr<App>> members_;
  std::vector<MemberFailure> failures_;
  RateTable rates_;
  std::optional<ops::CellEquations<Real>> equations_;
  std::optional<ops::Integrator<Real>> integrator_;
  Fields<Real> initial_, shown_;
};

}  // namespace tarn::apps
