#include "mpi_objects.hpp"

#include <mpi.h>

namespace {

std::map<std::string, long>& counts() {
  static std::map<std::string, long> all;
  return all;
}

int made(const char* kind, int status) {
  if (status == MPI_SUCCESS) {
    ++counts()[kind];
    ++counts()["made"];
  }
  return status;
}

int freed(const char* kind, int status) {
  if (status == MPI_SUCCESS) --counts()[kind];
  return status;
}

}  // namespace

const std::map<std::string, long>& mpi_objects() {
  return counts();
}

std::string more_mpi_objects(const std::map<std::string, long>& before) {
  std::string told;
  for (const auto& [kind, count] : counts()) {
    const auto old = before.find(kind);
    const long more = count - (old == before.end() ? 0 : old->second);
    if (kind == "made" || more == 0) continue;
    told += (told.empty() ? "" : ", ") + kind + (more > 0 ? " +" : " ") + std::to_string(more);
  }
  return told;
}

// name, the kind of what it makes, its arguments as they are declared, and as they are passed on.
#define MAKES(name, kind, declared, passed) \
  extern "C" int name declared {            \
    return made(kind, P##name passed);      \
  }
#define FREES(name, kind, declared, passed) \
  extern "C" int name declared {            \
    return freed(kind, P##name passed);     \
  }

MAKES(MPI_Comm_dup, "MPI_Comm", (MPI_Comm comm, MPI_Comm* to), (comm, to))
MAKES(MPI_Comm_dup_with_info, "MPI_Comm", (MPI_Comm comm, MPI_Info info, MPI_Comm* to), (comm, info, to))
MAKES(MPI_Comm_idup, "MPI_Comm", (MPI_Comm comm, MPI_Comm* to, MPI_Request* request), (comm, to, request))
MAKES(MPI_Comm_split_type, "MPI_Comm", (MPI_Comm comm, int type, int key, MPI_Info info, MPI_Comm* to),
      (comm, type, key, info, to))
MAKES(MPI_Comm_create, "MPI_Comm", (MPI_Comm comm, MPI_Group group, MPI_Comm* to), (comm, group, to))
MAKES(MPI_Comm_create_group, "MPI_Comm", (MPI_Comm comm, MPI_Group group, int tag, MPI_Comm* to),
      (comm, group, tag, to))
MAKES(MPI_Cart_create, "MPI_Comm",
      (MPI_Comm comm, int axes, const int lengths[], const int periods[], int reorder, MPI_Comm* to),
      (comm, axes, lengths, periods, reorder, to))
FREES(MPI_Comm_free, "MPI_Comm", (MPI_Comm * comm), (comm))

// Ranks that split off without a color get none.
extern "C" int MPI_Comm_split(MPI_Comm comm, int color, int key, MPI_Comm* to) {
  const int status = PMPI_Comm_split(comm, color, key, to);
  return color == MPI_UNDEFINED ? status : made("MPI_Comm", status);
}

MAKES(MPI_Comm_group, "MPI_Group", (MPI_Comm comm, MPI_Group* group), (comm, group))
FREES(MPI_Group_free, "MPI_Group", (MPI_Group * group), (group))
MAKES(MPI_Comm_create_errhandler, "MPI_Errhandler", (MPI_Comm_errhandler_function * call, MPI_Errhandler* to),
      (call, to))
FREES(MPI_Errhandler_free, "MPI_Errhandler", (MPI_Errhandler * handler), (handler))
MAKES(MPI_Op_create, "MPI_Op", (MPI_User_function * call, int commutes, MPI_Op* op), (call, commutes, op))
FREES(MPI_Op_free, "MPI_Op", (MPI_Op * op), (op))
MAKES(MPI_Type_contiguous, "MPI_Datatype", (int count, MPI_Datatype type, MPI_Datatype* to), (count, type, to))
MAKES(MPI_Type_vector, "MPI_Datatype", (int count, int block, int stride, MPI_Datatype type, MPI_Datatype* to),
      (count, block, stride, type, to))
MAKES(MPI_Type_create_subarray, "MPI_Datatype",
      (int axes, const int sizes[], const int parts[], const int starts[], int order, MPI_Datatype type,
       MPI_Datatype* to),
      (axes, sizes, parts, starts, order, type, to))
MAKES(MPI_Type_create_struct, "MPI_Datatype",
      (int count, const int blocks[], const MPI_Aint places[], const MPI_Datatype types[], MPI_Datatype* to),
      (count, blocks, places, types, to))
FREES(MPI_Type_free, "MPI_Datatype", (MPI_Datatype * type), (type))
MAKES(MPI_Info_create, "MPI_Info", (MPI_Info * info), (info))
FREES(MPI_Info_free, "MPI_Info", (MPI_Info * info), (info))
MAKES(MPI_Win_allocate, "MPI_Win", (MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm, void* base, MPI_Win* to),
      (size, unit, info, comm, base, to))
MAKES(MPI_Win_allocate_shared, "MPI_Win",
      (MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm, void* base, MPI_Win* to),
      (size, unit, info, comm, base, to))
MAKES(MPI_Win_create, "MPI_Win", (void* base, MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm, MPI_Win* to),
      (base, size, unit, info, comm, to))
FREES(MPI_Win_free, "MPI_Win", (MPI_Win * window), (window))
MAKES(MPI_Comm_create_keyval, "attribute key",
      (MPI_Comm_copy_attr_function * copy, MPI_Comm_delete_attr_function* remove, int* key, void* state),
      (copy, remove, key, state))
FREES(MPI_Comm_free_keyval, "attribute key", (int* key), (key))
