#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/selection.hpp"
#include "tarn/apps/driver/simulation_case.hpp"
#include "tarn/apps/pipeline/program.hpp"
#include "tarn/io/deck/raw.hpp"
#include "tarn/tests/fuzz/harness.hpp"

namespace tarn::fuzz {

namespace {

struct Input {
  std::vector<std::string> overrides;
  std::string text;
};

Input split(std::string_view input) {
  constexpr std::string_view mark = "#--set ";
  Input split;
  while (input.starts_with(mark)) {
    const auto line = input.substr(0, input.find('\n'));
    split.overrides.emplace_back(line.substr(mark.size()));
    input.remove_prefix(std::min(input.size(), line.size() + 1));
  }
  split.text = input;
  return split;
}

/// Messages repeat what was written, but no more of it than a few lines; an override is named as a whole.
std::size_t longest_message(const Input& input) {
  std::size_t longest = 2000;
  for (const auto& override : input.overrides)
    longest += 6 * override.size();
  return longest;
}

/// A file's name may have any bytes.
constexpr const char* file = "deck\xe9.toml";

/// The deck, or nothing if it is refused.
std::unique_ptr<const apps::Case> read(const Input& input) {
  try {
    return apps::parse_case(input.text, file, input.overrides);
  } catch (const io::DeckError& error) {
    expect(!error.lines().empty(), "what is refused has a problem");
    for (const auto& line : error.lines())
      expect_clean(line, longest_message(input));
    return nullptr;
  }
}

std::string written_anew(const io::Deck& deck) {
  io::Problems problems;
  const auto root = io::parse_toml(deck.text(), file, problems);
  expect(root.has_value(), "the text of a deck is TOML", deck.text());
  return io::to_toml_document(*root);
}

/// What `tarn check` computes of a deck. No array is made, and no file is looked at.
void use(const apps::Case& made) {
  const io::Deck& deck = made.deck();
  expect(!apps::run_name_of(deck).empty(), "a run has a name");
  const auto* simulation = dynamic_cast<const apps::SimulationCase*>(&made);
  if (!simulation) {
    expect(!apps::pipeline::program_of(deck).steps.empty(), "a pipeline has steps");
    expect(!apps::pipeline::fingerprint_of(deck).empty(), "a pipeline has a fingerprint");
    return;
  }
  const apps::Forecast forecast = simulation->model().forecast;
  expect(!forecast.step || *forecast.step > 0, "a step is positive");
  expect(forecast.bytes_per_cell > 0, "a cell takes memory");
  const Domain domain = apps::domain_of(deck);
  for (const auto& output : deck.tables("output")) {
    const apps::Selection selection = apps::selection_of(output, domain);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const auto last = selection.first[axis] + (selection.count[axis] - 1) * selection.stride[axis];
      expect(selection.first[axis] >= 0 && selection.count[axis] > 0 && last < domain.cells[axis],
             "a selection lies within the grid");
    }
  }
}

}  // namespace

void try_deck(std::string_view input) {
  const Input given = split(input);
  const auto deck = read(given);
  if (!deck) return;

  use(*deck);
  const std::string text = deck->deck().text();
  const auto again = read({{}, text});
  expect(again != nullptr, "the text of a deck is accepted", text);
  const std::string normal = written_anew(deck->deck());
  const auto third = read({{}, normal});
  expect(third != nullptr, "a deck that was written anew is accepted", normal);
  expect(written_anew(third->deck()) == normal, "a deck that was written anew says the same", normal);
  expect(third->deck().app() == deck->deck().app(), "a deck keeps its app");
}

}  // namespace tarn::fuzz
