#pragma once

#include <string>

// Names in the directories that tarn manages.

namespace tarn::io {

/// Whether a text is a plain path below a directory: relative, no ".", "..", empty part, nor control character.
bool is_relative_name(const std::string& name);

/// Whether a text has the form <run name>-yyyymmddThhmmssZ-xxxxxxxx.
bool is_run_directory_name(const std::string& name);

/// What is wrong with a run's name, for which RunDirectory::create() would refuse it; empty: nothing.
std::string run_name_flaw(const std::string& name);

/// Whether a name in tmp/ is one of RunDirectory::temporary_for(): it ends with .xxxxxxxx.part.
bool is_temporary_name(const std::string& name);

/// Whether a name is one under which tarn writes its marks and locks before they get their own: .lock-xxxxxxxx and
/// .tarn-root-xxxxxxxx, .tarn-run-xxxxxxxx, .latest-xxxxxxxx.
bool is_written_aside(const std::string& name);

/// Whether a path in a run directory is one under which tarn puts snapshots, checkpoints and pictures:
/// out/<series>-<step>.h5, ckpt/<step>.h5, img/<field>-<step>.png with steps of ten or more digits.
bool is_dump_name(const std::string& relative);

/// Whether a path in a run directory or a set of datasets is one that tarn writes; nothing else is ever removed.
bool is_run_file_name(const std::string& relative);

/// Whether a name is one of the files that `tarn data make` writes: data_0000.h5, with four or more digits.
bool is_dataset_name(const std::string& name);

}  // namespace tarn::io
