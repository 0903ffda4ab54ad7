! tarn for programs in Fortran 2008. Each function returns tarn_ok or another status; tarn_message() then tells what was
! wrong. Unless it is said that a function is not collective, all ranks of the runtime call it together. See tarn.h for
! more of each.
module tarn
  use, intrinsic :: iso_c_binding
  use tarn_binding
  implicit none
  private

  integer(c_int), parameter, public :: tarn_ok = 0, tarn_error = 1, tarn_usage = 2, tarn_data = 3, &
                                       tarn_numerics = 4, tarn_stopped = 75
  integer(c_int), parameter, public :: tarn_float32 = 1, tarn_float64 = 2, tarn_other = 3

  ! A runtime, and a simulation in it; each is given back by the call that ends it.
  type, public :: tarn_runtime
    type(c_ptr) :: handle = c_null_ptr
  end type
  type, public :: tarn_simulation
    type(c_ptr) :: handle = c_null_ptr
  end type

  abstract interface
    subroutine tarn_log_procedure(user, text) bind(c)
      import :: c_ptr
      type(c_ptr), value :: user, text  ! text: of C; see tarn_text()
    end subroutine
    subroutine tarn_progress_procedure(user, step, time, end, seconds_left) bind(c)
      import :: c_ptr, c_int64_t, c_double
      type(c_ptr), value :: user
      integer(c_int64_t), value :: step
      real(c_double), value :: time, end, seconds_left
    end subroutine
    integer(c_int) function tarn_stop_procedure(user) bind(c)
      import :: c_ptr, c_int
      type(c_ptr), value :: user
    end function
  end interface
  public :: tarn_observer, tarn_run_options, tarn_field
  public :: tarn_log_procedure, tarn_progress_procedure, tarn_stop_procedure

  public :: tarn_version, tarn_message, tarn_text, tarn_open, tarn_close, tarn_run_deck
  public :: tarn_create, tarn_destroy, tarn_step, tarn_largest_step, tarn_time, tarn_get_field, tarn_values, tarn_changed
  public :: tarn_set_directory, tarn_write_snapshot, tarn_write_checkpoint, tarn_restart
  public :: tarn_dataset_read, tarn_sum, tarn_min, tarn_max

contains

  ! A text of C as one of Fortran.
  function tarn_text(text) result(copy)
    type(c_ptr), intent(in) :: text
    character(len=:), allocatable :: copy
    character(kind=c_char), pointer :: letters(:)
    integer :: n
    if (.not. c_associated(text)) then
      copy = ""
      return
    end if
    call c_f_pointer(text, letters, [c_strlen(text)])
    allocate (character(len=size(letters)) :: copy)
    do n = 1, size(letters)
      copy(n:n) = letters(n)
    end do
  end function

  ! As C wants it; blanks at the end are not part of it.
  pure function to_c(text) result(copy)
    character(len=*), intent(in) :: text
    character(kind=c_char) :: copy(len_trim(text) + 1)
    integer :: n
    do n = 1, len_trim(text)
      copy(n) = text(n:n)
    end do
    copy(len_trim(text) + 1) = c_null_char
  end function

  ! The version of the library that is linked. Not collective.
  function tarn_version() result(text)
    character(len=:), allocatable :: text
    text = tarn_text(c_version())
  end function

  ! What the last call that failed had to say. Not collective.
  function tarn_message() result(text)
    character(len=:), allocatable :: text
    text = tarn_text(c_error_message())
  end function

  ! communicator: of the module mpi; of mpi_f08 its member mpi_val.
  integer(c_int) function tarn_open(communicator, runtime) result(status)
    integer, intent(in) :: communicator
    type(tarn_runtime), intent(out) :: runtime
    status = c_open(int(communicator, c_int), runtime%handle)
  end function

  integer(c_int) function tarn_close(runtime) result(status)
    type(tarn_runtime), intent(in out) :: runtime
    status = c_close(runtime%handle)
    runtime%handle = c_null_ptr
  end function

  ! directory, root, restart: see tarn_run_options of tarn.h.
  integer(c_int) function tarn_run_deck(runtime, deck, directory, root, restart, observer) result(status)
    type(tarn_runtime), intent(in) :: runtime
    character(len=*), intent(in) :: deck
    character(len=*), intent(in), optional :: directory, root, restart
    type(tarn_observer), intent(in), optional :: observer
    character(kind=c_char), allocatable, target :: at(:), below(:), from(:)
    type(tarn_run_options) :: options
    type(tarn_observer) :: told
    if (present(directory)) then
      allocate (at, source=to_c(directory))
      options%directory = c_loc(at)
    end if
    if (present(root)) then
      allocate (below, source=to_c(root))
      options%root = c_loc(below)
    end if
    if (present(restart)) then
      allocate (from, source=to_c(restart))
      options%restart = c_loc(from)
    end if
    if (present(observer)) told = observer
    status = c_run_deck(runtime%handle, to_c(deck), options, told)
  end function

  ! Reads a deck and makes its initial state; nothing is written.
  integer(c_int) function tarn_create(runtime, deck, simulation) result(status)
    type(tarn_runtime), intent(in) :: runtime
    character(len=*), intent(in) :: deck
    type(tarn_simulation), intent(out) :: simulation
    status = c_create(runtime%handle, to_c(deck), c_null_ptr, 0_c_int, simulation%handle)
  end function

  integer(c_int) function tarn_destroy(simulation) result(status)
    type(tarn_simulation), intent(in out) :: simulation
    status = c_destroy(simulation%handle)
    simulation%handle = c_null_ptr
  end function

  ! One step; without dt the one that `tarn run` would take.
  integer(c_int) function tarn_step(simulation, dt) result(status)
    type(tarn_simulation), intent(in) :: simulation
    real(c_double), intent(in), optional :: dt
    real(c_double) :: length
    length = 0
    if (present(dt)) length = dt
    status = c_step(simulation%handle, length)
  end function

  ! The longest step that the scheme allows now.
  integer(c_int) function tarn_largest_step(simulation, dt) result(status)
    type(tarn_simulation), intent(in) :: simulation
    real(c_double), intent(out) :: dt
    status = c_largest_step(simulation%handle, dt)
  end function

  ! Not collective.
  integer(c_int) function tarn_time(simulation, step, time, end) result(status)
    type(tarn_simulation), intent(in) :: simulation
    integer(c_int64_t), intent(out) :: step
    real(c_double), intent(out) :: time, end
    status = c_time(simulation%handle, step, time, end)
  end function

  integer(c_int) function tarn_get_field(simulation, name, field) result(status)
    type(tarn_simulation), intent(in) :: simulation
    character(len=*), intent(in) :: name
    type(tarn_field), intent(out) :: field
    status = c_field(simulation%handle, to_c(name), field)
  end function

  ! The field's own memory as an array (x, y, z) of this rank's cells: values(1, 1, 1) is the first. Of a field of doubles in
  ! the memory of the host; else null. Not collective.
  function tarn_values(field) result(values)
    type(tarn_field), intent(in) :: field
    real(c_double), pointer :: values(:, :, :)
    real(c_double), pointer :: whole(:, :, :)
    nullify (values)
    if (field%type /= tarn_float64 .or. field%on_device /= 0 .or. .not. c_associated(field%data)) return
    call c_f_pointer(field%data, whole, [field%stride(2), field%stride(1)/field%stride(2), field%shape(1)])
    values => whole(1:field%shape(3), 1:field%shape(2), 1:field%shape(1))
  end function

  ! To be called once fields of the state have been written to.
  integer(c_int) function tarn_changed(simulation) result(status)
    type(tarn_simulation), intent(in) :: simulation
    status = c_changed(simulation%handle)
  end function

  integer(c_int) function tarn_set_directory(simulation, path) result(status)
    type(tarn_simulation), intent(in) :: simulation
    character(len=*), intent(in) :: path
    status = c_directory(simulation%handle, to_c(path))
  end function

  integer(c_int) function tarn_write_snapshot(simulation, series) result(status)
    type(tarn_simulation), intent(in) :: simulation
    character(len=*), intent(in) :: series
    status = c_write_snapshot(simulation%handle, to_c(series))
  end function

  integer(c_int) function tarn_write_checkpoint(simulation) result(status)
    type(tarn_simulation), intent(in) :: simulation
    status = c_write_checkpoint(simulation%handle)
  end function

  ! Without a file: from the newest checkpoint of the simulation's directory.
  integer(c_int) function tarn_restart(simulation, file) result(status)
    type(tarn_simulation), intent(in) :: simulation
    character(len=*), intent(in), optional :: file
    character(kind=c_char), allocatable, target :: text(:)
    if (present(file)) then
      allocate (text, source=to_c(file))
      status = c_restart(simulation%handle, c_loc(text))
    else
      status = c_restart(simulation%handle, c_null_ptr)
    end if
  end function

  ! A dataset of doubles; values has as many elements. Not collective.
  integer(c_int) function tarn_dataset_read(file, path, values) result(status)
    character(len=*), intent(in) :: file, path
    real(c_double), intent(out), contiguous, target :: values(..)
    status = c_dataset_read(to_c(file), to_c(path), c_loc(values), size(values, kind=c_size_t)*8_c_size_t)
  end function

  integer(c_int) function tarn_sum(runtime, values, result) result(status)
    type(tarn_runtime), intent(in) :: runtime
    real(c_double), intent(in), contiguous, target :: values(..)
    real(c_double), intent(out) :: result
    status = c_sum(runtime%handle, tarn_float64, c_loc(values), size(values, kind=c_size_t), result)
  end function

  integer(c_int) function tarn_min(runtime, values, result) result(status)
    type(tarn_runtime), intent(in) :: runtime
    real(c_double), intent(in), contiguous, target :: values(..)
    real(c_double), intent(out) :: result
    status = c_min(runtime%handle, tarn_float64, c_loc(values), size(values, kind=c_size_t), result)
  end function

  integer(c_int) function tarn_max(runtime, values, result) result(status)
    type(tarn_runtime), intent(in) :: runtime
    real(c_double), intent(in), contiguous, target :: values(..)
    real(c_double), intent(out) :: result
    status = c_max(runtime%handle, tarn_float64, c_loc(values), size(values, kind=c_size_t), result)
  end function

end module
