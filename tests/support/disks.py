"""Disks that run full and files that may not grow, for tests of what becomes of a run there."""

import subprocess


def mount_disk(place, *options):
    """Mounts a new tmpfs at a directory, which is made where it is missing.
    @param options  of mount(8), such as "size=64k"; without a size it has half of the memory
    @returns False where none can be mounted, as for anybody but root"""
    place.mkdir(exist_ok=True)
    words = ["mount", "-t", "tmpfs", "-o", ",".join(("mode=755", *options)), "none", place]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def change_disk(place, *options):
    """Gives a mounted disk other options, such as "size=8m" or "ro"."""
    subprocess.run(["mount", "-o", ",".join(("remount", *options)), place], check=True)


def unmount_disk(place):
    subprocess.run(["umount", place], check=False)


def with_files_up_to(size):
    """The words before a command whose processes may make no file longer than that [bytes]; a write beyond it fails as on
    a full disk. Open MPI 4 then keeps its own data, which may be more, in memory."""
    return ["env", "PMIX_MCA_gds=hash", "prlimit", f"--fsize={size}"]
