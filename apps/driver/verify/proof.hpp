#pragma once

#include <array>
#include <string>
#include <vector>

#include "tarn/apps/driver/verify/plan.hpp"
#include "tarn/apps/driver/verify/stepped_case.hpp"

// What `tarn verify` does with one deck. Members named so are collective.

namespace tarn::apps {

/// How a check ended.
enum class Verdict { good, bad, skipped };

/// "good", "bad", "skipped".
const char* name_of(Verdict verdict);

/// One thing that was looked at.
struct Finding {
  std::string what;    ///< "order", "order in time", "error", "conservation", "ranks", "restart", "limit", "run"
  std::string of;      ///< a field and a norm, a sum of fields, a number of ranks; may be empty
  Verdict verdict;     ///< how it ended
  std::string detail;  ///< a sentence with the numbers
};

/// What one grid of a ladder gave, or one number of steps.
struct GridErrors {
  std::array<int, 3> cells{1, 1, 1};  ///< along x, y, z
  int steps = 0;                      ///< taken to the end
  double seconds = 0;                 ///< that they took
  std::vector<FieldError> errors;     ///< of each field with an exact solution; from the result of twice as many steps
  std::vector<double> rounding;       ///< of each, what rounding alone may do to it
  double size = 0;                    ///< that orders are in: cells along x, or steps
};

/// The least order that errors must fall with.
struct LeastOrder {
  double value = 0;                ///< over the whole ladder
  std::optional<double> promised;  ///< what it is a part of, if the app's method promises something

  /// Between the last two grids, for rounding and unlike steps move it more.
  double at_end() const { return 0.75 * value; }
};

/// What became of one deck.
struct Proof {
  std::string app, name;          ///< the deck's
  std::string precision;          ///< of the run
  double end = 0;                 ///< where errors are measured [time]
  int dimensions = 1;             ///< of the grid
  Plan plan;                      ///< what was asked
  std::vector<ExactField> exact;  ///< empty: no exact solution is known
  std::vector<GridErrors> grids;  ///< the coarsest first; only one, without errors, where nothing is known
  LeastOrder least;               ///< that is expected on these grids
  /// The deck's own grid with more and more steps; empty: the deck asks for none. Errors are of all fields.
  std::vector<GridErrors> halvings;
  LeastOrder least_in_time;       ///< that is expected of these
  std::vector<Finding> findings;  ///< in the order they were made
  double seconds = 0;             ///< all of it

  bool good() const;  ///< whether nothing is bad
};

/// Who is told what is being done.
using Teller = std::function<void(const std::string& line)>;

// Each of what follows asks an observer between steps whether to stop, and throws AskedToStop then.

/// A deck to be proved.
struct Problem {
  std::string text;                    ///< of the deck
  std::string source;                  ///< stands for its file in messages
  std::vector<std::string> overrides;  ///< beside those of the ladder
};

/// Looks at a problem's deck as it stands, then on each grid that it will run on.
/// @throws io::DeckError, which names the grid if it is not the deck's own
void check_grids(const Problem& problem);

/// The text of a problem's deck on the coarsest grid of its ladder.
/// @throws io::DeckError
std::string grid_deck(const Problem& problem);

/// The same, and to a time that takes few steps: for what is compared bit for
/// bit. Collective.
/// @throws io::DeckError
std::string short_deck(const Runtime& runtime, const Problem& problem);

/// The bits of the state after a run of such a deck, each field's as one number in text; the same for any number of
/// ranks. Collective.
std::vector<std::string> state_hashes(const Runtime& runtime, const std::string& deck_text,
                                      Observer& observer = nobody());

/// Climbs the ladder, and looks at orders, errors and conserved sums. Collective.
/// @throws io::DeckError, UsageError, what a run throws
Proof prove(const Runtime& runtime, const Problem& problem, const Teller& tell, Observer& observer = nobody());

/// Runs the short deck to its end, and again from a checkpoint half way; both must end with the same bits. Collective.
/// @param scratch  an empty folder, or one that it has used before, for decks and run directories
/// @throws what a run throws
Finding check_restart(const Runtime& runtime, const Problem& problem, const std::string& scratch,
                      Observer& observer = nobody());

/// The order in which a norm of a field falls, from the rungs whose errors are above rounding.
/// @returns NaN if there are fewer than two
double order_above_rounding(const std::vector<GridErrors>& rungs, std::size_t field, double ErrorNorms::*norm);
/// The same from the last two of these rungs alone: what stops falling is seen there first.
double last_order_above_rounding(const std::vector<GridErrors>& rungs, std::size_t field, double ErrorNorms::*norm);

}  // namespace tarn::apps
