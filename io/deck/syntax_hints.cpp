#include "tarn/io/deck/syntax_hints.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tarn/io/deck/identifier.hpp"
#include "tarn/io/deck/printable.hpp"

namespace tarn::io {

namespace {

constexpr int most_key_parts = 64;

TextFlaw find_bad_byte(std::string_view text, const std::string& source) {
  Position here{source, 1, 1};
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '\0') return TextFlaw{here, "a NUL character: this is no text file"};
    const auto length = utf8_length(text, i);
    if (length == 0) {
      const unsigned byte = static_cast<unsigned char>(text[i]);
      return TextFlaw{here, fmt::format("byte 0x{:02X} is no UTF-8: save the deck as UTF-8 text", byte)};
    }
    here.column = text[i] == '\n' ? 1 : here.column + 1;
    here.line += text[i] == '\n' ? 1 : 0;
    i += length;
  }
  return {};
}

/// The end of the string that opens at `i` in a quote character; the text's end if it never closes.
std::size_t end_of_string(std::string_view text, std::size_t i) {
  const char quote = text[i];
  const std::string triple(3, quote);
  const bool long_form = text.substr(i, 3) == triple;
  std::size_t at = i + (long_form ? 3 : 1);
  while (at < text.size()) {
    if (quote == '"' && text[at] == '\\') {
      at += 2;
    } else if (long_form && text.substr(at, 3) == triple) {
      at += 3;
      const std::size_t most = at + 2;  // a string may end with one or two quotes of its own
      while (at < most && at < text.size() && text[at] == quote)
        ++at;
      return at;
    } else if (!long_form && (text[at] == quote || text[at] == '\n')) {
      return at + 1;
    } else {
      ++at;
    }
  }
  return text.size();
}

/// Goes through what stands outside of strings and comments. Right up to the first syntax error, where parsing ends; a
/// parser that reads a wrong value to its end may see more of it than a string would hide, and so does this.
class BareScan {
 public:
  BareScan(std::string_view text, const std::string& source) : text_(text), here_{source, 1, 1} {
    constexpr std::string_view utf8_mark = "\xef\xbb\xbf";
    if (text.starts_with(utf8_mark)) at_ = utf8_mark.size();
  }

  /// @param refuse  of a character's offset: what is wrong with it, or nothing
  template <class Refuse>
  TextFlaw run(const Refuse& refuse) {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool quote = c == '"' || c == '\'';
      const std::size_t end = std::min(c == '#' ? text_.find('\n', at_)
                                       : quote  ? end_of_string(text_, at_)
                                                : at_ + 1,
                                       text_.size());
      const bool hidden = c == '#' || (quote && starts_);
      note(c);
      for (; at_ < end; advance()) {
        if (hidden) continue;
        if (const std::string what = refuse(at_); !what.empty()) return {here_, what};
      }
    }
    return {};
  }

 private:
  /// Notes whether a key or a value may start after `c`; a quote elsewhere does not open a string to every parser.
  void note(char c) {
    if (c == '\n' || c == ',' || (c == '{' && starts_)) equals_ = 0;
    if (c == '[' || c == '{') return;
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    starts_ = c == '=' ? ++equals_ == 1 : c == ',' || (blank && !is_after_date());
  }

  /// A time may follow a date after a blank, and be read as one value with it.
  bool is_after_date() const {
    constexpr std::size_t length = 10;  // yyyy-mm-dd
    return at_ >= length && text_[at_] == ' ' && text_[at_ - 6] == '-' && text_[at_ - 3] == '-';
  }

  void advance() {
    const char c = text_[at_++];
    const bool continues = (static_cast<unsigned char>(c) & 0xc0u) == 0x80u;
    here_.column = c == '\n' ? 1 : here_.column + (continues ? 0 : 1);
    here_.line += c == '\n' ? 1 : 0;
  }

  std::string_view text_;
  Position here_;
  std::size_t at_ = 0;
  int equals_ = 0;  ///< since the last key or value began
  bool starts_ = true;
};

/// Finds a dotted key of more parts than anybody writes.
TextFlaw find_deep_key(std::string_view text, const std::string& source) {
  int dots = 0;
  auto flaw = BareScan(text, source).run([&](std::size_t i) {
    if (text[i] == '.' && ++dots >= most_key_parts) return fmt::format("a key of more than {} parts", most_key_parts);
    if (std::string_view("=,[]{}\n").find(text[i]) != std::string_view::npos) dots = 0;
    return std::string();
  });
  flaw.position.column = 1;
  return flaw;
}

std::string_view line_of(std::string_view text, int line) {
  for (int n = 1; n < line; ++n) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

/// What stands right of the '=' in a line `key = value`, without blanks and comment; empty if it is no such
/// line.
std::string_view value_in(std::string_view line) {
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) return {};
  line.remove_prefix(equals + 1);
  line = line.substr(0, line.find('#'));
  const auto first = line.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

bool starts_like_a_number(std::string_view value) {
  return value.find_first_of("0123456789") == value.find_first_not_of("+-.");
}

std::string decimal_point_for(std::string_view value) {
  std::string out(value);
  std::replace(out.begin(), out.end(), ',', '.');
  return out;
}

std::string hint_for(std::string_view value) {
  if (value == "True" || value == "False" || value == "TRUE" || value == "FALSE") {
    return "; TOML's own are true and false, in lower case";
  }
  if (value.empty() || std::string_view("\"'[{").find(value[0]) != std::string_view::npos) return "";
  if (starts_like_a_number(value)) {
    const bool dot = value.front() == '.' || value.back() == '.' || value.find(".e") != std::string_view::npos;
    if (dot) return "; a number has digits on both sides of its point, as in 0.5 and 1.0";
    if (value.find_first_not_of("0123456789,+-") == std::string_view::npos && value.find(',') != value.npos) {
      return "; a decimal number has a point: " + decimal_point_for(value);
    }
    const bool formula = value.find_first_of("*/^()<>? xyzt") != std::string_view::npos;
    return formula ? fmt::format("; a formula stands in quotes: \"{}\"", shortened(value)) : "";
  }
  return fmt::format("; text and formulas stand in quotes: {}", toml_quoted(value.substr(0, 60)));
}

}  // namespace

TextFlaw find_text_flaw(std::string_view text, const std::string& source) {
  if (text.size() > largest_deck) {
    return TextFlaw{{source, 0, 0}, fmt::format("larger than {} MiB: this is no deck", largest_deck >> 20)};
  }
  auto flaw = find_bad_byte(text, source);
  return flaw.what.empty() ? find_deep_key(text, source) : flaw;
}

TextFlaw find_bare_character(std::string_view text, const std::string& source) {
  return BareScan(text, source).run([&](std::size_t i) {
    if (static_cast<unsigned char>(text[i]) < 0x80) return std::string();
    return fmt::format(
        "not valid TOML: '{}' stands outside of texts and comments, where there are only plain ASCII characters",
        printable(text.substr(i, utf8_length(text, i))));
  });
}

std::string explain_syntax_error(std::string_view text, const Position& position, const std::string& message) {
  const auto line = line_of(text, position.line);
  const auto equals = line.find('=');
  const std::string field = equals == std::string_view::npos ? "" : field_of_rate(line.substr(0, equals));
  if (!field.empty())
    return fmt::format("not valid TOML: the key is the field alone: write {} = ... for d{}/dt", shortened(field),
                       shortened(field));
  const auto value = value_in(line);
  const bool open_string = message.find("unescaped control characters") != std::string::npos;
  const auto hint = open_string ? "; is the closing quote missing?" : hint_for(value);
  constexpr std::size_t longest = 300;  // the parser repeats whole keys
  return "not valid TOML: " + shortened(message, longest) + hint;
}

}  // namespace tarn::io
