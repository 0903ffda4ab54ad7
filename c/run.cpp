#include "tarn/apps/driver/run.hpp"

#include "tarn/c/guard.hpp"

namespace {

/// Hands on to a caller in C what a run tells.
class Caller : public tarn::apps::Observer {
 public:
  explicit Caller(const tarn_observer& told) : told_(told) {}

  void report(const std::string& text) noexcept override {
    if (told_.log == nullptr) return;
    if (text.ends_with('\n')) {
      log(text, text.size() - 1);
    } else {
      told_.log(told_.user, text.c_str());
    }
  }
  void warn(const std::string& text) noexcept override { report(text); }
  void ended(const std::string& run_json) noexcept override {
    if (told_.ended != nullptr) told_.ended(told_.user, run_json.c_str());
  }
  bool wants_progress(double walltime) noexcept override {
    constexpr double seconds_between = 0.25;
    if (told_.progress == nullptr || walltime < next_) return false;
    next_ = walltime + seconds_between;
    return true;
  }
  void progress(const tarn::apps::Progress& now, double /*walltime*/) noexcept override {
    told_.progress(told_.user, static_cast<int64_t>(now.step), now.time, now.end, now.seconds_left);
  }
  int stop_request() noexcept override { return told_.stop != nullptr && told_.stop(told_.user) != 0 ? 1 : 0; }

 private:
  void log(const std::string& text, std::size_t length) noexcept {
    try {
      told_.log(told_.user, text.substr(0, length).c_str());
    } catch (...) {  // there is no memory for a shorter one
      told_.log(told_.user, text.c_str());
    }
  }

  tarn_observer told_;
  double next_ = 0;  ///< walltime of the next progress [s]
};

tarn::apps::RunRequest request_of(const char* deck, const tarn_run_options* options) {
  tarn::apps::RunRequest request;
  request.deck = tarn::c::text_of(deck, "deck");
  if (options == nullptr) return request;
  if (options->root != nullptr) request.root = options->root;
  if (options->directory != nullptr) request.run_directory = options->directory;
  if (options->restart != nullptr) request.restart = options->restart;
  for (int n = 0; n < options->override_count; ++n)
    request.overrides.push_back(tarn::c::text_of(tarn::c::not_null(options->overrides + n, "overrides"), "override"));
  return request;
}

}  // namespace

extern "C" int tarn_run_deck(tarn_runtime* runtime, const char* deck, const tarn_run_options* options,
                             const tarn_observer* observer) {
  return tarn::c::guarded([&] {
    const auto& own = *tarn::c::not_null(runtime, "runtime").runtime;
    Caller caller(observer != nullptr ? *observer : tarn_observer{});
    tarn::apps::RunRequest request;
    own.communicator().agree([&] { request = request_of(deck, options); });
    return tarn::apps::run_deck(own, request, caller);
  });
}
