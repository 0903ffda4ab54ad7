#include "tarn/apps/driver/page/page_pictures.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "tarn/apps/driver/page/html.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/files/file_operations.hpp"

namespace tarn::apps {

namespace {

/// A PNG's size stands in its first chunk (PNG specification, 11.2.2).
PagePng png_from(const std::string& bytes) {
  const auto number_at = [&](std::size_t at) {
    std::uint32_t number = 0;
    for (std::size_t n = 0; n < 4; ++n)
      number = number << 8 | static_cast<unsigned char>(bytes[at + n]);
    return number;
  };
  PagePng png{.base64 = base64(bytes)};
  if (bytes.size() < 24) return png;
  png.width = number_at(16);
  png.height = number_at(20);
  return png;
}

/// Of img/<series>-<step>.png; negative for any other name.
std::int64_t step_of(const std::string& file) {
  const auto dash = file.rfind('-');
  const auto dot = file.rfind(".png");
  std::int64_t step = -1;
  if (dash == std::string::npos || dot == std::string::npos || dash > dot) return step;
  std::from_chars(file.data() + dash + 1, file.data() + dot, step);
  return step;
}

std::string series_of(const std::string& file) {
  const auto slash = file.rfind('/');
  return file.substr(slash + 1, file.rfind('-') - slash - 1);
}

/// All that were written, by series in the order of their first pictures.
std::vector<PageSeries> all_series(const io::Manifest& manifest) {
  std::vector<PageSeries> series;
  for (const auto& entry : manifest.entries) {
    if (entry.kind != "picture" || step_of(entry.file) < 0) continue;
    const std::string name = series_of(entry.file);
    auto found = std::find_if(series.begin(), series.end(), [&](const auto& one) { return one.name == name; });
    if (found == series.end()) found = series.insert(series.end(), PageSeries{name, 0, {}});
    found->frames.push_back({entry.file, step_of(entry.file), {}});
  }
  for (auto& one : series) {
    one.written = static_cast<std::int64_t>(one.frames.size());
    std::stable_sort(one.frames.begin(), one.frames.end(),
                     [](const PageFrame& a, const PageFrame& b) { return a.step < b.step; });
  }
  return series;
}

void keep(std::vector<PageFrame>& frames, std::size_t wanted) {
  std::vector<PageFrame> chosen;
  for (const std::size_t number : evenly_chosen(frames.size(), wanted))
    chosen.push_back(std::move(frames[number]));
  frames = std::move(chosen);
}

std::size_t bytes_of(const PageSeries& series) {
  std::size_t bytes = 0;
  for (const auto& frame : series.frames)
    bytes += frame.png.base64.size();
  return bytes;
}

/// Leaves out every second picture until those that stay fit; at last even the newest, if that is too large alone.
void shrink(PageSeries& series, std::size_t room) {
  while (bytes_of(series) > room) {
    if (series.frames.size() == 1) {
      series.frames.front().png.base64.clear();
    } else {
      keep(series.frames, series.frames.size() / 2);
    }
  }
}

}  // namespace

std::vector<std::size_t> evenly_chosen(std::size_t all, std::size_t wanted) {
  std::vector<std::size_t> chosen;
  if (all == 0 || wanted == 0) return chosen;
  if (wanted == 1) return {all - 1};
  const std::size_t count = std::min(all, wanted);
  for (std::size_t n = 0; n < count; ++n)
    chosen.push_back(count == 1 ? all - 1 : (n * (all - 1) + (count - 1) / 2) / (count - 1));
  return chosen;
}

const PagePng& PagePictures::png_of(const std::filesystem::path& run, const std::string& file) {
  const auto [there, is_new] = read_.try_emplace(file);
  if (!is_new) return there->second;
  try {
    if (const auto png = io::open_regular_file(run / file)) there->second = png_from(png->read_all());
  } catch (const Error&) {  // it is left out
  }
  return there->second;
}

std::vector<PageSeries> PagePictures::choose(const std::filesystem::path& run, const io::Manifest& manifest) {
  std::vector<PageSeries> series = all_series(manifest);
  if (series.size() > most) series.resize(most);
  std::set<std::string> shown;
  for (auto& one : series) {
    keep(one.frames, most / series.size());
    for (auto& frame : one.frames)
      frame.png = png_of(run, frame.file);
    std::erase_if(one.frames, [](const PageFrame& frame) { return frame.png.base64.empty(); });
    shrink(one, most_bytes / series.size());
    for (const auto& frame : one.frames)
      shown.insert(frame.file);
  }
  std::erase_if(series, [](const PageSeries& one) { return one.frames.empty(); });
  std::erase_if(read_, [&](const auto& pair) { return !shown.contains(pair.first); });
  return series;
}

}  // namespace tarn::apps
