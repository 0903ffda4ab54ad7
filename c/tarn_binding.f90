! What module tarn calls: the functions of tarn.h, and what they take, in the words of Fortran. Programs use module tarn.
module tarn_binding
  use, intrinsic :: iso_c_binding
  implicit none
  public

  ! As in C: every member may be c_null_funptr. The procedures are those of the abstract interfaces of module tarn.
  type, bind(c) :: tarn_observer
    type(c_ptr) :: user = c_null_ptr
    type(c_funptr) :: log = c_null_funptr
    type(c_funptr) :: progress = c_null_funptr
    type(c_funptr) :: stop = c_null_funptr
    type(c_funptr) :: ended = c_null_funptr
  end type

  type, bind(c) :: tarn_run_options
    type(c_ptr) :: root = c_null_ptr, directory = c_null_ptr, restart = c_null_ptr, overrides = c_null_ptr
    integer(c_int) :: override_count = 0
  end type

  ! A field as it lies in memory, axes z, y, x; see tarn_values().
  type, bind(c) :: tarn_field
    type(c_ptr) :: data = c_null_ptr
    integer(c_int) :: type = 0, on_device = 0
    integer(c_int64_t) :: shape(3) = 0, stride(3) = 0, offset(3) = 0, domain(3) = 0
    real(c_double) :: spacing(3) = 0
  end type

  interface
    function c_version() bind(c, name="tarn_version")
      import :: c_ptr
      type(c_ptr) :: c_version
    end function
    function c_error_message() bind(c, name="tarn_error_message")
      import :: c_ptr
      type(c_ptr) :: c_error_message
    end function
    integer(c_int) function c_open(communicator, runtime) bind(c, name="tarn_open")
      import :: c_int, c_ptr
      integer(c_int), value :: communicator
      type(c_ptr) :: runtime
    end function
    integer(c_int) function c_close(runtime) bind(c, name="tarn_close")
      import :: c_int, c_ptr
      type(c_ptr), value :: runtime
    end function
    integer(c_int) function c_run_deck(runtime, deck, options, observer) bind(c, name="tarn_run_deck")
      import :: c_int, c_ptr, c_char, tarn_run_options, tarn_observer
      type(c_ptr), value :: runtime
      character(kind=c_char) :: deck(*)
      type(tarn_run_options) :: options
      type(tarn_observer) :: observer
    end function
    integer(c_int) function c_create(runtime, deck, overrides, count, simulation) bind(c, name="tarn_simulation_create")
      import :: c_int, c_ptr, c_char
      type(c_ptr), value :: runtime
      character(kind=c_char) :: deck(*)
      type(c_ptr), value :: overrides
      integer(c_int), value :: count
      type(c_ptr) :: simulation
    end function
    integer(c_int) function c_destroy(simulation) bind(c, name="tarn_simulation_destroy")
      import :: c_int, c_ptr
      type(c_ptr), value :: simulation
    end function
    integer(c_int) function c_step(simulation, dt) bind(c, name="tarn_simulation_step")
      import :: c_int, c_ptr, c_double
      type(c_ptr), value :: simulation
      real(c_double), value :: dt
    end function
    integer(c_int) function c_largest_step(simulation, dt) bind(c, name="tarn_simulation_largest_step")
      import :: c_int, c_ptr, c_double
      type(c_ptr), value :: simulation
      real(c_double) :: dt
    end function
    integer(c_int) function c_time(simulation, step, time, end) bind(c, name="tarn_simulation_time")
      import :: c_int, c_ptr, c_int64_t, c_double
      type(c_ptr), value :: simulation
      integer(c_int64_t) :: step
      real(c_double) :: time, end
    end function
    integer(c_int) function c_field(simulation, name, field) bind(c, name="tarn_simulation_field")
      import :: c_int, c_ptr, c_char, tarn_field
      type(c_ptr), value :: simulation
      character(kind=c_char) :: name(*)
      type(tarn_field) :: field
    end function
    integer(c_int) function c_changed(simulation) bind(c, name="tarn_simulation_changed")
      import :: c_int, c_ptr
      type(c_ptr), value :: simulation
    end function
    integer(c_int) function c_directory(simulation, path) bind(c, name="tarn_simulation_directory")
      import :: c_int, c_ptr, c_char
      type(c_ptr), value :: simulation
      character(kind=c_char) :: path(*)
    end function
    integer(c_int) function c_write_snapshot(simulation, series) bind(c, name="tarn_simulation_write_snapshot")
      import :: c_int, c_ptr, c_char
      type(c_ptr), value :: simulation
      character(kind=c_char) :: series(*)
    end function
    integer(c_int) function c_write_checkpoint(simulation) bind(c, name="tarn_simulation_write_checkpoint")
      import :: c_int, c_ptr
      type(c_ptr), value :: simulation
    end function
    integer(c_int) function c_restart(simulation, file) bind(c, name="tarn_simulation_restart")
      import :: c_int, c_ptr
      type(c_ptr), value :: simulation, file
    end function
    integer(c_int) function c_dataset_read(file, path, values, bytes) bind(c, name="tarn_dataset_read")
      import :: c_int, c_ptr, c_char, c_size_t
      character(kind=c_char) :: file(*), path(*)
      type(c_ptr), value :: values
      integer(c_size_t), value :: bytes
    end function
    integer(c_int) function c_sum(runtime, type, values, count, result) bind(c, name="tarn_sum")
      import :: c_int, c_ptr, c_size_t, c_double
      type(c_ptr), value :: runtime, values
      integer(c_int), value :: type
      integer(c_size_t), value :: count
      real(c_double) :: result
    end function
    integer(c_int) function c_min(runtime, type, values, count, result) bind(c, name="tarn_min")
      import :: c_int, c_ptr, c_size_t, c_double
      type(c_ptr), value :: runtime, values
      integer(c_int), value :: type
      integer(c_size_t), value :: count
      real(c_double) :: result
    end function
    integer(c_int) function c_max(runtime, type, values, count, result) bind(c, name="tarn_max")
      import :: c_int, c_ptr, c_size_t, c_double
      type(c_ptr), value :: runtime, values
      integer(c_int), value :: type
      integer(c_size_t), value :: count
      real(c_double) :: result
    end function
    function c_strlen(text) bind(c, name="strlen")
      import :: c_ptr, c_size_t
      type(c_ptr), value :: text
      integer(c_size_t) :: c_strlen
    end function
  end interface

end module
