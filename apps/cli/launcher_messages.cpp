#include "tarn/apps/cli/launcher_messages.hpp"

#include <cstdio>

#include "tarn/apps/cli/launcher_link.hpp"
#include "tarn/apps/cli/print.hpp"
#include "tarn/apps/driver/run.hpp"

namespace tarn::cli {

namespace {

/// Open MPI frames what it says by lines of '-', MPICH by lines of '='.
bool is_ruler(const std::string& line) {
  constexpr std::size_t shortest = 40;
  const auto length = line.find_last_not_of("\r\n") + 1;
  return length >= shortest && line.find_first_not_of(line[0] == '=' ? '=' : '-') == length;
}

bool has(const std::string& text, const char* words) {
  return text.find(words) != std::string::npos;
}

bool tells_of_exit_codes(const std::string& frame) {
  return has(frame, "non-zero") || has(frame, "MPI_ABORT was invoked") || has(frame, "BAD TERMINATION");
}

/// Open MPI 6 takes what tarn sets to start more ranks than cores, and tells by a frame that it has new names for it.
bool tells_of_new_names(const std::string& frame) {
  return has(frame, "deprecated MCA variable") &&
         (has(frame, "rmaps_default_mapping_policy") || has(frame, "hwloc_default_binding_policy"));
}

/// What says nothing to a user: empty lines; signals that went on to ranks; and in Open MPI 5, a rank that had ended
/// before it was told of the end, and networks that ranks on one machine, which use its memory, could not have used.
/// Where ranks are on several, more is told of what they cannot reach.
bool is_noise(const std::string& line) {
  return line.find_first_not_of("\r\n") == std::string::npos || has(line, ": Forwarding signal ") ||
         has(line, "PMIX ERROR: PMIX_ERR_UNREACH in file") ||
         has(line, "Unable to find reachable pairing between local and remote interfaces");
}

}  // namespace

void LauncherMessages::add(std::string_view text) {
  unfinished_ += text;
  for (auto end = unfinished_.find('\n'); end != std::string::npos; end = unfinished_.find('\n')) {
    add_line(unfinished_.substr(0, end + 1));
    unfinished_.erase(0, end + 1);
  }
}

void LauncherMessages::add_line(const std::string& line) {
  // A launcher may put the number of the rank before a line.
  if (const auto at = line.find(all_hear_words); at != std::string::npos) {
    ranks_hear_ = true;
    const auto begin = at + all_hear_words.size(), end = line.rfind('}') + 1;  // a tag may stand behind it, too
    if (end > begin) first_rank_ = io::parse_lease(std::string_view(line).substr(begin, end - begin));
    return;
  }
  if (line.ends_with(stop_came_line)) {
    stop_came_ = true;
    return;
  }
  const bool of_rank = line.rfind("tarn: ", 0) == 0;
  ranks_told_why_ = ranks_told_why_ || of_rank;
  if (is_ruler(line)) {
    const bool ends = !frame_.empty();
    frame_ += line;
    if (ends) end_frame();
  } else if (!frame_.empty() && !of_rank) {
    frame_ += line;
  } else if (!is_noise(line)) {
    write_text(stderr, line);
  }
}

void LauncherMessages::end_frame() {
  if (tells_of_exit_codes(frame_)) {
    about_ranks_ += frame_;
  } else if (!tells_of_new_names(frame_)) {
    write_text(stderr, frame_);
  }
  frame_.clear();
}

void LauncherMessages::finish(int exit_code) {
  write_text(stderr, frame_ + unfinished_);
  const bool is_explained = ranks_told_why_ || exit_code == apps::exit_code::stopped;
  if (!is_explained) write_text(stderr, about_ranks_);
}

}  // namespace tarn::cli
