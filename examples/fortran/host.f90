! A code in Fortran that steps one of tarn's simulations by hand, warms it on the way, and goes back to a checkpoint.
! Run it with a deck and a folder: mpirun -n 2 ./fortran_host deck.toml out
program host
  use mpi
  use tarn
  use, intrinsic :: iso_fortran_env, only: real64, int64, error_unit
  implicit none
  type(tarn_runtime) :: runtime
  type(tarn_simulation) :: simulation
  type(tarn_field) :: field
  real(real64), pointer :: u(:, :, :)
  real(real64), allocatable :: kept(:, :, :)
  real(real64) :: time, end, heat, again
  integer(int64) :: step
  character(len=200) :: deck, folder
  integer :: error, rank, n

  call get_command_argument(1, deck)
  call get_command_argument(2, folder)
  call MPI_Init(error)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, error)
  call check(tarn_open(MPI_COMM_WORLD, runtime))
  if (rank == 0) print '(2a)', "tarn ", tarn_version()

  call check(tarn_create(runtime, deck, simulation))
  call check(tarn_set_directory(simulation, folder))
  do n = 1, 5
    call check(tarn_step(simulation))
  end do
  call check(tarn_write_checkpoint(simulation))

  call check(tarn_get_field(simulation, "temperature", field))
  u => tarn_values(field)  ! tarn's own memory: x is the first axis
  kept = u
  call check(tarn_sum(runtime, kept, heat))
  u = u + 1
  call check(tarn_changed(simulation))
  kept = u
  call check(tarn_sum(runtime, kept, again))
  call check(tarn_step(simulation))
  call check(tarn_write_snapshot(simulation, "warmed"))
  if (rank == 0) print '(a, f0.6)', "warmed by ", (again - heat)/real(product(field%domain), real64)

  call check(tarn_restart(simulation))
  call check(tarn_time(simulation, step, time, end))
  call check(tarn_get_field(simulation, "temperature", field))
  kept = tarn_values(field)
  call check(tarn_sum(runtime, kept, again))
  if (rank == 0) print '(a, i0, a, l1)', "back at step ", step, ", with the same heat: ", again == heat

  if (tarn_step(simulation, 1e9_real64) == tarn_ok) error stop "a step that is too long was taken"
  if (rank == 0) print '(a)', tarn_message()
  call check(tarn_destroy(simulation))
  call check(tarn_close(runtime))
  call MPI_Finalize(error)

contains

  subroutine check(status)
    integer, intent(in) :: status
    if (status == tarn_ok) return
    write (error_unit, '(a)') tarn_message()
    call MPI_Abort(MPI_COMM_WORLD, 1, error)
  end subroutine

end program
