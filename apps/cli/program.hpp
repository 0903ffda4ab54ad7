#pragma once

namespace tarn::cli {

/// The command line of tarn, with all of its commands, for the apps that are linked into the program and have
/// registered themselves. Called once, from main(): it opens closed standard streams and ignores SIGPIPE and SIGXFSZ,
/// and the commands start and end MPI and Kokkos where they need them.
/// @returns the exit code
int run_program(int argc, char** argv);

}  // namespace tarn::cli
