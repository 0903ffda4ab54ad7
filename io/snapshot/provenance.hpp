#pragma once

#include <string>

#include "tarn/io/hdf5/hid.hpp"

namespace tarn::io {

/// What wrote a file and where, beside the deck. Texts that are not known are empty.
struct Provenance {
  std::string git_commit;  ///< of the sources, 40 hexadecimal digits
  std::string git_state;   ///< "clean", "modified" or "unknown"
  std::string host;        ///< of rank 0
  std::string devices;     ///< the different ones of all ranks, joined by "; "
  std::string driver;      ///< of the device
  std::string kokkos;      ///< versions
  std::string mpi;         ///< the library's version
};

/// One attribute each, and the version of the HDF5 library.
/// @throws Io
void write_provenance(const hdf5::Object& root, const Provenance& provenance);

/// @throws Missing, TypeMismatch, FileShapeMismatch, Corrupt
Provenance read_provenance(const hdf5::Object& root);

}  // namespace tarn::io
