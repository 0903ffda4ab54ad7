#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include <nlohmann/json_fwd.hpp>

#include "tarn/apps/driver/page/page_pictures.hpp"
#include "tarn/io/store/run_directory.hpp"

namespace tarn::apps {

/// Keeps report.html of a run: writes it at the start, and again and again from a thread of its own while the run goes
/// on, each time as a whole. It reads the files of the run directory; the run waits for nothing but the first and the
/// last page. Where a page cannot be written that is told once, and the run goes on. On rank 0, while it holds the
/// directory.
class PageWriter {
 public:
  /// What the run knows better than its run.json; called from the thread.
  using Tell = std::function<void(nlohmann::ordered_json& run_json)>;
  /// Takes a warning, without the end of the line; called from the thread.
  using Warn = std::function<void(const std::string& text)>;

  /// Between two pages [s]; TARN_REPORT_SECONDS is another one. A page that takes long to make comes less often.
  static double period();

  /// Writes the first page soon, and one every period from then on.
  PageWriter(const io::RunDirectory& run, Tell tell, Warn warn);
  ~PageWriter();  ///< writes no page
  PageWriter(const PageWriter&) = delete;
  PageWriter& operator=(const PageWriter&) = delete;

  /// Writes no more pages but the last one.
  void pause();

  /// Writes the last page, for which the manifest vouches. Nothing is written later.
  /// @param status  how the run ended, as run.json has it
  void end(const std::string& status);

 private:
  void run();
  std::string make(const std::string& status, double next);
  void attempt(const std::function<void()>& write);

  io::RunDirectory run_;
  Tell tell_;
  Warn warn_;
  PagePictures pictures_;
  std::mutex mutex_;
  std::condition_variable stopped_;
  bool stop_ = false, failed_ = false;
  double next_;  ///< to wait until the next page [s]
  std::thread thread_;
};

}  // namespace tarn::apps
