#pragma once

#include <cstdio>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace tarn::cli {

// All that tarn says goes through here. Nothing of it throws: a message that cannot be written, because the disk is
// full, a pipe was closed or memory is short, ends no run. It is lost; of the standard output that is remembered.

/// Opens the standard streams that this process was started without on /dev/null, so that no file that is opened later
/// is taken for one of them. What is then printed on such a standard output counts as lost.
void open_standard_streams() noexcept;

/// Writes a text as it is.
void write_text(std::FILE* stream, std::string_view text) noexcept;

/// Whether any text went to the standard output, or was lost on its way there.
bool is_output_begun() noexcept;

/// Writes out what is buffered of the standard output.
void flush_output() noexcept;

/// Does so too, and forgets what was lost of it.
/// @returns the `errno` of the first text that was lost since the last call, or 0
int take_output_error() noexcept;

/// To the standard output: answers, reports, progress.
template <class... Args>
void print(fmt::format_string<Args...> text, Args&&... args) noexcept {
  try {
    write_text(stdout, fmt::format(text, std::forward<Args>(args)...));
  } catch (...) {  // there is no memory for it
  }
}

/// To the standard error: warnings and errors.
template <class... Args>
void tell(fmt::format_string<Args...> text, Args&&... args) noexcept {
  try {
    write_text(stderr, fmt::format(text, std::forward<Args>(args)...));
  } catch (...) {  // there is no memory for it
  }
}

}  // namespace tarn::cli
