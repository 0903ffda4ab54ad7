#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tarn/apps/driver/observer.hpp"
#include "tarn/core/grid/patch.hpp"
#include "tarn/core/profile/regions.hpp"
#include "tarn/core/runtime.hpp"
#include "tarn/io/deck/deck.hpp"
#include "tarn/io/deck/problems.hpp"
#include "tarn/io/deck/schema.hpp"

namespace tarn::apps {

class Case;

/// A field of a running simulation, in the precision of the run; ghosts included.
struct NamedField {
  std::string name;                                        ///< as the deck names it
  std::string unit;                                        ///< empty: none
  std::variant<Field<float, 3>, Field<double, 3>> values;  ///< (k, j, i)
  bool may_be_no_number = false;                           ///< the user was told that it was NaN or infinite
};

/// One column of history.csv.
struct HistoryValue {
  std::string name;  ///< of the column
  double value;      ///< of this row
};

/// A problem that is advanced in time. Every member is collective over the ranks of the run.
class Simulation {
 public:
  virtual ~Simulation() = default;

  /// The step that the driver takes where nothing shortens it: the deck's `time.dt`, or `time.cfl` of the scheme's
  /// stability limit [time]. Asked once a step, on all ranks: it may look at the state.
  virtual double largest_step() = 0;
  /// Advances the state from `time` by `dt`, at most largest_step().
  virtual void step(double time, double dt) = 0;
  /// Asked after each step, on all ranks: a simulation may find out from the state at its end that the step was too
  /// long. Then it makes the state what it was before and says how long the step may be instead [time], which depends
  /// on that state and on the step alone; else it says nothing.
  virtual std::optional<double> take_back_if_too_long() { return {}; }
  /// The fields that make up the state, as Model::state names them; a checkpoint holds them all, and a restart
  /// overwrites them.
  virtual std::vector<NamedField> state() const = 0;
  /// Called once the state has been overwritten by that of a checkpoint, with its time.
  virtual void restarted(double /*time*/) {}
  /// A field of the state, without a copy, or one of Model::outputs, computed now; ghosts may hold anything. The next
  /// call may overwrite what an earlier one gave.
  /// @throws Error for another name
  virtual NamedField output(const std::string& name);
  /// Reduced quantities of the state, always the same columns; the same bits on any number of ranks.
  virtual std::vector<HistoryValue> history() const = 0;
  /// Called once before the first step of a run that begins from its initial state: an app may look at what its
  /// equations make of it.
  /// @throws UsageError on all ranks, if no step can be taken from it
  virtual void look_at_start() {}
  /// Numbers that the run sums up on its way and that no field holds, such as how often something was needed; a
  /// checkpoint holds them. Names without blanks; the same on every rank.
  virtual std::vector<HistoryValue> tallies() const { return {}; }
  /// Called before restarted() with those of the checkpoint.
  virtual void set_tallies(const std::vector<HistoryValue>& /*tallies*/) {}
  /// What the end report and run.json shall say of the run beside numbers, a sentence each; the same on every rank.
  virtual std::vector<std::string> remarks() const { return {}; }
  /// What may explain that a value went bad, a sentence each, for the error; the same on every rank.
  virtual std::vector<std::string> explanations() const { return {}; }
};

/// What a simulation is made from.
struct SimulationContext {
  const Runtime& runtime;           ///< MPI and Kokkos
  const io::Deck& deck;             ///< without problems
  const Patch& patch;               ///< what this rank advances
  Regions& regions;                 ///< where time and bytes are counted
  Observer& observer = nobody();    ///< who is told
  const Grid& grid = patch.grid();  ///< the same as the patch's
};

/// What a run will need, told before it starts.
struct Forecast {
  std::optional<double> step = {};   ///< largest step [time], where it is known before there is a state
  std::int64_t bytes_per_cell = 0;   ///< device memory, all arrays
  std::int64_t more_where_cut = 0;   ///< bytes for each cell beside these, where several ranks share the domain
  std::string note = {};             ///< what the figures rest on, such as the number of stages
  std::string warning = {};          ///< what the user should know of the result before the run; usually empty
  std::optional<double> limit = {};  ///< the longest step that time.dt may ask for [time], where it is known
};

/// A field as decks and files name it.
struct FieldDescription {
  std::string name;     ///< of letters, digits and _
  std::string unit;     ///< empty: none
  std::string meaning;  ///< one line
};

/// A number that kernels compute with in the precision of the run.
struct Coefficient {
  std::string key;   ///< of the deck that it follows from
  double value;      ///< of that key; of a formula the largest
  std::string what;  ///< the number in words, such as "diffusivity/dx^2"
  double factor;     ///< the number
};

/// A box of the domain, such as a cell; axes that the grid does not have go from 0 to 1.
struct Box {
  std::array<double, 3> lower{}, upper{};  ///< its ends [length]

  double centre(int axis) const { return 0.5 * (lower[axis] + upper[axis]); }  ///< of the axis [length]
};

/// The exact solution of one field.
struct ExactField {
  std::string field;   ///< of the state
  std::string source;  ///< the paper or the reasoning that it is taken from
  /// What the field of a cell should be at a time: where cells hold averages the average over the box, else the value
  /// at its centre.
  std::function<double(const Box& cell, double time)> value;
};

/// What an app makes of a deck without problems: what is advanced, what can be shown, what it takes, and how it is
/// made. It is made once for a deck, and needs neither a device nor MPI.
struct Model {
  std::vector<FieldDescription> state = {};    ///< advanced, checkpointed, restarted
  std::vector<FieldDescription> outputs = {};  ///< computed from the state for files and pictures
  int ghosts = 1;                              ///< layers that the scheme reads
  Forecast forecast = {};                      ///< of the whole run
  /// makes it, its initial state included
  std::function<std::unique_ptr<Simulation>(const SimulationContext&)> create = {};
  /// Looks at what the environment asks of a run, before anything is made on the disk; on every rank.
  /// @throws UsageError for what cannot be
  std::function<void()> check_environment = {};
  std::vector<Coefficient> coefficients = {};  ///< that the run's precision must hold
  /// The solution of what the deck says, where the app knows it; the driver adds what the deck gives in [exact].
  std::vector<ExactField> exact = {};
  bool averages = false;  ///< whether fields hold averages over cells; else values at their centres
};

/// An app whose runs are simulations: what its decks may say, and the model of one.
struct SimulationApp {
  std::string name;                              ///< as `run.app` says
  std::string summary;                           ///< one line
  std::vector<io::Table> tables = {};            ///< beyond those that every simulation has
  std::vector<std::string> boundary_kinds = {};  ///< choices of [grid.boundary]; the first is the default
  std::vector<FieldDescription> fields = {};     ///< that every deck can show: state and outputs
  bool fields_from_deck = false;                 ///< whether a deck names more of them
  /// Adds what the schema cannot see; reads only keys that are valid.
  std::function<void(const io::Deck&, io::Problems&)> check = {};
  /// Of a deck in which check() found nothing.
  std::function<Model(const io::Deck&)> model = {};
  std::string bench = {};  ///< see App::bench
};

/// One app as the program sees it: what its decks may say, and what is made of one. See case.hpp.
struct App {
  std::string name;               ///< as `run.app` says
  std::string summary;            ///< one line
  std::vector<io::Table> tables;  ///< all
  /// Adds what the schema cannot see, reading only keys that are valid, and makes what the deck asks for if there is
  /// nothing wrong with it.
  std::function<std::unique_ptr<const Case>(const io::Deck&, io::Problems&)> make;
  /// What `tarn bench` adds to [run], [grid] and [time] for a deck of a simulation that it measures without being given
  /// one; empty: it measures none.
  std::string bench = {};
};

/// Each adds an app to the program, and returns true so that a namespace-scope constant can call it.
bool register_simulation(SimulationApp app);
bool register_app(App app);

/// All apps, sorted by name.
const std::vector<App>& all_apps();

/// @throws UsageError naming the known apps
const App& find_app(const std::string& name);

/// The schema of an app's decks.
const io::Schema& schema_of(const App& app);

/// Reads and checks a deck: schema, cross checks of the driver and of the app, formulas, values.
/// @throws io::DeckError with every problem, DataError if the file cannot be read
std::unique_ptr<const Case> read_case(const std::string& file, const std::vector<std::string>& overrides);

/// The same for a text that is at hand.
/// @param source  stands for the file in messages
std::unique_ptr<const Case> parse_case(const std::string& text, const std::string& source,
                                       const std::vector<std::string>& overrides = {});

}  // namespace tarn::apps
