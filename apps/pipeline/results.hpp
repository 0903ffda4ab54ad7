#pragma once

#include <map>
#include <string>
#include <vector>

#include "tarn/apps/pipeline/program.hpp"
#include "tarn/apps/pipeline/record.hpp"
#include "tarn/io/store/run_directory.hpp"

namespace tarn::apps::pipeline {

/// Writes results.csv and results.h5, a row for each file in their order, and items.csv with what each took; the
/// manifest vouches for them. On one rank, while no other thread calls HDF5.
/// @param files    names of all items, sorted
/// @param records  of those that were looked at
/// @throws Io, NoSpace, Corrupt
void write_results(const io::RunDirectory& run, const Program& program, const std::vector<std::string>& files,
                   const std::map<std::string, Record>& records);

/// Commits the files of arrays of the items that are done, and the logs of all ranks.
/// @param files  names of all items
/// @throws Io, NoSpace
void commit_outputs(const io::RunDirectory& run, const Program& program, const std::vector<std::string>& files,
                    const std::map<std::string, Record>& records);

}  // namespace tarn::apps::pipeline
