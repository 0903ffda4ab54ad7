#pragma once

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
#include "tarn/io/store/run_directory.hpp"

namespace tarn::apps {

struct RunRequest;

/// A field of a running simulation, in the precision of the run; ghosts included.
struct NamedField {
  std::string name;
  std::string unit;
  std::variant<Field<float, 3>, Field<double, 3>> values;
};

/// One column of history.csv.
struct HistoryValue {
  std::string name;
  double value;
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
  /// The fields that make up the state, as Model::state names them; a checkpoint holds them all, and a restart
  /// overwrites them.
  virtual std::vector<NamedField> state() const = 0;
  /// Called once the state has been overwritten by that of a checkpoint.
  virtual void restarted() {}
  /// A field of the state, without a copy, or one of Model::outputs, computed now; ghosts may hold anything. The next
  /// call may overwrite what an earlier one gave.
  /// @throws Error for another name
  virtual NamedField output(const std::string& name);
  /// Reduced quantities of the state, always the same columns; the same bits on any number of ranks.
  virtual std::vector<HistoryValue> history() const = 0;
  /// Numbers that the run sums up on its way and that no field holds, such as how often something was needed; a
  /// checkpoint holds them. Names without blanks; the same on every rank.
  virtual std::vector<HistoryValue> tallies() const { return {}; }
  /// Called before restarted() with those of the checkpoint.
  virtual void set_tallies(const std::vector<HistoryValue>& /*tallies*/) {}
  /// What the end report and run.json shall say of the run beside numbers, a sentence each; the same on every rank.
  virtual std::vector<std::string> remarks() const { return {}; }
};

/// What a simulation is made from.
struct SimulationContext {
  const Runtime& runtime;
  const io::Deck& deck;
  const Patch& patch;
  Regions& regions;
  Observer& observer = nobody();
  const Grid& grid = patch.grid();
};

/// What a run will need, told before it starts.
struct Forecast {
  std::optional<double> step;       ///< largest step [time], where it is known before there is a state
  std::int64_t bytes_per_cell = 0;  ///< device memory, all arrays
  std::string note;                 ///< what the figures rest on, such as the number of stages
  std::string warning = {};         ///< what the user should know of the result before the run; usually empty
};

/// What an app that is no simulation runs with.
struct RunContext {
  const Runtime& runtime;
  const io::Deck& deck;
  const RunRequest& request;
  const io::RunDirectory& directory;
  bool continued;  ///< whether the directory holds what an earlier process of this run did
  Observer& observer;
};

struct FieldDescription {
  std::string name;
  std::string unit;
  std::string meaning;
};

/// What an app makes of a deck without problems: what is advanced, what can be shown, what it takes, and how it is
/// made. It needs neither a device nor MPI.
struct Model {
  std::vector<FieldDescription> state;    ///< advanced, checkpointed, restarted
  std::vector<FieldDescription> outputs;  ///< computed from the state for files and pictures
  int ghosts = 1;
  Forecast forecast;
  std::function<std::unique_ptr<Simulation>(const SimulationContext&)> create;
};

/// One app: what its decks may say, and what is made from one: a simulation, which brings a `model`, or a run of
/// another kind, which brings `forecast_text` and `run`, and whose decks have neither grid nor time.
struct App {
  std::string name;
  std::string summary;
  std::vector<io::Table> tables;            ///< beyond those that every app has
  std::vector<std::string> boundary_kinds;  ///< choices of [grid.boundary]; the first is the default
  std::vector<FieldDescription> fields;     ///< that every deck can show: state and outputs
  bool fields_from_deck = false;            ///< whether a deck names more of them
  /// Adds what the schema cannot see; reads only keys that are valid.
  std::function<void(const io::Deck&, io::Problems&)> check;
  /// Of a deck without problems.
  std::function<Model(const io::Deck&)> model;
  /// What `tarn check` says of a deck without problems.
  /// @param root  the directory that the deck's paths are beneath
  std::function<std::string(const io::Deck&, const std::string& root)> forecast_text;
  /// Runs a deck in its directory, run.json included; collective. @returns the exit code
  std::function<int(const RunContext&)> run;

  bool is_simulation() const { return static_cast<bool>(model); }
};

/// Adds an app to the program; returns true so that a namespace-scope constant can call it.
bool register_app(App app);

/// All apps, sorted by name.
const std::vector<App>& all_apps();

/// @throws UsageError naming the known apps
const App& find_app(const std::string& name);

/// The model of a simulation's deck without problems.
Model model_of(const io::Deck& deck);

/// The whole schema of an app's decks: the common tables and its own.
const io::Schema& schema_of(const App& app);

/// Reads and checks a deck: schema, cross checks of the driver and of the app, all formulas.
/// @throws io::DeckError with every problem, DataError if the file cannot be read
io::Deck read_deck(const std::string& file, const std::vector<std::string>& overrides);

/// The same for a text that is at hand.
/// @param source  stands for the file in messages
io::Deck parse_deck(const std::string& text, const std::string& source, const std::vector<std::string>& overrides = {});

}  // namespace tarn::apps
