#include "tarn/tests/fuzz/harness.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

namespace tarn::fuzz {

namespace {

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// U+0080 to U+009F in UTF-8.
bool is_late_control(char a, char b) {
  return a == '\xc2' && static_cast<unsigned char>(b) >= 0x80 && static_cast<unsigned char>(b) < 0xa0;
}

}  // namespace

void expect(bool holds, const char* rule, std::string_view about) {
  if (holds) return;
  fmt::print(stderr, "does not hold: {}: {}\n", rule, about);
  std::abort();
}

void expect_clean(std::string_view message, std::size_t longest) {
  expect(!message.empty(), "an error has a message");
  expect(message.size() <= longest, "a message is short", message);
  expect(std::none_of(message.begin(), message.end(), is_control), "a message has no control characters", message);
  expect(std::adjacent_find(message.begin(), message.end(), is_late_control) == message.end(),
         "a message has no control characters", message);
}

}  // namespace tarn::fuzz
