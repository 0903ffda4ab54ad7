#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tarn/core/parallel/communicator.hpp"
#include "tarn/core/space.hpp"
#include "tarn/io/deck/deck.hpp"
#include "tarn/io/deck/problems.hpp"
#include "tarn/io/deck/schema.hpp"

namespace tarn::apps {

/// How many steps one pass over memory makes, of a simulation that can make one or two with the same bits.
class StepsPerPass {
 public:
  /// Always so many. @param steps  1 or 2
  explicit StepsPerPass(int steps = 1) : steps_(steps) {}
  /// As the deck's key `<table>.steps_per_pass` says; with "auto" to be measured.
  static StepsPerPass of(const io::Deck& deck, const std::string& table);

  /// Whether it is still to be measured which is faster.
  bool undecided() const { return steps_ == 0; }
  /// Steps of a pass; 1 while that is undecided.
  int steps() const { return undecided() ? 1 : steps_; }

  /// Whether a trial may pay where so many steps are left. A trial takes as long as a sixth of them at most, so that it
  /// pays where pairs are 1.2 times as fast.
  static bool trial_pays(double steps_left);

  /// Measures both, and takes what is faster on the slowest rank. Collective.
  /// @param steps_left  where trial_pays(); the same on all ranks
  /// @param pass        enqueues a pass of 1 or 2 steps that leaves the state as it is; collective
  void decide(const Space& space, const Communicator& ranks, double steps_left,
              const std::function<void(int steps)>& pass);

  /// For the end report: what was chosen, and why.
  std::vector<std::string> remarks() const;

 private:
  int steps_;        ///< 0: undecided
  double gain_ = 0;  ///< time of two single steps divided by that of two at once, where it was measured
};

/// The key `steps_per_pass` of an app's table.
io::Key steps_per_pass_key();

/// Whether a deck leaves it to a trial; false where its app has no such key.
bool decides_steps_per_pass(const io::Deck& deck);

/// Refuses a deck that asks for two steps in a pass where that cannot be.
/// @param obstacle  why it cannot be; empty: it can
void check_steps_per_pass(const io::Deck& deck, const std::string& table, const std::string& obstacle,
                          io::Problems& problems);

}  // namespace tarn::apps
