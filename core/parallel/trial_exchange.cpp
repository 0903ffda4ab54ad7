#include "tarn/core/parallel/trial_exchange.hpp"

#include <string>

namespace tarn {

namespace {

using Message = TrialMessages::Message;

/// The number at a place of a message. It depends on the sender too, so that a wrong or stale message shows.
KOKKOS_FUNCTION std::int64_t expected(std::int64_t sender, int n) {
  return sender * 1000003 + n;
}

struct WriteMessage {
  Message message;
  std::int64_t sender;

  KOKKOS_FUNCTION void operator()(const int n) const { message(n) = expected(sender, n); }
};

struct CountWrong {
  Message message;
  std::int64_t sender;

  KOKKOS_FUNCTION void operator()(const int n, std::int64_t& wrong) const {
    if (message(n) != expected(sender, n)) ++wrong;
  }
};

std::int64_t count_wrong(const Message& message, int sender) {
  std::int64_t wrong = 0;
  const Kokkos::RangePolicy<Space> all(0, static_cast<int>(message.size()));
  Kokkos::parallel_reduce("tarn::trial_exchange::compare", all, CountWrong{message, sender}, wrong);
  return wrong;
}

}  // namespace

bool trial_exchange(const Communicator& ranks, const std::function<bool(const TrialMessages&)>& exchange) {
  const int size = ranks.size();
  bool works = true;
  // Below and above the length at which MPIs change from eager to rendezvous transfers.
  for (const int length : {16, 1 << 18}) {
    const auto message = [&](const std::string& label) { return Message(label, static_cast<std::size_t>(length)); };
    const TrialMessages trial{(ranks.rank() + 1) % size, (ranks.rank() + size - 1) % size,
                              message("tarn::trial_exchange::sent"), message("tarn::trial_exchange::from_next"),
                              message("tarn::trial_exchange::from_previous")};
    Kokkos::parallel_for("tarn::trial_exchange::write", Kokkos::RangePolicy<Space>(0, length),
                         WriteMessage{trial.sent, ranks.rank()});
    Space().fence();
    works = exchange(trial) && works;
    works = works && count_wrong(trial.from_next, trial.next) + count_wrong(trial.from_previous, trial.previous) == 0;
  }
  return ranks.min(std::int64_t{works}) == 1;
}

}  // namespace tarn
