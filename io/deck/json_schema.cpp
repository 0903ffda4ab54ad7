#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tarn/core/error.hpp"
#include "tarn/io/deck/describe.hpp"
#include "tarn/io/deck/duration.hpp"
#include "tarn/io/deck/raw.hpp"

namespace tarn::io {

namespace {

using Json = nlohmann::ordered_json;

/// Every character that a formula can hold; that it parses is for its own parser to say.
constexpr const char* formula_pattern =
    R"(^[A-Za-z0-9_.+\-*/^%<>=!&|?:(),\s]*[A-Za-z0-9_.)][A-Za-z0-9_.+\-*/^%<>=!&|?:(),\s]*$)";
constexpr const char* identifier_pattern = "^[A-Za-z_][A-Za-z0-9_]*$";

Json table_schema(const Table& table);

Json ranged(const Key& key, const char* type) {
  Json out{{"type", type}};
  if (key.at_least) out["minimum"] = *key.at_least;
  if (key.above) out["exclusiveMinimum"] = *key.above;
  if (key.at_most) out["maximum"] = *key.at_most;
  if (key.below) out["exclusiveMaximum"] = *key.below;
  return out;
}

Json formula() {
  return {{"type", "string"}, {"minLength", 1}, {"pattern", formula_pattern}};
}

Json one_formula() {
  return {{"anyOf", Json::array({{{"type", "number"}}, formula()})}};
}

Json duration() {
  return {{"type", "string"}, {"pattern", duration_pattern}};
}

Json list_of(const Key& key, const Json& entry) {
  Json out{{"type", "array"}, {"items", entry}};
  if (key.shortest) out["minItems"] = *key.shortest;
  if (key.longest) out["maxItems"] = *key.longest;
  return out;
}

Json schedule() {
  Json out{{"type", "object"}, {"additionalProperties", false}};
  out["properties"] = {{"steps", {{"type", "integer"}, {"exclusiveMinimum", 0}}},
                       {"time", {{"type", "number"}, {"exclusiveMinimum", 0}}},
                       {"walltime", duration()}};
  out["minProperties"] = 1;
  out["maxProperties"] = 1;
  return out;
}

/// Choices that are whole numbers may be written as such.
Json any_of_choices(const Key& key) {
  Json allowed = key.choices;
  for (const auto& choice : key.choices) {
    if (!choice.empty() && choice.size() < 10 && choice.find_first_not_of("0123456789") == std::string::npos)
      allowed.push_back(std::stoll(choice));
  }
  return {{"enum", allowed}};
}

Json value_schema(const Key& key) {
  const Json one_of_choices = any_of_choices(key);
  switch (key.type) {
    case KeyType::boolean:
      return {{"type", "boolean"}};
    case KeyType::integer:
      return ranged(key, "integer");
    case KeyType::number:
      return ranged(key, "number");
    case KeyType::text:
      return {{"type", "string"}};
    case KeyType::choice:
      return one_of_choices;
    case KeyType::formula:
      return formula();
    case KeyType::number_or_formula: {
      const Json one{{"anyOf", Json::array({ranged(key, "number"), formula()})}};
      return key.longest ? Json{{"anyOf", Json::array({one, list_of(key, one)})}} : one;
    }
    case KeyType::duration:
      return duration();
    case KeyType::schedule:
      return schedule();
    case KeyType::boundary: {
      const Json pair{{"type", "array"}, {"items", one_of_choices}, {"minItems", 2}, {"maxItems", 2}};
      return {{"anyOf", Json::array({one_of_choices, pair})}};
    }
    case KeyType::integers:
      return list_of(key, ranged(key, "integer"));
    case KeyType::numbers:
      return list_of(key, ranged(key, "number"));
    case KeyType::texts:
      return list_of(key, {{"type", "string"}});
    case KeyType::choices:
      return list_of(key, one_of_choices);
    case KeyType::formulas:
      return list_of(key, one_formula());
    case KeyType::formula_pairs:
      return list_of(key, {{"type", "array"}, {"items", one_formula()}, {"minItems", 2}, {"maxItems", 2}});
  }
  return {};
}

Json json_value(const RawNode& node) {
  switch (node.kind) {
    case RawKind::boolean:
      return node.boolean;
    case RawKind::integer:
      return node.integer;
    case RawKind::number:
      return node.number;
    case RawKind::list: {
      auto out = Json::array();
      for (const auto& item : node.items)
        out.push_back(json_value(item));
      return out;
    }
    case RawKind::table: {
      auto out = Json::object();
      for (const auto& member : node.members)
        out[member.name] = json_value(member.value);
      return out;
    }
    default:
      return node.text;
  }
}

Json key_schema(const Key& key) {
  auto out = value_schema(key);
  auto description = key.meaning;
  if (!key.unit.empty()) description += fmt::format(" [{}]", key.unit);
  if (!key.note.empty()) description += "; " + key.note;
  out["description"] = description;
  if (key.default_text) {
    const auto node = parse_toml_value(*key.default_text, {});
    require(node.has_value(), fmt::format("{}: the default {} is no TOML value", key.name, *key.default_text));
    out["default"] = json_value(*node);
  }
  return out;
}

Json free_formula_schema() {
  return {{"anyOf", Json::array({{{"type", "number"}}, formula()})},
          {"description", "A named number or formula, for use in formulas"}};
}

Json object_schema(const Table& table) {
  Json out{{"type", "object"}, {"additionalProperties", false}};
  auto required = Json::array();
  auto properties = Json::object();
  for (const auto& key : table.keys) {
    properties[key.name] = key_schema(key);
    if (key.required) required.push_back(key.name);
  }
  for (const auto& inner : table.tables) {
    properties[inner.name] = table_schema(inner);
    if (inner.required) required.push_back(inner.name);
  }
  out["properties"] = properties;
  auto free = Json::array();
  if (table.free_formulas) free.push_back(free_formula_schema());
  if (table.free_key) free.push_back(key_schema(*table.free_key));
  if (!table.each.empty()) free.push_back(table_schema(table.each.front()));
  if (!free.empty()) {
    out["patternProperties"] = {{identifier_pattern, free.size() == 1 ? free.front() : Json{{"anyOf", free}}}};
    out["maxProperties"] = table.longest;
  }
  if (!required.empty()) out["required"] = required;
  return out;
}

Json table_schema(const Table& table) {
  auto object = object_schema(table);
  if (!table.list) {
    if (!table.meaning.empty()) object["description"] = table.meaning;
    return object;
  }
  Json out{{"type", "array"}, {"items", object}, {"maxItems", table.longest}};
  if (table.required) out["minItems"] = 1;
  if (!table.meaning.empty()) out["description"] = table.meaning;
  return out;
}

/// [ensemble], which is read before a deck is: see ensemble.hpp.
Json ensemble_schema() {
  const Json number{{"type", "number"}}, count{{"type", "integer"}, {"minimum", 1}};
  const Json range{{"type", "object"},
                   {"additionalProperties", false},
                   {"required", {"from", "to", "count"}},
                   {"properties", {{"from", number}, {"to", number}, {"count", count}}}};
  const Json values{{"type", "array"}, {"minItems", 1}};
  // A key may be written "table.key", or as a key in a table.
  return {{"type", "object"},
          {"description", "Many runs that differ in some keys"},
          {"additionalProperties", false},
          {"required", {"vary"}},
          {"properties",
           {{"combine", {{"enum", {"product", "zip"}}, {"default", "product"}}},
            {"vary",
             {{"type", "object"},
              {"minProperties", 1},
              {"description", "Keys, and the values of each: a list, or from, to and count"},
              {"additionalProperties", {{"anyOf", {values, range, {{"type", "object"}}}}}}}}}}};
}

/// The schema of an app's decks. run.app is the app, whatever the schema's own declaration of it allows.
Json app_schema(const Schema& schema) {
  Table root;
  root.tables = schema.tables;
  auto out = object_schema(root);
  out["title"] = schema.app;
  out["description"] = schema.summary;
  out["properties"]["ensemble"] = ensemble_schema();
  auto& run = out["properties"]["run"];
  if (run.is_null()) run = {{"type", "object"}, {"additionalProperties", false}};
  run["properties"]["app"] = {{"const", schema.app}, {"description", "The app that runs the deck"}};
  const auto add = [](Json& object, const char* name) {
    auto& required = object["required"];
    if (required.is_null()) required = Json::array();
    if (std::find(required.begin(), required.end(), name) == required.end()) required.push_back(name);
  };
  add(run, "app");
  add(out, "run");
  return out;
}

constexpr const char* dialect = "https://json-schema.org/draft/2020-12/schema";

}  // namespace

std::string json_schema(const Schema& schema) {
  Json out{{"$schema", dialect}};
  out.update(app_schema(schema));
  return out.dump(2) + "\n";
}

std::string json_schema(const std::vector<Schema>& schemas) {
  if (schemas.size() == 1) return json_schema(schemas.front());
  auto names = Json::array();
  auto apps = Json::object();
  auto branches = Json::array();
  const auto with_app = [](const Json& app) {
    Json run{{"type", "object"}, {"required", {"app"}}, {"properties", {{"app", app}}}};
    return Json{{"type", "object"}, {"required", {"run"}}, {"properties", {{"run", run}}}};
  };
  for (const auto& schema : schemas) {
    names.push_back(schema.app);
    apps[schema.app] = app_schema(schema);
    branches.push_back({{"if", with_app({{"const", schema.app}})}, {"then", {{"$ref", "#/$defs/" + schema.app}}}});
  }
  Json out{{"$schema", dialect}, {"title", "tarn deck"}};
  out.update(with_app({{"enum", names}}));
  out["allOf"] = branches;
  out["$defs"] = apps;
  return out.dump(2) + "\n";
}

}  // namespace tarn::io
