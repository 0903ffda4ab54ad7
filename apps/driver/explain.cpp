#include "tarn/apps/driver/explain.hpp"

#include <map>
#include <utility>

#include "tarn/core/error.hpp"

namespace tarn::apps {

namespace {

std::map<std::string, Explain>& explanations() {
  static std::map<std::string, Explain> all;
  return all;
}

}  // namespace

bool register_explanation(const std::string& app, Explain explain) {
  return explanations().emplace(app, std::move(explain)).second;
}

std::string explanation_of(const io::Deck& deck) {
  const auto found = explanations().find(deck.app());
  if (found == explanations().end())
    throw UsageError("--explain: the kernels of " + deck.app() +
                     " are written in its sources; this is for equations in the deck");
  return found->second(deck);
}

}  // namespace tarn::apps
