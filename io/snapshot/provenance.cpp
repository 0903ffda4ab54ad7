#include "tarn/io/snapshot/provenance.hpp"

#include "tarn/io/hdf5/attribute.hpp"
#include "tarn/io/hdf5/version.hpp"

namespace tarn::io {

void write_provenance(const hdf5::Object& root, const Provenance& provenance) {
  write_attribute(root, "git_commit", provenance.git_commit);
  write_attribute(root, "git_state", provenance.git_state);
  write_attribute(root, "host", provenance.host);
  write_attribute(root, "devices", provenance.devices);
  write_attribute(root, "driver", provenance.driver);
  write_attribute(root, "kokkos_version", provenance.kokkos);
  write_attribute(root, "mpi_version", provenance.mpi);
  write_attribute(root, "hdf5_version", hdf5_version());
}

Provenance read_provenance(const hdf5::Object& root) {
  return {.git_commit = read_text(root, "git_commit"),
          .git_state = read_text(root, "git_state"),
          .host = read_text(root, "host"),
          .devices = read_text(root, "devices"),
          .driver = read_text(root, "driver"),
          .kokkos = read_text(root, "kokkos_version"),
          .mpi = read_text(root, "mpi_version")};
}

}  // namespace tarn::io
