// What a host's MPI is asked to make and to give back, counted through MPI's profiling interface: functions of these
// names in a program stand before MPI's own, for the libraries that it is linked with too.
#pragma once

#include <map>
#include <string>

/// The objects of each kind that were made less those that were freed, and, at "made", how many were made in all.
const std::map<std::string, long>& mpi_objects();

/// The kinds of which there are not as many as before: "MPI_Comm +3"; empty if there are none.
std::string more_mpi_objects(const std::map<std::string, long>& before);
