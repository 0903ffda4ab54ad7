#include "tarn/apps/plot/output.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/files/writable.hpp"

namespace tarn::plot {

namespace fs = std::filesystem;

namespace {

/// The run that a file lies in, up to two folders above it.
fs::path run_around(const fs::path& file) {
  fs::path folder = fs::absolute(file).lexically_normal().parent_path();
  for (int level = 0; level < 2; ++level, folder = folder.parent_path()) {
    std::error_code none;
    if (fs::exists(folder / "run.json", none)) return folder;
  }
  return {};
}

/// As the user would write it: relative where the source was.
fs::path folder_for(const std::vector<Source>& sources) {
  if (sources.size() > 1) return {};
  const Source& source = sources.front();
  if (source.run()) return source.path() / "plots";
  const fs::path run = run_around(source.path());
  if (run.empty()) return source.path().parent_path();
  return (source.path().is_absolute() ? run : fs::proximate(run)) / "plots";
}

std::string name_from(const std::vector<std::string>& words) {
  std::string name;
  for (const auto& word : words) {
    if (word.empty()) continue;
    name += name.empty() ? "" : "-";
    for (const char c : word)
      name += std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string("._+-").find(c) != std::string::npos
                  ? c
                  : '_';
  }
  constexpr std::size_t longest = 200;
  if (name.starts_with('.')) name[0] = '_';
  return name.substr(0, longest);
}

}  // namespace

std::string ending_of(const std::string& output) {
  std::string ending = output.empty() ? ".png" : fs::path(output).extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
  return ending;
}

Output::Output(const PlotRequest& request, const std::vector<Source>& sources, std::size_t pictures)
    : folder_(folder_for(sources)),
      given_(request.output),
      ending_(ending_of(request.output)),
      one_(pictures == 1),
      replace_(request.replace) {
  const bool fits = request.movie ? ending_ == ".png" || ending_ == ".mp4"
                                  : ending_ == ".png" || ending_ == ".svg" || ending_ == ".pdf";
  if (!fits) {
    throw UsageError(
        fmt::format("--output {}: a {}", io::path_text(request.output),
                    request.movie ? "movie's file ends in .png or .mp4" : "picture's file ends in .png, .svg or .pdf"));
  }
  io::require_writable(given_.empty() ? folder_ : given_.parent_path());
  if (ending_ == ".svg") format_ = io::PictureFormat::svg;
  if (ending_ == ".pdf") format_ = io::PictureFormat::pdf;
}

fs::path Output::place(const std::vector<std::string>& words) const {
  fs::path place = folder_ / (name_from(words) + ending_);
  if (!given_.empty()) {
    place = given_;
    if (!one_) place.replace_filename(name_from({given_.stem().string(), name_from(words)}) + ending_);
  }
  std::error_code none;
  if (!given_.empty() && place.has_parent_path() && !fs::is_directory(place.parent_path(), none))
    throw io::Io(place.parent_path(), "there is no such folder", ENOENT);
  if (!replace_ && fs::exists(fs::symlink_status(place, none)))
    throw UsageError(fmt::format("{}: there is such a file; --force replaces it", io::path_text(place)));
  return place;
}

void Output::write(const fs::path& place, const std::string& bytes) const {
  const fs::path folder = place.parent_path();
  if (given_.empty() && !folder.empty()) {
    std::error_code failed;
    fs::create_directory(folder, failed);
    if (failed) io::throw_errno(folder, "make the folder", failed.value());
  }
  const fs::path aside = folder / fmt::format(".{}.{}.tmp", place.filename().string(), ::getpid());
  auto file = io::FileDescriptor::create_new(aside);
  try {
    file.write(bytes);
    file.sync();
    file.close();
    if (replace_) {
      fs::rename(aside, place);
    } else if (!io::rename_without_replacing(aside, place)) {
      io::throw_errno(place, "create the file", EEXIST);
    }
  } catch (...) {
    ::unlink(aside.c_str());
    throw;
  }
}

}  // namespace tarn::plot
