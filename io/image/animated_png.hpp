#pragma once

#include <cstdint>
#include <string>

namespace tarn::io {

/// A PNG file that moves, made of the files of its frames (PNG specification, third edition, section 11.3.4). Programs
/// that know no moving ones show the first frame.
class AnimatedPng {
 public:
  /// @param frames_per_second  > 0
  explicit AnimatedPng(double frames_per_second);

  /// Adds a frame.
  /// @param png  a file that draw() made, of the first frame's size
  /// @throws DataError for anything else
  void add(const std::string& png);

  /// The bytes of the file. Nothing can be added after that.
  /// @throws UsageError without frames
  std::string file();

  std::int64_t frames() const { return frames_; }  ///< so far

 private:
  void add_control(const std::string& header);

  double frames_per_second_;
  std::uint32_t sequence_ = 0;
  std::int64_t frames_ = 0;
  std::string header_;  // the frames' IHDR
  std::string body_;    // chunks after it
};

/// Width and height of a PNG file [pixel].
struct PngSize {
  int width = 0, height = 0;  ///< > 0
};
/// @throws DataError if these bytes begin no PNG file
PngSize png_size(const std::string& png);

}  // namespace tarn::io
