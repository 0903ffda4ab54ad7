#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "tarn/core/error.hpp"

namespace tarn {

class Runtime;

/// Which way an array crosses between the device and the host.
enum class Direction { to_device, to_host };

/// What crossed.
struct TransferCount {
  std::uint64_t count = 0;  ///< transfers, however many pieces each took
  std::uint64_t bytes = 0;  ///< [bytes]
  /// Time from the start of each transfer until it was known to be done [s]; of one that was only enqueued, the time
  /// that the call took.
  double seconds = 0;

  TransferCount& operator+=(const TransferCount& other);  ///< adds each figure
};

/// A crossing while NoTransfers forbade it; the message has the label, the bytes and the direction.
class TransferRefused : public Error {
 public:
  explicit TransferRefused(const std::string& message) : Error(message) {}  ///< names the transfer
};

/// Every crossing that went through tarn, by label and direction; thread safe.
///
/// What is shared instead of copied, where the device's memory is the host's, is no crossing. What is copied counts
/// in every build, so that a host build shows what a GPU build will pay.
class TransferLedger {
 public:
  TransferLedger() = default;
  TransferLedger(const TransferLedger&) = delete;
  TransferLedger& operator=(const TransferLedger&) = delete;

  /// To be called before anything is copied.
  /// @throws TransferRefused while a NoTransfers lives
  void require_allowed(Direction direction, const std::string& label, std::size_t bytes) const;

  /// counts one transfer
  void record(Direction direction, const std::string& label, std::size_t bytes, double seconds);
  /// Adds the time of a transfer that was recorded when it began.
  void add_seconds(Direction direction, const std::string& label, double seconds);

  TransferCount total() const;                                                  ///< both directions together
  TransferCount total(Direction direction) const;                               ///< of all labels
  TransferCount of(const std::string& label, Direction direction) const;        ///< zeros if there was none
  std::map<std::pair<std::string, Direction>, TransferCount> by_label() const;  ///< all that were

  /// Forgets all that was recorded.
  void clear();

 private:
  friend class NoTransfers;

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, Direction>, TransferCount> entries_;
  std::atomic<int> forbidden_{0};
};

/// As long as it lives, any crossing through tarn, on any thread, throws TransferRefused: how a loop is kept on the
/// device.
class NoTransfers {
 public:
  explicit NoTransfers(const Runtime& runtime);  ///< of the runtime's ledger
  explicit NoTransfers(TransferLedger& ledger) : ledger_(&ledger) { ++ledger_->forbidden_; }  ///< until it is destroyed
  ~NoTransfers() { --ledger_->forbidden_; }
  NoTransfers(const NoTransfers&) = delete;
  NoTransfers& operator=(const NoTransfers&) = delete;

 private:
  TransferLedger* ledger_;
};

/// A line for each direction, and below it one for each label.
std::string describe(const TransferLedger& ledger);

}  // namespace tarn

/// @cond
template <>
struct fmt::formatter<tarn::TransferLedger> : fmt::formatter<std::string> {
  template <class Context>
  auto format(const tarn::TransferLedger& ledger, Context& context) const {
    return fmt::formatter<std::string>::format(tarn::describe(ledger), context);
  }
};
/// @endcond
