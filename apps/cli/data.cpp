#include "tarn/apps/cli/data.hpp"

#include <CLI/CLI.hpp>

#include "tarn/apps/cli/commands.hpp"
#include "tarn/apps/cli/print_error.hpp"
#include "tarn/apps/driver/run.hpp"

namespace tarn::cli {

namespace {

DataRequest data_request;
CLI::App* data_command = nullptr;

int run_data(int& argc, char**& argv) {
  mute_all_but_one();
  const CLI::App* const command = data_command->get_subcommands().front();
  if (command->get_option("path")->count() == 0) data_request.path = data_request.root.empty() ? "runs" : ".";
  const std::string verb = command->get_name();
  if (verb == "ls") return data_list(data_request);
  if (verb == "show") return data_show(data_request);
  if (verb == "make") return data_make(data_request, argc, argv);
  if (verb == "verify") return data_verify(data_request, argc, argv);
  if (verb == "du") return data_disk_use(data_request);
  if (verb == "pin") return data_pin(data_request, true);
  if (verb == "unpin") return data_pin(data_request, false);
  if (verb == "unlock") return data_unlock(data_request);
  if (verb == "gc") return data_collect(data_request);
  if (verb == "rm") return data_remove(data_request);
  return data_export(data_request);
}

/// A verb with its path, and `--root`, beneath which the path then is.
CLI::App* add_verb(const std::string& name, const std::string& meaning, const std::string& path, bool required) {
  auto* verb = data_command->add_subcommand(name, meaning);
  auto* option = verb->add_option("path", data_request.path, path);
  if (required) {
    option->required();
  } else {
    option->default_str("runs");
  }
  verb->add_option("--root", data_request.root,
                   "the managed directory that the path is beneath; without a path, itself");
  return verb;
}

void add_json(CLI::App* verb) {
  verb->add_flag("--json", data_request.as_json, "print JSON");
}

void add_yes(CLI::App* verb) {
  verb->add_flag("--yes", data_request.do_it, "do it; without it, only tell");
}

void add_make() {
  auto* make = add_verb("make", "make a managed directory, and datasets in it if a shape is given",
                        "the directory; made where it is missing", true);
  make->add_option("--shape", data_request.shape, "shape of each dataset, such as 1000x1000");
  make->add_option("--count", data_request.count, "how many files, each with one dataset /data")
      ->check(CLI::Range(1, 1000000))
      ->needs("--shape");
  make->add_option("--random", data_request.random,
                   "distribution of the values: uniform in [0, 1); integers over their range")
      ->check(CLI::IsMember({"uniform"}))
      ->capture_default_str()
      ->needs("--shape");
  make->add_option("--seed", data_request.seed, "seed of the values")->capture_default_str()->needs("--shape");
  make->add_option("--dtype", data_request.dtype, "what the numbers are")
      ->check(CLI::IsMember({"float", "double", "int32", "int64", "uint8"}))
      ->capture_default_str()
      ->needs("--shape");
  add_json(make);
}

}  // namespace

Command add_data(CLI::App& program) {
  data_command = program.add_subcommand("data", "managed directories: what is in them, and what may go");
  data_command->require_subcommand(1);
  const std::string any = "a managed directory, or a run or a set of datasets in one";
  const std::string file = "a file of a run or of a set of datasets";
  add_json(add_verb("ls", "runs and datasets with status, steps and size", any, false));
  add_json(add_verb("show", "what the manifest and the file tell of one file, or all of a run's", any + ", or a file",
                    true));
  add_make();
  add_json(
      add_verb("verify", "read everything back against its checksums and the manifest", any + ", or a file", false));
  add_json(add_verb("du", "bytes on the disk, by kind of file", any, false));
  add_json(add_verb("pin", "keep a checkpoint whatever newer ones come", "a checkpoint", true));
  add_json(add_verb("unpin", "let a checkpoint go when newer ones come", "a checkpoint", true));
  auto* unlock = add_verb("unlock", "tell who holds a run, and remove the lock of one that is dead", "a run", true);
  unlock->add_flag("--force", data_request.force, "also a lease whose holder seems to live, on another machine");
  add_json(unlock);
  auto* collect = add_verb("gc", "empty the trash, and remove what killed runs left", "a managed directory", false);
  add_yes(collect);
  add_json(collect);
  collect->add_flag("--superseded", data_request.superseded, "also files that made room for others of their name");
  auto* remove = add_verb("rm", "move a run, a set of datasets or one file of them into the trash", "what goes", true);
  add_yes(remove);
  add_json(remove);
  auto* out = add_verb("export", "write XDMF, or NumPy's .npy", file, true);
  out->add_option("--format", data_request.format, "what is written")
      ->required()
      ->check(CLI::IsMember({"xdmf", "npy"}));
  out->add_option("-o,--output", data_request.output,
                  "the file, or for several arrays the first part of their names; it must "
                  "not exist")
      ->required();
  add_json(out);
  return {data_command, run_data};
}

}  // namespace tarn::cli
