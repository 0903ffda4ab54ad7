#include "tarn/apps/plot/movie.hpp"

#include <unistd.h>

#include <cstdlib>

#include <fmt/format.h>

#include "tarn/apps/batch/process.hpp"
#include "tarn/core/error.hpp"
#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/image/animated_png.hpp"

namespace tarn::plot {

namespace fs = std::filesystem;

namespace {

class PngMovie : public Movie {
 public:
  PngMovie(const Output& output, fs::path place, double frames_per_second)
      : output_(output), place_(std::move(place)), png_(frames_per_second) {}

  void add(const std::string& png) override { png_.add(png); }
  void finish() override { output_.write(place_, png_.file()); }

 private:
  const Output& output_;
  fs::path place_;
  io::AnimatedPng png_;
};

/// A folder that goes away with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "tarn-movie-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) io::throw_errno(name, "make the folder", errno);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// Frames in files, which ffmpeg then reads.
class Mp4Movie : public Movie {
 public:
  Mp4Movie(const Output& output, fs::path place, double frames_per_second)
      : output_(output), place_(std::move(place)), frames_per_second_(frames_per_second) {
    if (!batch::is_program("ffmpeg")) {
      throw UsageError(
          "an MP4 needs the program ffmpeg, which is not in PATH (Debian: ffmpeg); "
          "an animated PNG needs nothing: let the output end in .png");
    }
  }

  void add(const std::string& png) override {
    auto file = io::FileDescriptor::create_new(folder_.path() / fmt::format("{:08}.png", frames_++));
    file.write(png);
    file.close();
  }

  void finish() override {
    const fs::path made = folder_.path() / "movie.mp4";
    const auto outcome = batch::run_program(
        {"ffmpeg", "-nostdin", "-loglevel", "error", "-framerate", fmt::format("{}", frames_per_second_), "-i",
         (folder_.path() / "%08d.png").string(), "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2:color=white", "-pix_fmt",
         "yuv420p", "-movflags", "+faststart", made.string()});
    if (outcome.code != 0) {
      throw DataError(fmt::format("ffmpeg made no movie (exit code {}): {}", outcome.code, outcome.errors));
    }
    const auto file = io::open_regular_file(made);
    if (!file) throw DataError("ffmpeg ended well and left no movie");
    output_.write(place_, file->read_all());
  }

 private:
  const Output& output_;
  fs::path place_;
  double frames_per_second_;
  TemporaryFolder folder_;
  int frames_ = 0;
};

}  // namespace

std::unique_ptr<Movie> begin_movie(const Output& output, const fs::path& place, double frames_per_second) {
  if (output.is_mp4()) return std::make_unique<Mp4Movie>(output, place, frames_per_second);
  return std::make_unique<PngMovie>(output, place, frames_per_second);
}

}  // namespace tarn::plot
