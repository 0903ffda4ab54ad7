#include "tarn/io/deck/deck.hpp"

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/deck/deck_text.hpp"
#include "tarn/io/deck/nearest.hpp"
#include "tarn/io/deck/overrides.hpp"
#include "tarn/io/deck/printable.hpp"
#include "tarn/io/deck/syntax_hints.hpp"
#include "tarn/io/deck/validate.hpp"

namespace tarn::io {

namespace {

/// The app that a deck without a valid run.app is probably for: the nearest name, else the only app that has
/// a table in it. Empty if there is none.
std::string guess_app(const RawNode& root, const std::string& given, const SchemaLookup& schemas) {
  if (const auto near = nearest(given, schemas.apps)) return *near;
  std::vector<std::string> mentioned;
  for (const auto& app : schemas.apps) {
    if (root.find(app) != nullptr) mentioned.push_back(app);
  }
  return mentioned.size() == 1 ? mentioned.front() : "";
}

/// The deck's app. What is wrong with run.app goes to the problems.
std::string find_app(const RawNode& root, const std::string& file, const SchemaLookup& schemas, Problems& problems) {
  const auto* run = root.find("run");
  const auto* app = run != nullptr ? run->find("app") : nullptr;
  const auto known = comma_list(schemas.apps);
  if (run != nullptr && run->kind == RawKind::text) {  // run = "an app": that it is no table is told with the rest
    if (const auto meant = guess_app(root, run->text, schemas); !meant.empty()) return meant;
  }
  if (app == nullptr) {
    const auto position = run != nullptr ? run->position : Position{file, 0, 0};
    problems.add(position, "run.app", "missing; it names the app, one of: " + known);
    return guess_app(root, "", schemas);
  }
  if (app->kind != RawKind::text) {
    problems.add(app->position, "run.app",
                 fmt::format("expected the name of an app, one of: {}; got {}", known, show(*app)));
    return guess_app(root, "", schemas);
  }
  if (schemas.find(app->text) != nullptr) return app->text;
  problems.add(app->position, "run.app", not_one_of(app->text, schemas.apps));
  return guess_app(root, app->text, schemas);
}

std::string text_with_overrides(const RawNode& root, const std::string& source,
                                const std::vector<std::string>& overrides) {
  std::string out = fmt::format("# {} with these overrides:\n", printable(source));
  for (const auto& override : overrides)
    out += fmt::format("#   --set {}\n", printable(override));
  return out + to_toml_document(root);
}

}  // namespace

Deck Deck::read(const std::string& file, const std::vector<std::string>& overrides, const SchemaLookup& schemas,
                Problems& problems) {
  return parse(read_deck_text(file), file, overrides, schemas, problems);
}

Deck Deck::parse(const std::string& text, const std::string& source, const std::vector<std::string>& overrides,
                 const SchemaLookup& schemas, Problems& problems) {
  std::vector<Override> parsed;
  for (const auto& override : overrides) {
    if (auto one = parse_override(override, problems)) parsed.push_back(std::move(*one));
  }
  auto root = parse_toml(text, source, problems);
  if (!root) problems.throw_if_any();
  for (const auto& override : parsed)
    apply_override(override, *root, problems);

  const auto app = find_app(*root, source, schemas, problems);
  const auto* schema = app.empty() ? nullptr : schemas.find(app);
  if (schema == nullptr) problems.throw_if_any();
  require(schema != nullptr, "the list of apps names one without a schema: " + app);

  auto checked = validate(*schema, *root, {source, text, schemas.apps}, problems);
  auto whole = overrides.empty() ? text : text_with_overrides(*root, source, overrides);
  return {std::make_shared<const CheckedTable>(std::move(checked)), app, source, std::move(whole)};
}

std::vector<std::pair<std::string, FormulaText>> Deck::constants() const {
  return formulas("constants");
}

}  // namespace tarn::io
