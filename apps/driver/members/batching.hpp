#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/case.hpp"
#include "tarn/apps/driver/members/batch_simulation.hpp"

// Many decks of one grid as one simulation: what an app says of it; see docs/batch.md.

namespace tarn::apps {

/// What a batch is made from. The members' grid has one or two axes; in the batch's the axis behind them counts the
/// members, has no ghosts, and no cell has a neighbour along it.
struct BatchContext {
  SimulationContext context;             ///< of the batch; its deck is that of the first member
  std::vector<const io::Deck*> decks;    ///< of the members, which outlive the batch
  const std::vector<std::string> names;  ///< of the members
  Patch member_patch;                    ///< the grid of one member
};

/// How an app's decks run as one batch.
struct Batching {
  std::string app;  ///< its name
  /// Keys that members of one batch may differ in, beside run.seed and [constants].
  std::vector<std::string> keys = {};
  /// What members of one batch must be alike in beside all other keys, as a text; none: nothing.
  std::function<std::string(const io::Deck&)> kind = {};
  /// Why a deck without problems can be no member of a batch; empty: it can. None: nothing is in the way.
  std::function<std::string(const io::Deck&)> obstacle = {};
  std::function<std::unique_ptr<BatchSimulation>(const BatchContext&)> make = {};  ///< makes a batch
};

/// Returns true so that a namespace-scope constant can call it.
bool register_batching(Batching batching);

/// Why a case runs by itself and not as a member of a batch; empty where it may be one.
std::string why_no_batch(const Case& made);

/// What two members of a batch must have in common beside the keys in which they may differ.
std::string kind_of(const Case& made);

/// Whether members of a batch of this app may differ in a key.
bool may_vary(const std::string& app, const std::string& key);

/// @throws Error if this program has no batches of the app
const Batching& batching_of(const std::string& app);

}  // namespace tarn::apps
