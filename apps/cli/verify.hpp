#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tarn/apps/driver/verify/proof.hpp"

// The parts of `tarn verify`.

namespace tarn::cli {

/// What a number of ranks made of the short decks of all problems.
struct RanksResult {
  int ranks;                                     ///< how many
  std::string skipped;                           ///< why they were not started; empty: they were
  std::string failed;                            ///< why there is no result; empty: there is
  std::vector<std::vector<std::string>> hashes;  ///< of each problem; empty where it was refused
  std::vector<std::string> refused;              ///< of each problem, why; empty: it was not
  int signal = 0;                                ///< what asked this process to end meanwhile; 0: nothing did
};

/// Starts so many ranks with the MPI launcher, which run the short decks. Before MPI starts in this process.
RanksResult run_on_ranks(int ranks, const std::vector<apps::Problem>& problems);

/// What such ranks do: takes the problems from rank 0's standard input, and writes what came of them into a file.
/// Collective.
void answer_ranks(const Runtime& runtime, const std::string& file);

/// The bits of a problem's state after a short run, or what ended it. Collective.
/// @throws apps::AskedToStop
std::vector<std::string> bits_of(const Runtime& runtime, const apps::Problem& problem,
                                 apps::Observer& observer = apps::nobody());

/// What is said of the bits of one problem.
/// @param alone  those on the ranks of this process
apps::Finding ranks_finding(const RanksResult& result, std::size_t problem, const std::vector<std::string>& alone);

/// The table of one deck for a terminal, whole lines.
std::string proof_text(const apps::Proof& proof);

/// All decks as a page that needs no other file.
std::string proof_page(const std::vector<apps::Proof>& proofs, const nlohmann::ordered_json& run);

/// One deck in the JSON report.
nlohmann::ordered_json proof_json(const apps::Proof& proof);

/// Errors over cells, both logarithmic, as an SVG picture: each norm of a field.
std::string error_plot(const apps::Proof& proof, std::size_t field);

}  // namespace tarn::cli
