#include "tarn/apps/cli/program.hpp"

#include "tarn/apps/cli/report.hpp"
#include "tarn/apps/cli/run_commands.hpp"

int tarn::cli::run_program(int argc, char** argv) {
  return run_commands(argc, argv,
                      {add_run, add_check, add_describe, add_list, add_info, add_bench, add_data, add_submit,
                       add_ensemble, add_compare, add_plot, add_verify, add_report, add_manual});
}
