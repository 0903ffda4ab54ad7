#include "tarn/apps/pipeline/output_file.hpp"

#include <unistd.h>

#include "tarn/io/store/vouched_file.hpp"

namespace tarn::apps::pipeline {

namespace fs = std::filesystem;

OutputFile::OutputFile(const io::RunDirectory& run, const std::string& input)
    : run_(run), place_(place_of(input)), temporary_(run.temporary_for(place_)) {
  try {
    arrays_ = std::make_unique<ArrayFile>(temporary_);
  } catch (...) {
    ::unlink(temporary_.c_str());
    throw;
  }
}

OutputFile::~OutputFile() {
  arrays_.reset();
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

OutputFile::Committed OutputFile::commit() {
  arrays_->finish();
  arrays_.reset();
  const std::string hash = io::hash_file(temporary_, fs::file_size(temporary_));
  run_.put_in_place(temporary_, place_);
  temporary_.clear();
  return {stamp_of((run_.path() / place_).string()), hash};
}

fs::path OutputFile::place_of(const std::string& input) {
  return fs::path("out") / fs::path(input).filename();
}

}  // namespace tarn::apps::pipeline
