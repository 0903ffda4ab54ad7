#pragma once

#include <string>
#include <vector>

#include "tarn/apps/batch/ensemble_directory.hpp"

namespace tarn::batch {

/// What became of an ensemble: a row for each member with the values that vary, its status, its exit code, and the last
/// row of its history. It is the same wherever the members ran.
struct EnsembleTable {
  std::vector<std::string> keys, history;  ///< names of columns
  struct Row {
    std::size_t member = 0;
    std::vector<std::string> values;  ///< TOML
    std::string status;               ///< of RunReading, or "missing" where the member's directory is
    int exit_code = 0;
    std::string reason;
    std::vector<std::string> history;  ///< empty where there is no row yet
  };
  std::vector<Row> rows;
};

EnsembleTable table_of(const EnsembleDirectory& ensemble);

/// RFC 4180.
std::string csv_text(const EnsembleTable& table);
std::string json_text(const EnsembleTable& table);
/// For people: columns that line up, and what each failure was.
std::string plain_text(const EnsembleTable& table);

/// "4 done, 1 failed, 1 waiting".
std::string count_text(const EnsembleTable& table);

/// The exit code of an ensemble: that of the first member that failed; 75 if any is to be run again; else 0.
int exit_code_of(const EnsembleTable& table);

}  // namespace tarn::batch
