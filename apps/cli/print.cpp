#include "tarn/apps/cli/print.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace tarn::cli {

namespace {

// The standard output is the process's, and so is what became of it.
std::atomic<int> first_error{0};
std::atomic<bool> output_was_closed{false}, output_is_begun{false};

void note_error(int error) {
  int none = 0;
  first_error.compare_exchange_strong(none, error != 0 ? error : EIO);
}

}  // namespace

void open_standard_streams() noexcept {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) >= 0 || errno != EBADF) continue;
    if (stream == STDOUT_FILENO) output_was_closed = true;
    // The lowest number that is free is this one. Where there is no /dev/null nothing better can be done.
    const int opened = ::open("/dev/null", stream == STDIN_FILENO ? O_RDONLY : O_WRONLY);
    if (opened >= 0 && opened != stream) ::close(opened);
  }
}

void write_text(std::FILE* stream, std::string_view text) noexcept {
  if (text.empty()) return;
  errno = 0;
  const bool written = std::fwrite(text.data(), 1, text.size(), stream) == text.size();
  const int error = errno;
  if (stream != stdout) return;
  output_is_begun = true;
  if (!written) note_error(error);
  if (output_was_closed) note_error(EBADF);
}

bool is_output_begun() noexcept {
  return output_is_begun;
}

void flush_output() noexcept {
  errno = 0;
  if (std::fflush(stdout) != 0) note_error(errno);
}

int take_output_error() noexcept {
  flush_output();
  std::clearerr(stdout);
  return first_error.exchange(0);
}

}  // namespace tarn::cli
