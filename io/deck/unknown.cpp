#include "tarn/io/deck/unknown.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "tarn/io/deck/nearest.hpp"
#include "tarn/io/deck/printable.hpp"

namespace tarn::io {

namespace {

std::string join_path(const std::string& path, const std::string& name) {
  return path.empty() ? name : path + "." + name;
}

/// What others call a key, and what a key of that name is here.
struct Foreign {
  std::string_view name, own, what;
};

constexpr std::string_view slope_text = ": the derivative along the axis on the face; no flux is slope = 0";
constexpr std::array<Foreign, 8> foreign_names{
    {{"flux", "slope",
      ": the derivative along the axis on the face; no flux is slope = 0, and a flux F = -D du/dx is slope = -F / D"},
     {"neumann", "slope", slope_text},
     {"gradient", "slope", slope_text},
     {"derivative", "slope", slope_text},
     {"dirichlet", "value", ": what the field is on the face"},
     {"wall", "mirror", " = 1, or -1 for what changes its sign at a wall"},
     {"reflect", "mirror", " = 1, or -1 for what changes its sign at a wall"},
     {"mixed", "robin", " = [a, b, g]: a u + b du/dx = g"}}};

/// What others call the lower and the upper face of an axis, with the axis before it or alone.
constexpr std::array<std::array<std::string_view, 2>, 6> face_words{
    {{"left", "right"}, {"bottom", "top"}, {"front", "back"}, {"min", "max"}, {"low", "high"}, {"begin", "end"}}};

bool is_among(std::string_view name, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The key such as x_lower that a name such as x_left or top stands for; empty: none.
std::string face_meant(const std::string& name) {
  constexpr std::string_view axes = "xyz";
  for (std::size_t n = 0; n < face_words.size(); ++n) {
    for (std::size_t side = 0; side < 2; ++side) {
      const std::string_view word = face_words[n][side], face = side == 0 ? "lower" : "upper";
      for (const char axis : axes) {
        if (name == fmt::format("{}{}", axis, word) || name == fmt::format("{}_{}", axis, word))
          return fmt::format("{}_{}", axis, face);
      }
      if (n < axes.size() && name == word) return fmt::format("{}_{}", axes[n], face);
    }
  }
  return {};
}

/// What is known of a name from elsewhere, where the table has what it stands for.
std::optional<Unknown> explain_foreign(const std::string& name, const std::vector<std::string>& own) {
  for (const Foreign& one : foreign_names) {
    if (name != one.name || !is_among(one.own, own)) continue;
    return Unknown{fmt::format("unknown key; write {}{}", one.own, one.what), std::string(one.own)};
  }
  const std::string face = face_meant(name);
  if (face.empty() || !is_among(face, own)) return {};
  return Unknown{fmt::format("unknown key; did you mean '{}'?", face), face};
}

/// Where names are declared, over the whole schema.
struct Declared {
  std::string name;
  std::string place;  ///< of a key: the header of its table; of a table: its own header
};

void collect(const Table& table, const std::string& path, std::vector<Declared>& keys, std::vector<Declared>& tables) {
  for (const auto& key : table.keys)
    keys.push_back({key.name, header(table, path)});
  for (const auto& inner : table.tables) {
    const auto inner_path = join_path(path, inner.name);
    tables.push_back({inner.name, header(inner, inner_path)});
    collect(inner, inner_path, keys, tables);
  }
  for (const auto& inner : table.each)
    collect(inner, join_path(path, "<" + inner.name + ">"), keys, tables);
}

std::vector<std::string> places_of(const std::string& name, const std::vector<Declared>& declared) {
  std::vector<std::string> places;
  for (const auto& one : declared) {
    if (one.name == name) places.push_back(one.place);
  }
  return places;
}

std::vector<std::string> names_of(const std::vector<Declared>& declared) {
  std::vector<std::string> names;
  for (const auto& one : declared)
    names.push_back(one.name);
  return names;
}

/// "a", "a or b", "a, b or c"; of more than four, the first three.
std::string either(const std::vector<std::string>& places) {
  if (places.size() == 1) return places[0];
  if (places.size() > 4) return fmt::format("{}, {}, {} and others", places[0], places[1], places[2]);
  const std::vector<std::string> first(places.begin(), places.end() - 1);
  return comma_list(first) + " or " + places.back();
}

std::string header_as_written(const RawMember& member, const std::string& path) {
  const auto full = join_path(path, key_part(shortened(member.name)));
  return member.value.is_list_of_tables() ? "[[" + full + "]]" : "[" + full + "]";
}

Unknown explain_table(const Table& table, const std::string& path, const RawMember& member,
                      const std::vector<Declared>& all_tables) {
  const auto what = "unknown table " + header_as_written(member, path);
  std::vector<std::string> own;
  for (const auto& inner : table.tables)
    own.push_back(inner.name);
  if (const auto foreign = explain_foreign(member.name, own)) return *foreign;
  if (const auto near = nearest(member.name, own)) {
    const auto& meant = *std::find_if(table.tables.begin(), table.tables.end(),
                                      [&](const Table& inner) { return inner.name == *near; });
    return {fmt::format("{}; did you mean {}?", what, header(meant, join_path(path, *near))), *near};
  }
  const auto near = nearest(member.name, names_of(all_tables));
  if (!near) return {what, ""};
  return {fmt::format("{}; did you mean {}?", what, either(places_of(*near, all_tables))), ""};
}

Unknown explain_key(const Table& table, const RawMember& member, const std::vector<Declared>& all_keys,
                    const std::vector<Declared>& all_tables) {
  std::vector<std::string> own;
  for (const auto& key : table.keys)
    own.push_back(key.name);
  for (const auto& inner : table.tables)
    own.push_back(inner.name);
  if (const auto foreign = explain_foreign(member.name, own)) return *foreign;
  // One typing mistake is likelier than the wrong table, and the wrong table likelier than several mistakes.
  auto near = nearest(member.name, own, 1);
  if (!near) {
    const auto places = places_of(member.name, all_keys);
    if (!places.empty()) return {fmt::format("unknown key; '{}' belongs to {}", member.name, either(places)), ""};
    near = nearest(member.name, own);
  }
  if (near) return {fmt::format("unknown key; did you mean '{}'?", *near), *near};

  if (const auto elsewhere = nearest(member.name, names_of(all_keys), 2)) {
    const auto places = either(places_of(*elsewhere, all_keys));
    return {fmt::format("unknown key; did you mean '{}' of {}?", *elsewhere, places), ""};
  }
  const auto tables = places_of(member.name, all_tables);
  if (!tables.empty()) return {fmt::format("unknown key; there is a table {}", either(tables)), ""};
  return {"unknown key", ""};
}

}  // namespace

Unknown explain_unknown(const Table& root, const Table& table, const std::string& path, const RawMember& member,
                        const std::string& app, const std::vector<std::string>& apps) {
  const bool is_table = member.value.kind == RawKind::table || member.value.is_list_of_tables();
  const bool other_app = path.empty() && std::find(apps.begin(), apps.end(), member.name) != apps.end();
  if (is_table && other_app) {
    return {fmt::format("unknown table [{}]: the deck's app is {}", member.name, app), ""};
  }
  if (is_table && path.empty() && member.name == "ensemble") {
    return {"this deck asks for many runs: tarn run, submit and check take such decks, and start all ranks themselves",
            ""};
  }
  std::vector<Declared> keys, tables;
  collect(root, "", keys, tables);
  if (!is_table) return explain_key(table, member, keys, tables);

  auto explained = explain_table(table, path, member, tables);
  const bool may_be_key = member.value.kind == RawKind::table && explained.meant.empty();
  if (!may_be_key) return explained;
  auto as_key = explain_key(table, member, keys, {});  // evry = { steps = 10 }
  return as_key.what == "unknown key" ? explained : as_key;
}

}  // namespace tarn::io
