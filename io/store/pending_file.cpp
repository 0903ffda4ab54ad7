#include "tarn/io/store/pending_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/file_operations.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

PendingFile::PendingFile(const Communicator& ranks, const RunDirectory& run, fs::path relative, std::uint64_t need)
    : ranks_(ranks), run_(run), relative_(std::move(relative)), need_(need) {
  agree(ranks_, [&] { require_size_allowed(run_.path() / relative_, need_); });
  agree_on_root(ranks_, [&] {
    run_.resolve(relative_);
    temporary_ = run_.temporary_for(relative_);
    FileDescriptor::create_new(temporary_).close();
    try {
      reserve_space(temporary_, need_);
    } catch (...) {
      ::unlink(temporary_.c_str());
      throw;
    }
  });
  temporary_ = ranks_.broadcast(temporary_.string());
}

PendingFile::~PendingFile() {
  if (!committed_ && ranks_.is_root()) ::unlink(temporary_.c_str());
}

void PendingFile::reserve() const {
  agree_on_root(ranks_, [&] { reserve_space(temporary_, need_); });
}

void PendingFile::sync() const {
  agree(ranks_, [&] {
    if (ranks_.is_root()) release_reserved_space(temporary_, need_);
    FileDescriptor::open(temporary_, O_RDONLY | O_NOFOLLOW).sync();
  });
}

void PendingFile::commit() {
  agree_on_root(ranks_, [&] {
    run_.put_in_place(temporary_, relative_);
    committed_ = true;
  });
  committed_ = true;
}

}  // namespace tarn::io
