#pragma once

#include <string>

#include "tarn/io/store/folder.hpp"

// <root>/latest, the link to the newest run of a managed directory.

namespace tarn::io {

/// When a run started, as a text that sorts: the time in its name, then, for runs of one second, that of its mark. Hex
/// digits decide last.
/// @param run  named as is_run_directory_name() says
std::string start_of_run(const std::filesystem::path& run);

/// The newest run of a root, by start_of_run(); empty if there is none. One whose mark cannot be read does not
/// count.
/// @param but  the name of a run that does not count
/// @throws Io
std::string newest_run_in(const ManagedRoot& root, const Folder& top, const std::string& but = "");

/// Whether `latest` is a link to where no run stands once the run of that name has gone.
/// @throws Io
bool latest_dangles(const ManagedRoot& root, const Folder& top, const std::string& gone = "");

/// Lets `latest` point at the newest run there is; removes it if there is none.
/// @return what it points at
/// @throws Io, NoSpace
std::string mend_latest(const ManagedRoot& root, const Folder& top);

}  // namespace tarn::io
