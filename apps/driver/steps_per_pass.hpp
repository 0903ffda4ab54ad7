#pragma once

#include <cstddef>
#include <cstdint>
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
  /// @param steps  1 or 2; 0: to be measured
  explicit StepsPerPass(int steps = 1) : steps_(steps) {}
  /// As the deck's key `<table>.steps_per_pass` says; with "auto" to be measured.
  static StepsPerPass of(const io::Deck& deck, const std::string& table);

  /// Whether it is still to be measured which is faster.
  bool undecided() const { return steps_ == 0; }
  /// Steps of a pass; 1 while that is undecided.
  int steps() const { return undecided() ? 1 : steps_; }

  /// Whether a trial may pay where so many steps are left. A trial computes a sixth as many at most, so that it pays
  /// where pairs are 1.2 times as fast.
  static bool trial_pays(double steps_left);

  /// Measures both, and takes what is faster on the slowest rank. Collective.
  /// @param steps_left  where trial_pays(); the same on all ranks
  /// @param pass        enqueues a pass of 1 or 2 steps that leaves the state as it is; collective
  void decide(const Space& space, const Communicator& ranks, double steps_left,
              const std::function<void(int steps)>& pass);

  /// Takes single steps from now on, untried. @param why  for the end report
  void take_single_steps(const std::string& why);
  void take_single_steps_for_lack_of_memory();  ///< the same, with that as the reason

  /// Counts steps that were handed over together: as many as possible were made in pairs, if two make a pass.
  void count(std::size_t steps);

  /// For the end report: what was chosen and why, and how many steps were made in pairs or why none was.
  std::vector<std::string> remarks() const;

 private:
  std::string why_one_by_one() const;
  std::string how_many_in_pairs() const;

  int steps_;                                ///< 0: undecided
  double gain_ = 0;                          ///< time of two single steps by that of two at once, where it was measured
  std::string why_single_;                   ///< where that was not measured
  std::int64_t counted_ = 0, in_pairs_ = 0;  ///< steps that were taken
};

/// The key `steps_per_pass` of an app's table.
io::Key steps_per_pass_key();

/// Whether a deck leaves it to a trial; false where its app has no such key.
bool decides_steps_per_pass(const io::Deck& deck);

/// Device memory for each cell that pairs of steps need beside that of single ones, where several ranks share the
/// domain: an array of the state. 0 where no pairs are made [bytes].
/// @param obstacle  why they cannot be; empty: they can
std::int64_t more_bytes_where_cut(const io::Deck& deck, const std::string& table, const std::string& obstacle,
                                  std::size_t fields);

/// Refuses a deck that asks for two steps in a pass where that cannot be.
/// @param obstacle  why it cannot be; empty: it can
void check_steps_per_pass(const io::Deck& deck, const std::string& table, const std::string& obstacle,
                          io::Problems& problems);

}  // namespace tarn::apps
