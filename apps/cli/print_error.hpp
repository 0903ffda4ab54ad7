#pragma once

#include <exception>
#include <optional>
#include <string>
#include <vector>

namespace tarn::cli {

/// The rank that an MPI launcher gave to this process, for commands that start no MPI themselves. Only a launcher that
/// the MPI of this build listens to counts: under another one every process is alone.
std::optional<int> rank_of_launcher();

/// Whether this process speaks for all that a launcher started: it is rank 0, or alone. Where MPI runs, ask it
/// instead.
bool speaks_for_all();

/// Of a command that starts no MPI, and so does the same on every rank: one of them prints.
void mute_all_but_one();

/// Tells on the standard error why the program ends, and calls answer_with().
void print_error(const std::exception& error);

/// Whether JSON was asked for, which answer_with() goes by from now on.
void heed_json(bool asked);

/// Whether --json is among the words of a command line that could not be parsed.
bool has_json(const std::vector<std::string>& words);

/// Prints an error as JSON on the standard output if that was asked for, unless an answer stands there already.
void answer_with(const std::exception& error) noexcept;
void answer_with(const std::exception& error, int exit_code) noexcept;

}  // namespace tarn::cli
