# Targets for what has none of its own everywhere. They are imported, so that the package that is installed names them and
# makes them anew where it is found.

# tarn::blas, what ops/linalg calls by itself: the host's BLAS and LAPACK, or cuBLAS and cuSOLVER.
function(tarn_import_blas)
  if(TARGET tarn::blas)
    return()
  endif()
  add_library(tarn::blas INTERFACE IMPORTED GLOBAL)
  if(TARN_CUDA)
    target_link_libraries(tarn::blas INTERFACE CUDA::cublas CUDA::cusolver)
  else()
    target_link_libraries(tarn::blas INTERFACE LAPACK::LAPACK BLAS::BLAS)
  endif()
endfunction()

# Finds a parallel HDF5, unless the project has done so. A macro: what is found belongs to the caller.
macro(tarn_find_hdf5)
  if(NOT (TARGET hdf5::hdf5 AND HDF5_IS_PARALLEL))
    set(HDF5_PREFER_PARALLEL TRUE)
    find_package(HDF5 QUIET COMPONENTS C HL)
  else()
    set(HDF5_FOUND TRUE)
  endif()
endmacro()

function(tarn_import_hdf5)
  if(TARGET tarn::hdf5)
    return()
  endif()
  add_library(tarn::hdf5 INTERFACE IMPORTED GLOBAL)
  if(TARGET hdf5::hdf5 AND TARGET hdf5::hdf5_hl AND HDF5_IS_PARALLEL)
    target_link_libraries(tarn::hdf5 INTERFACE hdf5::hdf5_hl hdf5::hdf5)
    return()
  endif()
  target_include_directories(tarn::hdf5 SYSTEM INTERFACE ${HDF5_C_INCLUDE_DIRS})
  target_link_libraries(tarn::hdf5 INTERFACE ${HDF5_C_HL_LIBRARIES} ${HDF5_HL_LIBRARIES} ${HDF5_C_LIBRARIES})
endfunction()
