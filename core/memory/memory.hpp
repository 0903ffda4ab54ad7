#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "tarn/core/memory/ledger.hpp"
#include "tarn/core/memory/pool.hpp"

namespace tarn {

class Staging;

/// The pools of this process, one for each of its memories, and what crosses between them.
class Memory {
 public:
  Memory();
  /// Gives all memory back, and tells the log what was still in use.
  ~Memory();
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  /// The memory of the device; where the device is the host, one pool is all three.
  Pool& device() const { return *device_; }
  /// Host memory that the device copies to and from at full speed.
  Pool& pinned() const { return *pinned_; }
  /// Pageable memory of the host.
  Pool& host() const { return *host_; }

  TransferLedger& transfers() const { return *transfers_; }  ///< what went between host and device
  Staging& staging() const { return *staging_; }             ///< the pinned buffers that transfers go through

  /// Who hears what the end of this has to say; nobody, unless somebody is named.
  void set_log(std::function<void(const std::string&)> log) { log_ = std::move(log); }

  /// The one of this process: made by the first runtime, shared by the runtimes that live at the same time.
  static std::shared_ptr<Memory> of_process();

 private:
  std::shared_ptr<Pool> device_;
  std::shared_ptr<Pool> pinned_;
  std::shared_ptr<Pool> host_;
  std::unique_ptr<TransferLedger> transfers_;
  std::unique_ptr<Staging> staging_;
  std::function<void(const std::string&)> log_;
};

/// The memory of the runtime that is running, for what takes a space instance and no runtime.
/// @throws Error if no tarn::Runtime is running
Memory& memory();

}  // namespace tarn
