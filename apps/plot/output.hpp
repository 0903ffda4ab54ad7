#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tarn/apps/plot/request.hpp"
#include "tarn/apps/plot/source.hpp"

namespace tarn::plot {

/// Where pictures go.
class Output {
 public:
  /// Of one run: its folder `plots`. Of one file: beside it, but for a file within a run, which goes to that run's
  /// `plots`. Of several sources: the working directory. With an output: that file, or, where there are several
  /// pictures, files whose names begin as it does.
  /// @param pictures  how many will be written
  /// @throws UsageError for an ending that no picture has, and for a movie that is none
  Output(const PlotRequest& request, const std::vector<Source>& sources, std::size_t pictures);

  io::PictureFormat format() const { return format_; }  ///< of the files
  bool is_mp4() const { return ending_ == ".mp4"; }     ///< a movie that is not an animated PNG

  /// The place of a picture.
  /// @param words  that make its name, where it has none yet; anything but letters, digits and "._+-" becomes "_"
  /// @throws UsageError if there is such a file and the request does not allow to replace it, Io if the folder of an
  ///   output is not there
  std::filesystem::path place(const std::vector<std::string>& words) const;

  /// Writes a file aside and renames it to its place: what stands there is whole, or what it was.
  /// @throws Io, NoSpace
  void write(const std::filesystem::path& place, const std::string& bytes) const;

 private:
  std::filesystem::path folder_, given_;
  std::string ending_;
  io::PictureFormat format_ = io::PictureFormat::png;
  bool one_, replace_;
};

/// The ending of a picture's file, in small letters, ".png" for none.
std::string ending_of(const std::string& output);

}  // namespace tarn::plot
