#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/pipeline/worker.hpp"

namespace tarn::apps::pipeline {

/// Plans every item; what cannot be computed becomes an item with a flaw.
/// @param memory  that a rank may use; nothing: not known, and everything fits
/// @throws UsageError if an item neither fits nor streams
void plan_items(Job& job, std::optional<std::uint64_t> memory);

/// The job of a run, without what is done already. Collective; the same on all ranks. Calls HDF5 on rank 0.
/// @param done  of a run that is continued: the records of its items
/// @throws DataError if no file is there; UsageError if an item neither fits nor streams, two files of one name are to
///     be written, or the run that is continued did something else
Job prepare_job(const RunContext& context, std::map<std::string, Record>& done);

/// Whether an item need not be done again: its record, its input and what was written still fit.
bool is_done(const RunContext& context, const Job& job, const Item& item, const Record& record);

}  // namespace tarn::apps::pipeline
