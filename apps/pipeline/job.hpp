#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/pipeline/worker.hpp"

namespace tarn::apps::pipeline {

/// Plans every item; what cannot be computed becomes an item with a flaw.
/// @param memory  that a rank may use; nothing: not known, and everything fits
/// @throws UsageError if an item neither fits nor streams
void plan_items(Job& job, std::optional<std::uint64_t> memory);

/// Finds what refuses a new run, before there is a directory for it: of the files it reads the headers alone, which
/// tell the shapes. A file that cannot be read is that file's own matter, see `pipeline.on_error`. Collective. Calls
/// HDF5 on rank 0.
/// @throws as prepare_job()
void check_start(const Runtime& runtime, const io::Deck& deck, const std::string& root);

/// The job of a run, without what is done already: an item of which the newest record says so, whose input has not
/// changed, and whose output stands as it was written. A result is kept where its input has gone. Collective; the same
/// on all ranks. Calls HDF5 on rank 0.
/// @throws DataError if no file is there; UsageError if an item neither fits nor streams, two files of one name are to
///     be written, or the run that is continued did something else
Job prepare_job(const RunContext& context);

}  // namespace tarn::apps::pipeline
