#pragma once

#include <chrono>
#include <exception>
#include <future>
#include <memory>
#include <string>

#include "tarn/apps/pipeline/array.hpp"
#include "tarn/apps/pipeline/array_file.hpp"
#include "tarn/apps/pipeline/inputs.hpp"
#include "tarn/apps/pipeline/io_thread.hpp"
#include "tarn/core/memory/async_transfer.hpp"

namespace tarn::apps::pipeline {

/// The two instances of a rank: copies run beside the steps.
struct Spaces {
  Space compute, copy;
};

/// Rows of an item on their way to the device: the file thread reads them into pinned memory, then they are copied.
class Loading {
 public:
  /// @param hash   takes what is read, on the file thread
  /// @param label  in the ledger
  /// @throws OutOfMemory
  Loading(IoThread& files, const Spaces& spaces, const Item& item, const std::string& dataset, std::int64_t first,
          std::int64_t rows, std::shared_ptr<ArrayHash> hash, const std::string& label)
      : first_(first) {
    array_ = make_array(spaces.copy, "pipeline::data", {item.signature.type, with_rows(item.signature.shape, rows)});
    if (array_.bytes.size() > 0) memory().device().also_used_on(array_.bytes.data(), stream_of(spaces.compute));
    upload_ = AsyncUpload<std::uint8_t, 1>(spaces.copy, array_.bytes, label);
    read_ = files.run([=, this, host = upload_.host()] {
      const auto begin = std::chrono::steady_clock::now();
      read_rows(item.path, dataset, item.signature, first, rows, host.data());
      hash->add(first, rows, host.data());
      read_seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    });
  }
  /// Waits: the memory that is written to must not die.
  ~Loading() {
    if (read_.valid()) read_.wait();
  }
  Loading(const Loading&) = delete;
  Loading& operator=(const Loading&) = delete;

  std::int64_t first() const { return first_; }
  /// What reading the file took, after take().
  double read_seconds() const { return read_seconds_; }

  /// Starts the copy if the file has been read. Does not wait; what went wrong is told by take().
  void poll() {
    using namespace std::chrono_literals;
    if (read_.valid() && read_.wait_for(0s) == std::future_status::ready) start();
  }

  /// The rows on the device; waits for them.
  /// @throws what reading threw
  Array take() {
    start();
    if (failure_) std::rethrow_exception(failure_);
    upload_.wait();
    return array_;
  }

 private:
  void start() {
    if (!read_.valid()) return;
    try {
      read_.get();
      upload_.start();
    } catch (...) {
      failure_ = std::current_exception();
    }
  }

  std::int64_t first_;
  Array array_;
  AsyncUpload<std::uint8_t, 1> upload_;
  std::future<void> read_;
  double read_seconds_ = 0;
  std::exception_ptr failure_;
};

}  // namespace tarn::apps::pipeline
