#pragma once

#include <cstring>
#include <type_traits>
#include <vector>

#include "tarn/core/error.hpp"
#include "tarn/core/memory/transfer.hpp"
#include "tarn/core/space.hpp"

namespace tarn::apps {

/// The rates of the members of a batch, in the memory of the device. They are sent again only when one has changed.
class RateTable {
 public:
  /// @param members  each gives its rate by with_rate(); what the rates refer to lives as long as the members
  /// @returns an array of all, valid until the next call
  /// @throws Error if a member has a rate of another type
  template <class Rate, class Members>
  const Rate* set(const Space& space, const Members& members) {
    static_assert(alignof(Rate) <= 64);
    std::vector<char> bytes(members.size() * sizeof(Rate));
    for (std::size_t n = 0; n < members.size(); ++n) {
      members[n]->with_rate([&](const auto& rate) {
        constexpr bool fits = std::is_same_v<std::decay_t<decltype(rate)>, Rate>;
        require(fits, "the members of a batch have rates of different kinds");
        if constexpr (fits) std::memcpy(&bytes[n * sizeof(Rate)], static_cast<const void*>(&rate), sizeof(Rate));
      });
    }
    if (bytes != sent_) {
      sent_ = std::move(bytes);
      send(space);
    }
    return reinterpret_cast<const Rate*>(table_.data());
  }

 private:
  void send(const Space& space) {
    if (table_.extent(0) != sent_.size()) table_ = Field<char, 1>("tarn::apps::rates_of_members", sent_.size());
    const Kokkos::View<const char*, Kokkos::LayoutRight, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>>
        host(sent_.data(), sent_.size());
    space.fence();  // what reads the old ones
    upload(space, table_, host, "tarn::apps::rates_of_members");
  }

  std::vector<char> sent_;
  Field<char, 1> table_;
};

}  // namespace tarn::apps
