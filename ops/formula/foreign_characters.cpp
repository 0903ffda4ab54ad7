#include "tarn/ops/formula/foreign_characters.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

#include "tarn/ops/formula/lexer.hpp"

namespace tarn::ops::detail {

namespace {

struct Character {
  char32_t code = 0;
  std::size_t length = 0;  ///< in bytes; 0: this is no UTF-8
};

/// The UTF-8 character that a text starts with (RFC 3629, section 3).
Character first_character(std::string_view text) {
  if (text.empty()) return {};
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
  if (length == 0 || length > text.size()) return {};
  char32_t code = length == 1 ? lead : lead & (0x7Fu >> length);
  for (std::size_t n = 1; n < length; ++n) {
    const auto byte = static_cast<unsigned char>(text[n]);
    if ((byte & 0xC0) != 0x80) return {};
    code = code << 6 | (byte & 0x3F);
  }
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  if (code < least[length] || (code >= 0xD800 && code < 0xE000) || code > 0x10FFFF) return {};
  return {code, length};
}

struct Range {
  char32_t first, last;
};

/// Controls, blanks, marks that join the letter before, marks of direction, and what no font has.
constexpr Range unseen[] = {{0x80, 0xA0},     {0xAD, 0xAD},     {0x300, 0x36F},     {0x2000, 0x200F}, {0x2028, 0x202F},
                            {0x205F, 0x206F}, {0x20D0, 0x20FF}, {0x3000, 0x3000},   {0xD800, 0xF8FF}, {0xFE00, 0xFE0F},
                            {0xFEFF, 0xFEFF}, {0xFFF0, 0xFFFF}, {0xE0000, 0x10FFFF}};
constexpr Range blanks[] = {{0xA0, 0xA0}, {0x2000, 0x200A}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}};

template <std::size_t Count>
bool is_in(const Range (&ranges)[Count], char32_t code) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [code](const Range& one) { return one.first <= code && code <= one.last; });
}

struct Instead {
  std::u32string_view characters;
  std::string_view text;  ///< that is written in their place
};

constexpr Instead look_alikes[] = {{U"\u2212\u2010\u2011\u2012\u2013\u2014\uFE63\uFF0D", "-"},
                                   {U"\u00D7\u00B7\u22C5\u2217\u2219\u2022\uFF0A", "*"},
                                   {U"\u00F7\u2215\u2044\uFF0F", "/"},
                                   {U"\u2264\u2A7D", "<="},
                                   {U"\u2265\u2A7E", ">="},
                                   {U"\u2260", "!="},
                                   {U"\u2227", "&&"},
                                   {U"\u2228", "||"},
                                   {U"\u00AC", "!"},
                                   {U"\u221A", "sqrt(...)"},
                                   {U"\u03C0", "pi"},
                                   {U"\uFF08", "("},
                                   {U"\uFF09", ")"},
                                   {U"\uFF0C", ","}};

/// Letters of other scripts, and the Latin ones that look like them, in the same order.
constexpr std::u32string_view cyrillic =
    U"\u0430\u0435\u043E\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04BB\u051B\u051D"
    U"\u0410\u0412\u0415\u041A\u041C\u041D\u041E\u0420\u0421\u0422\u0423\u0425\u0405\u0406\u0408";
constexpr std::string_view like_cyrillic = "aeopcyxsijhqwABEKMHOPCTYXSIJ";
constexpr std::u32string_view greek_letters =
    U"\u03B9\u03BA\u03BD\u03BF\u03C1\u03C5\u03C7"
    U"\u0391\u0392\u0395\u0396\u0397\u0399\u039A\u039C\u039D\u039F\u03A1\u03A4\u03A5\u03A7";
constexpr std::string_view like_greek = "ikvopuxABEZHIKMNOPTYX";
static_assert(cyrillic.size() == like_cyrillic.size() && greek_letters.size() == like_greek.size());

/// '\0': no Latin letter looks like it.
char latin_of(std::u32string_view letters, std::string_view like, char32_t code) {
  const auto found = letters.find(code);
  return found == std::u32string_view::npos ? '\0' : like[found];
}

bool is_cyrillic(char32_t code) {
  return code >= 0x400 && code < 0x530;
}

/// The letter or digit that is as wide as an East Asian one here; '\0': it is none.
char narrow(char32_t code) {
  constexpr char32_t first = 0xFF01, last = 0xFF5E;  // ASCII from '!' to '~'
  const char plain = code >= first && code <= last ? static_cast<char>(code - first + '!') : '\0';
  return is_name(std::string(1, plain)) || (plain >= '0' && plain <= '9') ? plain : '\0';
}

/// The word that a Cyrillic letter stands in, in Latin letters; empty where another letter looks like none.
std::string latin_word(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  while (begin > 0 && continues_name(text[begin - 1]))
    --begin;
  std::string word;
  for (std::size_t end = begin; end < text.size();) {
    const Character next = first_character(text.substr(end));
    const char latin = latin_of(cyrillic, like_cyrillic, next.code);
    if (latin == '\0' && is_cyrillic(next.code)) return {};
    if (next.length == 0 || (latin == '\0' && !continues_name(text[end]))) break;
    word += latin == '\0' ? text[end] : latin;
    end += next.length;
  }
  constexpr std::size_t longest = 40;
  return word.size() > longest ? std::string() : word;
}

/// From alpha on; the small sigma at the end of words stands behind rho.
constexpr std::string_view greek[] = {
    "alpha", "beta",    "gamma", "delta", "epsilon", "zeta",  "eta", "theta",   "iota", "kappa", "lambda", "mu",   "nu",
    "xi",    "omicron", "pi",    "rho",   "sigma",   "sigma", "tau", "upsilon", "phi",  "chi",   "psi",    "omega"};

/// The name of a Greek letter, or of a sign that looks like one; empty: it is none.
std::string greek_name(char32_t code) {
  if (code == 0xB5) return "mu";
  if (code == 0x2206) return "Delta";
  if (code == 0x3D5) return "phi";
  if (code == 0x3F5) return "epsilon";
  if (code >= 0x3B1 && code < 0x3B1 + std::size(greek)) return std::string(greek[code - 0x3B1]);
  if (code < 0x391 || code >= 0x391 + std::size(greek) || code == 0x3A2) return {};
  std::string name(greek[code - 0x391]);
  name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

/// The digit or sign that a raised one stands for; 0: it is none.
char lowered(char32_t code) {
  constexpr std::u32string_view raised = U"\u2070\u00B9\u00B2\u00B3\u2074\u2075\u2076\u2077\u2078\u2079\u207B\u207A";
  constexpr std::string_view plain = "0123456789-+";
  const auto found = raised.find(code);
  return found == std::u32string_view::npos ? '\0' : plain[found];
}

/// A power in raised characters; nothing if the text does not start with one.
ForeignText raised_number(std::string_view text) {
  constexpr std::size_t most = 8;
  std::string number;
  std::size_t end = 0;
  while (number.size() < most) {
    const Character next = first_character(text.substr(end));
    const char plain = next.length == 0 ? '\0' : lowered(next.code);
    if (plain == '\0') break;
    number += plain;
    end += next.length;
  }
  if (end == 0) return {};
  return {end, fmt::format("'{}'", text.substr(0, end)), "write ^" + number};
}

std::string advice_for_cyrillic(std::string_view text, std::size_t at, char32_t code) {
  const char latin = latin_of(cyrillic, like_cyrillic, code);
  const std::string word = latin_word(text, at);
  if (latin == '\0' || word.empty()) return "it is a Cyrillic letter: names have Latin ones";
  return fmt::format("it is a Cyrillic letter: write the Latin {} that it looks like{}", latin,
                     word.size() > 1 ? ", as in " + word : "");
}

std::string advice_for(std::string_view text, std::size_t at, char32_t code) {
  if (is_in(blanks, code)) return "write a plain blank";
  for (const Instead& one : look_alikes) {
    if (one.characters.find(code) != std::u32string_view::npos) return fmt::format("write {}", one.text);
  }
  if (is_cyrillic(code)) return advice_for_cyrillic(text, at, code);
  if (const char plain = narrow(code); plain != '\0') return fmt::format("write a plain {}", plain);
  const std::string name = greek_name(code);
  if (name.empty()) return {};
  const char latin = latin_of(greek_letters, like_greek, code);
  return fmt::format("write a name in plain letters, such as {}{}", name,
                     latin == '\0' ? "" : fmt::format(", or the Latin {} that it looks like", latin));
}

}  // namespace

ForeignText foreign_text(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  const Character first = first_character(rest);
  if (first.length == 0) return {1, fmt::format("byte 0x{:02X}", static_cast<unsigned char>(rest[0])), ""};
  if (auto raised = raised_number(rest); raised.length > 0) return raised;
  const bool is_seen = !is_in(unseen, first.code);
  return {first.length,
          is_seen ? fmt::format("'{}'", rest.substr(0, first.length))
                  : fmt::format("the character U+{:04X}", static_cast<std::uint32_t>(first.code)),
          advice_for(text, at, first.code)};
}

}  // namespace tarn::ops::detail
