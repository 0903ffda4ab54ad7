#include "tarn/io/store/latest_link.hpp"

#include <sys/stat.h>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/io/store/names.hpp"

namespace tarn::io {

namespace {

constexpr const char* link_name = "latest";

/// @param unreadable  what counts if the run's mark is damaged or of a newer tarn
bool is_run_of(const ManagedRoot& root, const std::string& name, bool unreadable) {
  if (!is_run_directory_name(name)) return false;
  try {
    return root_uuid_of(root.path / name) == root.uuid;
  } catch (const DataError&) {
    return unreadable;
  }
}

}  // namespace

std::string start_of_run(const std::filesystem::path& run) {
  constexpr std::size_t stamp = 16, hex = 8;  // yyyymmddThhmmssZ-xxxxxxxx
  const std::string name = run.filename().string();
  struct stat mark {};
  const bool marked = ::lstat((run / ".tarn-run").c_str(), &mark) == 0;
  const auto end = name.size() - hex;
  return fmt::format("{} {:020}.{:09} {}", name.substr(end - 1 - stamp, stamp), marked ? mark.st_mtim.tv_sec : 0,
                     marked ? mark.st_mtim.tv_nsec : 0, name.substr(end));
}

std::string newest_run_in(const ManagedRoot& root, const Folder& top, const std::string& but) {
  std::string newest, newest_start;
  for (const auto& entry : top.entries()) {
    if (entry.kind != Folder::Entry::Kind::folder || entry.foreign || entry.name == but) continue;
    if (!is_run_of(root, entry.name, false)) continue;
    const std::string start = start_of_run(root.path / entry.name);
    if (start <= newest_start) continue;
    newest = entry.name;
    newest_start = start;
  }
  return newest;
}

bool latest_dangles(const ManagedRoot& root, const Folder& top, const std::string& gone) {
  const auto target = top.link_target(link_name);
  // A link that leads elsewhere is somebody else's.
  return target && is_run_directory_name(*target) && (*target == gone || !is_run_of(root, *target, true));
}

std::string mend_latest(const ManagedRoot& root, const Folder& top) {
  std::string pointed_at;
  // A run that starts meanwhile moves the link too; whoever moves it last must have seen the newest.
  for (std::string newest = newest_run_in(root, top);; newest = newest_run_in(root, top)) {
    if (newest.empty()) {
      if (latest_dangles(root, top)) top.remove_file(link_name);
      return {};
    }
    if (newest == pointed_at) return newest;
    top.put_link(link_name, newest);
    pointed_at = newest;
  }
}

}  // namespace tarn::io
