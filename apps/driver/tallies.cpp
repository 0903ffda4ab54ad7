#include "tarn/apps/driver/tallies.hpp"

#include <charconv>
#include <sstream>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::apps {

std::string tallies_text(const std::vector<HistoryValue>& tallies) {
  std::string text;
  for (const auto& tally : tallies)
    text += fmt::format("{} {}\n", tally.name, tally.value);
  return text;
}

std::vector<HistoryValue> read_tallies(const std::string& text, const std::string& file) {
  std::vector<HistoryValue> tallies;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto gap = line.find(' ');
    double value = 0;
    const char* const end = line.data() + line.size();
    const char* const digits = gap == std::string::npos ? end : line.data() + gap + 1;
    const auto read = std::from_chars(digits, end, value);
    if (read.ec != std::errc() || read.ptr != end)
      throw DataError(
          fmt::format("{}: its tallies have a line that is no name and number: '{}'", io::path_text(file), line));
    tallies.push_back({line.substr(0, gap), value});
  }
  return tallies;
}

}  // namespace tarn::apps
