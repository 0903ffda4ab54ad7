#include "tarn/apps/driver/page/page_writer.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "tarn/apps/driver/page/page.hpp"
#include "tarn/io/store/manifest.hpp"
#include "tarn/io/store/vouched_file.hpp"

namespace tarn::apps {

double PageWriter::period() {
  constexpr double usual = 5, longest = 1e6;  // no clock overflows
  const char* text = std::getenv("TARN_REPORT_SECONDS");
  const double seconds = text ? std::strtod(text, nullptr) : 0;
  return seconds > 0 ? std::min(seconds, longest) : usual;
}

PageWriter::PageWriter(const io::RunDirectory& run, Tell tell, Warn warn)
    : run_(run), tell_(std::move(tell)), warn_(std::move(warn)), next_(period()) {
  attempt([&] {
    io::append_writing(run_.path(), {page_file});
    run_.write_file(page_file, make("running", next_));
  });
  attempt([&] { thread_ = std::thread([this] { this->run(); }); });
}

PageWriter::~PageWriter() {
  pause();
}

void PageWriter::pause() {
  {
    const std::lock_guard guard(mutex_);
    stop_ = true;
  }
  stopped_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void PageWriter::end(const std::string& status) {
  pause();
  attempt([&] { io::write_vouched(run_, page_file, make(status, 0), page_kind); });
}

void PageWriter::run() {
  constexpr double share = 0.05;  // of the time that one processor may spend on pages
  std::unique_lock guard(mutex_);
  while (!stopped_.wait_for(guard, std::chrono::duration<double>(next_), [this] { return stop_; })) {
    guard.unlock();
    const auto begin = std::chrono::steady_clock::now();
    attempt([&] { run_.write_file(page_file, make("running", next_)); });
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    guard.lock();
    next_ = std::max(period(), took / share);
  }
}

std::string PageWriter::make(const std::string& status, double next) {
  PageSource source = read_page_source(run_.path(), status, pictures_);
  source.period = next;
  tell_(source.json);
  return page_of(source);
}

/// From the thread, or while there is none.
void PageWriter::attempt(const std::function<void()>& write) {
  try {
    write();
  } catch (const std::exception& error) {
    if (!failed_) warn_(std::string(page_file) + " could not be written, and the run goes on: " + error.what());
    failed_ = true;
  }
}

}  // namespace tarn::apps
