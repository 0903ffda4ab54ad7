#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "tarn/io/store/manifest.hpp"

namespace tarn::apps {

/// A PNG as a page holds it.
struct PagePng {
  std::string base64;                   ///< empty: it could not be read, or there was no room for it
  std::uint32_t width = 0, height = 0;  ///< [pixel]; 0 where its header does not tell
};

/// One picture of a series.
struct PageFrame {
  std::string file;       ///< in the run directory
  std::int64_t step = 0;  ///< of the state that it shows
  PagePng png;            ///< the picture itself
};

/// The pictures that one [[image]] of a deck wrote, oldest first.
struct PageSeries {
  std::string name;               ///< the first part of the files' names
  std::int64_t written = 0;       ///< pictures of it in the run directory
  std::vector<PageFrame> frames;  ///< those that are shown: evenly chosen, the newest among them
};

/// The numbers of `wanted` things of `all`, evenly chosen, the first and the last among them; the last alone for 1.
std::vector<std::size_t> evenly_chosen(std::size_t all, std::size_t wanted);

/// The pictures of a page, chosen so that there are few and that they are small together. What was read once is kept
/// for the next page.
class PagePictures {
 public:
  static constexpr std::size_t most = 60;             ///< of all series together
  static constexpr std::size_t most_bytes = 6 << 20;  ///< of all, as base64

  /// @param run  the run directory; a picture that cannot be read is left out
  std::vector<PageSeries> choose(const std::filesystem::path& run, const io::Manifest& manifest);

 private:
  const PagePng& png_of(const std::filesystem::path& run, const std::string& file);

  std::map<std::string, PagePng> read_;  ///< by file
};

}  // namespace tarn::apps
