#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tarn/io/deck/formula_text.hpp"
#include "tarn/io/deck/problems.hpp"
#include "tarn/io/deck/schedule.hpp"
#include "tarn/io/deck/schema.hpp"

namespace tarn::io {

struct CheckedKey;
struct CheckedTable;

/// The apps there are, and the schema of each.
struct SchemaLookup {
  std::vector<std::string> apps;                              ///< the names that run.app may have
  std::function<const Schema*(const std::string& app)> find;  ///< nullptr if there is no such app
};

/// A table of a deck whose values have passed the schema's checks, defaults applied.
///
/// Keys are relative and dotted: of the whole deck "heat.initial", of its table "heat" just "initial". The
/// getters throw Error, the caller's mistake, for a key that the schema does not declare (free formulas that are
/// written count as declared) or declares with another type, one without a value (ask has() first) and one whose value
/// did not pass (ask valid() first).
class DeckTable {
 public:
  /// The user wrote it, or there is a default. A table counts as there when it is written.
  bool has(const std::string& key) const;
  /// The user wrote it, in the deck or as an override. Also for tables and lists of tables.
  bool given(const std::string& key) const;
  /// The getter of the key's type will return a value.
  bool valid(const std::string& key) const;

  bool boolean(const std::string& key) const;          ///< the value or its default
  std::int64_t integer(const std::string& key) const;  ///< the value or its default
  double number(const std::string& key) const;         ///< the value or its default
  /// Of keys of type text and choice.
  std::string text(const std::string& key) const;
  /// [s]
  double duration(const std::string& key) const;
  /// Of keys of type formula and number_or_formula.
  FormulaText formula(const std::string& key) const;
  Schedule schedule(const std::string& key) const;  ///< the value or its default
  /// The kinds at the lower and the upper end.
  std::array<std::string, 2> boundary(const std::string& key) const;
  std::vector<std::int64_t> integers(const std::string& key) const;  ///< the value or its default
  std::vector<double> numbers(const std::string& key) const;         ///< the value or its default
  /// Of keys of type texts and choices.
  std::vector<std::string> texts(const std::string& key) const;
  std::vector<FormulaText> formula_list(const std::string& key) const;                  ///< the value or its default
  std::vector<std::array<FormulaText, 2>> formula_pairs(const std::string& key) const;  ///< the value or its default

  /// Where the key's value stands; if it is not written, the header of its table or of the one around; else
  /// the file. Also for tables.
  Position position(const std::string& key) const;
  Position position() const;  ///< of the table's header

  /// The table within, which need not be written.
  DeckTable table(const std::string& name) const;
  /// The tables of a list such as [[output]]; empty if none is written.
  std::vector<DeckTable> tables(const std::string& name) const;
  /// The names and formulas of a table of free formulas, in the order of the file.
  std::vector<std::pair<std::string, FormulaText>> formulas(const std::string& table) const;
  /// The names of a table's free keys and free tables, in the order of the file.
  std::vector<std::string> names(const std::string& table) const;

  /// The full name, such as "output[1]"; empty for the whole deck.
  const std::string& path() const;
  /// The full name of a key, for messages: "output[1].every".
  std::string name_of(const std::string& key) const;

 protected:
  /// of a deck that has been checked
  explicit DeckTable(std::shared_ptr<const CheckedTable> table) : table_(std::move(table)) {}

 private:
  const CheckedTable& parent_of(const std::string& key, std::string& last) const;
  const CheckedKey& declared(const std::string& key) const;
  template <class T>
  const T& get(const std::string& key, std::initializer_list<KeyType> types) const;

  std::shared_ptr<const CheckedTable> table_;
};

/// An input deck.
class Deck : public DeckTable {
 public:
  /// Reads a deck and checks it against the schema of its app.
  /// @param overrides  `table.key=value` each, applied in order
  /// @param problems   takes all that is wrong; the caller adds what it finds itself, then throws them
  /// together
  /// @throws DataError  if the file cannot be opened or read
  /// @throws DeckError  with all problems so far, if the text is no TOML or no app can be made out in it, so
  /// that
  ///                    nothing more can be checked
  static Deck read(const std::string& file, const std::vector<std::string>& overrides, const SchemaLookup& schemas,
                   Problems& problems);

  /// The same for a text that is at hand.
  /// @param source  stands for the file in messages
  static Deck parse(const std::string& text, const std::string& source, const std::vector<std::string>& overrides,
                    const SchemaLookup& schemas, Problems& problems);

  /// The app; where run.app has a problem, the app that was most likely meant.
  const std::string& app() const { return app_; }
  const std::string& file() const { return file_; }  ///< as messages name it

  /// The whole deck: as it was written if there are no overrides, else written anew with them, so that it
  /// reads as the same deck; then a comment on top names them.
  const std::string& text() const { return text_; }
  using DeckTable::text;

  /// The table [constants].
  std::vector<std::pair<std::string, FormulaText>> constants() const;

 private:
  Deck(std::shared_ptr<const CheckedTable> root, std::string app, std::string file, std::string text)
      : DeckTable(std::move(root)), app_(std::move(app)), file_(std::move(file)), text_(std::move(text)) {}

  std::string app_, file_, text_;
};

}  // namespace tarn::io
