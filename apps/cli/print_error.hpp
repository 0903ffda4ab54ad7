#pragma once

#include <exception>
#include <optional>

namespace tarn::cli {

/// The rank that an MPI launcher gave to this process, for commands that start no MPI themselves. Only a launcher that
/// the MPI of this build listens to counts: under another one every process is alone.
std::optional<int> rank_of_launcher();

/// Whether this process speaks for all that a launcher started: it is rank 0, or alone. Where MPI runs, ask it
/// instead.
bool speaks_for_all();

/// Of a command that starts no MPI, and so does the same on every rank: one of them prints.
void mute_all_but_one();

/// Tells on the standard error why the program ends.
void print_error(const std::exception& error);

}  // namespace tarn::cli
