#include "tarn/io/deck/deck_text.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/deck/syntax_hints.hpp"
#include "tarn/io/files/shell_words.hpp"

namespace tarn::io {

std::string read_deck_text(const std::string& file) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) {
    throw DataError(fmt::format("cannot read the deck {}: it is a folder", path_text(file)));
  }
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in) throw DataError(fmt::format("cannot open the deck {}: {}", path_text(file), std::strerror(errno)));
  std::string text;
  std::vector<char> block(std::size_t{1} << 16);
  while (text.size() <= largest_deck) {  // one block more is enough to see that it is too large
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    text.append(block.data(), static_cast<std::size_t>(in.gcount()));
    if (!in) break;
  }
  if (in.bad()) throw DataError(fmt::format("cannot read the deck {}: {}", path_text(file), std::strerror(errno)));
  return text;
}

bool is_read_once(const std::string& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
         !std::filesystem::is_directory(status);
}

}  // namespace tarn::io
