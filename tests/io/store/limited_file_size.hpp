#pragma once

#include <csignal>
#include <cstdint>
#include <sys/resource.h>

namespace tarn::io::test {

/// While it lives, this process cannot make any file longer; writes fail with EFBIG instead of a signal.
class LimitedFileSize {
 public:
  explicit LimitedFileSize(std::uint64_t bytes) {
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const struct rlimit limited { bytes, before_.rlim_max };
    ::setrlimit(RLIMIT_FSIZE, &limited);
  }
  ~LimitedFileSize() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  LimitedFileSize(const LimitedFileSize&) = delete;
  LimitedFileSize& operator=(const LimitedFileSize&) = delete;

 private:
  struct rlimit before_ {};
  void (*handler_)(int) = nullptr;
};

}  // namespace tarn::io::test
