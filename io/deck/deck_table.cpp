#include <algorithm>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/deck/deck.hpp"
#include "tarn/io/deck/validate.hpp"

namespace tarn::io {

namespace {

[[noreturn]] void refuse(const CheckedTable& table, const std::string& key, const char* what) {
  throw Error(fmt::format("deck: {}{}{}: {}", table.path, table.path.empty() ? "" : ".", key, what));
}

/// Whether this is the name of an entry, such as "diffusivity[1]", of a key that may have a list in a formula's place.
bool is_entry(const CheckedTable& table, const std::string& key) {
  const auto found = table.keys.find(key.substr(0, key.find('[')));
  return key.ends_with(']') && found != table.keys.end() && found->second.type == KeyType::number_or_formula;
}

}  // namespace

/// Follows the dotted key to the table that declares its last part.
const CheckedTable& DeckTable::parent_of(const std::string& key, std::string& last) const {
  const auto* table = table_.get();
  std::size_t start = 0;
  for (auto dot = key.find('.'); dot != std::string::npos; dot = key.find('.', start)) {
    const auto found = table->tables.find(key.substr(start, dot - start));
    if (found == table->tables.end()) refuse(*table_, key, "the schema declares no such table");
    table = &found->second;
    start = dot + 1;
  }
  last = key.substr(start);
  return *table;
}

const CheckedKey& DeckTable::declared(const std::string& key) const {
  std::string last;
  const auto& parent = parent_of(key, last);
  const auto found = parent.keys.find(last);
  if (found == parent.keys.end()) refuse(*table_, key, "the schema declares no such key");
  return found->second;
}

bool DeckTable::has(const std::string& key) const {
  std::string last;
  const auto& parent = parent_of(key, last);
  const auto found = parent.keys.find(last);
  return given(key) || (found != parent.keys.end() && found->second.defaulted);
}

bool DeckTable::given(const std::string& key) const {
  std::string last;
  const auto& parent = parent_of(key, last);
  if (const auto found = parent.tables.find(last); found != parent.tables.end()) return found->second.given;
  if (const auto found = parent.lists.find(last); found != parent.lists.end()) return !found->second.empty();
  if (is_entry(parent, last) && !parent.keys.contains(last)) return false;
  return declared(key).given;
}

bool DeckTable::valid(const std::string& key) const {
  return !std::holds_alternative<std::monostate>(declared(key).value);
}

template <class T>
const T& DeckTable::get(const std::string& key, std::initializer_list<KeyType> types) const {
  const auto& found = declared(key);
  if (std::find(types.begin(), types.end(), found.type) == types.end()) {
    refuse(*table_, key, "the schema declares it with another type");
  }
  if (!found.given && !found.defaulted) refuse(*table_, key, "it has no value; ask has() first");
  const auto* value = std::get_if<T>(&found.value);
  if (value == nullptr) refuse(*table_, key, "its value did not pass the checks; ask valid() first");
  return *value;
}

bool DeckTable::boolean(const std::string& key) const {
  return get<bool>(key, {KeyType::boolean});
}

std::int64_t DeckTable::integer(const std::string& key) const {
  return get<std::int64_t>(key, {KeyType::integer});
}

double DeckTable::number(const std::string& key) const {
  return get<double>(key, {KeyType::number});
}

std::string DeckTable::text(const std::string& key) const {
  return get<std::string>(key, {KeyType::text, KeyType::choice});
}

double DeckTable::duration(const std::string& key) const {
  return get<double>(key, {KeyType::duration});
}

FormulaText DeckTable::formula(const std::string& key) const {
  return get<FormulaText>(key, {KeyType::formula, KeyType::number_or_formula});
}

Schedule DeckTable::schedule(const std::string& key) const {
  return get<Schedule>(key, {KeyType::schedule});
}

std::array<std::string, 2> DeckTable::boundary(const std::string& key) const {
  return get<std::array<std::string, 2>>(key, {KeyType::boundary});
}

std::vector<std::int64_t> DeckTable::integers(const std::string& key) const {
  return get<std::vector<std::int64_t>>(key, {KeyType::integers});
}

std::vector<double> DeckTable::numbers(const std::string& key) const {
  return get<std::vector<double>>(key, {KeyType::numbers});
}

std::vector<std::string> DeckTable::texts(const std::string& key) const {
  return get<std::vector<std::string>>(key, {KeyType::texts, KeyType::choices});
}

std::vector<FormulaText> DeckTable::formula_list(const std::string& key) const {
  return get<std::vector<FormulaText>>(key, {KeyType::formulas});
}

std::vector<std::array<FormulaText, 2>> DeckTable::formula_pairs(const std::string& key) const {
  return get<std::vector<std::array<FormulaText, 2>>>(key, {KeyType::formula_pairs});
}

Position DeckTable::position(const std::string& key) const {
  std::string last;
  const auto& parent = parent_of(key, last);
  if (const auto found = parent.tables.find(last); found != parent.tables.end()) return found->second.position;
  if (const auto found = parent.lists.find(last); found != parent.lists.end()) {
    return found->second.empty() ? parent.position : found->second.front().position;
  }
  return declared(key).position;
}

Position DeckTable::position() const {
  return table_->position;
}

DeckTable DeckTable::table(const std::string& name) const {
  std::string last;
  const auto& parent = parent_of(name, last);
  const auto found = parent.tables.find(last);
  if (found == parent.tables.end()) refuse(*table_, name, "the schema declares no such table");
  return DeckTable(std::shared_ptr<const CheckedTable>(table_, &found->second));
}

std::vector<DeckTable> DeckTable::tables(const std::string& name) const {
  std::string last;
  const auto& parent = parent_of(name, last);
  const auto found = parent.lists.find(last);
  if (found == parent.lists.end()) refuse(*table_, name, "the schema declares no such list of tables");
  std::vector<DeckTable> out;
  for (const auto& one : found->second)
    out.push_back(DeckTable(std::shared_ptr<const CheckedTable>(table_, &one)));
  return out;
}

std::vector<std::pair<std::string, FormulaText>> DeckTable::formulas(const std::string& name) const {
  return table(name).table_->formulas;
}

std::vector<std::string> DeckTable::names(const std::string& name) const {
  return table(name).table_->names;
}

const std::string& DeckTable::path() const {
  return table_->path;
}

std::string DeckTable::name_of(const std::string& key) const {
  return path().empty() ? key : path() + "." + key;
}

}  // namespace tarn::io
