// What a pipeline deck may say.
#include "tarn/apps/driver/common_schema.hpp"
#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/pipeline/pipeline.hpp"
#include "tarn/apps/pipeline/program.hpp"

namespace tarn::apps::pipeline {

namespace {

using io::Key;
using io::KeyType;
using io::Table;

Table step_table() {
  return {.name = "step",
          .meaning = "one operation on the device; steps run in order",
          .list = true,
          .required = true,
          .keys = {
              Key{.name = "op",
                  .type = KeyType::choice,
                  .meaning = "what is done",
                  .required = true,
                  .choices = op_names()},
              Key{.name = "a",
                  .type = KeyType::text,
                  .meaning = "the array; 'data' is what was read",
                  .note = "not of formula"},
              Key{.name = "b", .type = KeyType::text, .meaning = "the second array", .note = "of matmul and dot"},
              Key{.name = "transpose_a",
                  .type = KeyType::boolean,
                  .meaning = "matmul: a transposed",
                  .default_text = "false"},
              Key{.name = "transpose_b",
                  .type = KeyType::boolean,
                  .meaning = "matmul: b transposed",
                  .default_text = "false"},
              Key{.name = "expression",
                  .type = KeyType::formula,
                  .meaning = "formula: of the arrays by name, broadcast as in NumPy; may use random"},
              Key{.name = "axis",
                  .type = KeyType::integer,
                  .meaning = "reductions: the axis that goes, from 0, or from the last as -1; default: all",
                  .at_least = -4,
                  .at_most = 3},
              Key{.name = "keepdims",
                  .type = KeyType::boolean,
                  .meaning = "reductions: keep reduced axes, with one element",
                  .default_text = "false"},
              Key{.name = "out", .type = KeyType::text, .meaning = "the result's name", .required = true},
          }};
}

Table keep_table() {
  return {.name = "keep",
          .meaning = "which results are written",
          .required = true,
          .keys = {
              Key{.name = "scalars",
                  .type = KeyType::texts,
                  .meaning = "single numbers: columns of results.csv and results.h5, a row for each file",
                  .shortest = 1},
              Key{.name = "arrays",
                  .type = KeyType::texts,
                  .meaning = "datasets in out/, under the names of the input files",
                  .shortest = 1},
          }};
}

Table pipeline_table() {
  return {.name = "pipeline",
          .meaning = "array work over many files",
          .required = true,
          .keys =
              {
                  Key{.name = "inputs",
                      .type = KeyType::text,
                      .meaning = "the files, beneath the root: a pattern with * and ?, such as \"gpu_data/*.h5\"",
                      .note = "exactly one of inputs and files"},
                  Key{.name = "files",
                      .type = KeyType::texts,
                      .meaning = "the files, beneath the root, by name",
                      .shortest = 1,
                      .note = "exactly one of inputs and files"},
                  Key{.name = "dataset",
                      .type = KeyType::text,
                      .meaning = "path of the array within each file",
                      .default_text = "\"/data\""},
                  Key{.name = "on_error",
                      .type = KeyType::choice,
                      .meaning = "what a file that cannot be done means: go on without it, or end",
                      .default_text = "\"skip\"",
                      .choices = {"skip", "stop"}},
                  Key{.name = "memory",
                      .type = KeyType::text,
                      .meaning = "device memory that each rank may hold, such as \"8 GiB\"; larger arrays come in "
                                 "blocks of rows; default: 80% of what is free, on a host at most half of all, shared "
                                 "by its ranks"},
              },
          .tables = {step_table(), keep_table()}};
}

std::unique_ptr<const Case> make(const io::Deck& deck, io::Problems& problems) {
  check_run(deck, problems);
  check_pipeline(deck, problems);
  return problems.empty() ? std::make_unique<PipelineCase>(deck) : nullptr;
}

App describe_pipeline() {
  App app{"pipeline", "the same array work over many HDF5 files: matrix products, formulas, reductions",
          common_tables("pipeline"), make};
  app.tables.push_back(pipeline_table());
  return app;
}

const bool registered = register_app(describe_pipeline());

}  // namespace

}  // namespace tarn::apps::pipeline
