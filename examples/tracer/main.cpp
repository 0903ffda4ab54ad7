#include "tarn/apps/cli/program.hpp"

int main(int argc, char** argv) {
  return tarn::cli::run_program(argc, argv);
}
