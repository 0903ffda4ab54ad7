#include "tarn/core/memory/ledger.hpp"

#include "tarn/core/runtime.hpp"

namespace tarn {

namespace {

const char* words(Direction direction) {
  return direction == Direction::to_device ? "to the device" : "to the host";
}

std::string line(const std::string& what, const TransferCount& count) {
  const double rate = count.seconds > 0 ? static_cast<double>(count.bytes) / count.seconds / 1e9 : 0;
  return fmt::format("{}: {} transfer{}, {} bytes, {:.6f} s, {:.2f} GB/s", what, count.count,
                     count.count == 1 ? "" : "s", count.bytes, count.seconds, rate);
}

}  // namespace

TransferCount& TransferCount::operator+=(const TransferCount& other) {
  count += other.count;
  bytes += other.bytes;
  seconds += other.seconds;
  return *this;
}

void TransferLedger::require_allowed(Direction direction, const std::string& label, std::size_t bytes) const {
  if (forbidden_ == 0) return;
  throw TransferRefused(
      fmt::format("a transfer where NoTransfers forbids them: '{}', {} bytes {}", label, bytes, words(direction)));
}

void TransferLedger::record(Direction direction, const std::string& label, std::size_t bytes, double seconds) {
  const std::lock_guard lock(mutex_);
  entries_[{label, direction}] += TransferCount{1, bytes, seconds};
}

void TransferLedger::add_seconds(Direction direction, const std::string& label, double seconds) {
  const std::lock_guard lock(mutex_);
  entries_[{label, direction}].seconds += seconds;
}

TransferCount TransferLedger::total() const {
  TransferCount sum = total(Direction::to_device);
  return sum += total(Direction::to_host);
}

TransferCount TransferLedger::total(Direction direction) const {
  const std::lock_guard lock(mutex_);
  TransferCount sum;
  for (const auto& [key, count] : entries_) {
    if (key.second == direction) sum += count;
  }
  return sum;
}

TransferCount TransferLedger::of(const std::string& label, Direction direction) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find({label, direction});
  return found == entries_.end() ? TransferCount{} : found->second;
}

std::map<std::pair<std::string, Direction>, TransferCount> TransferLedger::by_label() const {
  const std::lock_guard lock(mutex_);
  return entries_;
}

void TransferLedger::clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
}

NoTransfers::NoTransfers(const Runtime& runtime) : NoTransfers(runtime.transfers()) {}

std::string describe(const TransferLedger& ledger) {
  const auto entries = ledger.by_label();
  std::string text;
  for (const Direction direction : {Direction::to_device, Direction::to_host}) {
    TransferCount sum;
    std::string lines;
    for (const auto& [key, count] : entries) {
      if (key.second != direction) continue;
      sum += count;
      lines += fmt::format("\n  {}", line(key.first, count));
    }
    text += fmt::format("{}{}{}", text.empty() ? "" : "\n", line(words(direction), sum), lines);
  }
  return text;
}

}  // namespace tarn
