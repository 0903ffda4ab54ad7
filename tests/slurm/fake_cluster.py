"""A real Slurm of two fake nodes on this machine, in namespaces of its own: nothing of the machine is edited, nothing
outlives the program, and any number of them run side by side.

    python3 fake_cluster.py COMMAND...      runs a command in such a cluster
"""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

INSIDE = "TARN_FAKE_CLUSTER"
HOST = "tarnhost"
PROGRAMS = ("slurmctld", "slurmd", "sbatch", "srun", "squeue", "scontrol", "munged", "unshare", "setpriv", "mount")
# With a process namespace nothing outlives the program, with one for names and shared memory nothing reaches the machine.
NAMESPACES = ("unshare", "-m", "-p", "-u", "-i", "--fork", "--kill-child", "--mount-proc", "--propagation", "private")
# What start() needs the permission for, with nothing left behind.
TRIAL = """
set -e
hostname trial
mount -t tmpfs -o mode=755 trial /run
mkdir /run/trial
chown munge:munge /run/trial
mount --bind /etc/hosts /etc/hosts
mount --bind /run/trial /etc/slurm
setpriv --reuid=munge --regid=munge --clear-groups true
"""
CONFIG = """
ClusterName=tarn
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser=root
AuthType=auth/munge
AuthInfo=cred_expire=10
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SlurmdParameters=config_overrides
MailProg=/bin/true
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=pmix
ReturnToService=2
KillWait=15
MinJobAge=600
SlurmdTimeout=60
InactiveLimit=0
BatchStartTimeout=300
MessageTimeout=100
TCPTimeout=30
UnkillableStepTimeout=600
CompleteWait=0
OverTimeLimit=0
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
JobRequeue=1
SchedulerParameters=bf_interval=2,sched_interval=2,batch_sched_delay=0
PriorityType=priority/basic
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
JobAcctGatherType=jobacct_gather/none
StateSaveLocation={home}/state
SlurmdSpoolDir={home}/spool-%n
SlurmctldPidFile={home}/slurmctld.pid
SlurmdPidFile={home}/slurmd-%n.pid
SlurmctldLogFile={home}/slurmctld.log
SlurmdLogFile={home}/slurmd-%n.log
SlurmctldDebug=info
SlurmdDebug=info
TmpFS={home}/tmp-%n
GresTypes=gpu
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs={cpus} RealMemory={memory} Gres=gpu:2
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs={cpus} RealMemory={memory} Gres=gpu:2
PartitionName=batch Nodes=n1,n2 Default=YES MaxTime=60 DefaultTime=1 State=UP PriorityTier=1 PreemptMode=REQUEUE GraceTime=10 OverSubscribe=NO
PartitionName=urgent Nodes=n1,n2 MaxTime=30 State=UP PriorityTier=10 PreemptMode=OFF OverSubscribe=NO
PartitionName=small Nodes=n1 MaxTime=10 State=UP PriorityTier=1
"""
GPUS = """
NodeName=n1,n2 Name=gpu File=/dev/zero
NodeName=n1,n2 Name=gpu File=/dev/null
"""


def why_impossible():
    """Why no cluster can run here; empty if one can."""
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if missing:
        return "not installed: " + ", ".join(missing) + "; ./dev slurm installs what is missing"
    trial = subprocess.run([*NAMESPACES, "bash", "-c", TRIAL], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return "" if trial.returncode == 0 else "not permitted here: " + trial.stderr.strip().replace("\n", "; ")


def enter(arguments):
    """Starts this Python program anew within the namespaces, and ends with its exit code."""
    if os.environ.get(INSIDE):
        return
    # A shell is the first process there: it takes in the processes whose parents have died.
    os.execvp("unshare", [*NAMESPACES, "env", INSIDE + "=1", "bash", "-c", '"$@"; exit $?', "bash", "/usr/bin/python3",
                          *arguments])


def free_ports(count):
    """Ports of this machine that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Cluster:
    """Within the namespaces: the daemons, and their configuration below `home`."""

    def __init__(self, cpus=8, memory=4000):
        socket.sethostname(HOST)
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="tarn-slurm-"))
        # In memory: syncing files costs nothing there, whatever else the disk does.
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "cluster", self.home], check=True)
        self.daemons = {}
        for name in ("etc", "munge", "state", "tmp-n1", "tmp-n2", "spool-n1", "spool-n2"):
            (self.home / name).mkdir()
        etc = self.home / "etc"
        (etc / "slurm.conf").write_text(CONFIG.format(host=HOST, ports=free_ports(3), home=self.home, cpus=cpus, memory=memory))
        (etc / "gres.conf").write_text(GPUS)
        hosts = self.home / "hosts"
        hosts.write_text("127.0.0.1 localhost %s n1 n2\n" % HOST)
        self._mount(etc, pathlib.Path("/etc/slurm"))
        self._mount(hosts, pathlib.Path("/etc/hosts"))
        os.environ["SLURM_CONF"] = "/etc/slurm/slurm.conf"
        os.environ.update(OMPI_MCA_btl="tcp,self")
        os.chmod(self.home, 0o755)

    @staticmethod
    def _mount(source, target):
        if not target.exists():
            raise RuntimeError("%s is not there to mount over" % target)
        subprocess.run(["mount", "--bind", source, target], check=True)

    def _munge(self):
        run = self.home / "munge"
        (run / "key").write_bytes(os.urandom(128))
        os.chmod(run / "key", 0o400)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "munge", "/run"], check=True)
        pathlib.Path("/run/munge").mkdir()
        for path in (run, run / "key", pathlib.Path("/run/munge")):
            shutil.chown(path, "munge", "munge")
        return ["setpriv", "--reuid=munge", "--regid=munge", "--clear-groups", "munged", "--foreground", "--force",
                "--key-file=%s/key" % run, "--pid-file=%s/pid" % run, "--log-file=%s/log" % run,
                "--seed-file=%s/seed" % run]

    def _start(self, name, words):
        log = open(self.home / (name + ".out"), "ab")
        self.daemons[name] = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def start(self):
        self._start("munged", self._munge())
        self.wait_for("munge's socket", lambda: os.path.exists("/run/munge/munge.socket.2"), 120, "munged")
        self.start_controller()
        for node in ("n1", "n2"):
            self.start_node(node)
        self.wait_for("two idle nodes", lambda: self.idle_nodes() == 2, 300, "slurmctld", "n1", "n2")

    def start_controller(self):
        self._start("slurmctld", ["slurmctld", "-D"])
        self.wait_for("the controller", lambda: subprocess.run(["scontrol", "ping"], capture_output=True,
                                                               text=True).stdout.count("is UP") > 0, 300, "slurmctld")

    def start_node(self, node):
        self._start(node, ["slurmd", "-D", "-N", node])

    def kill(self, name, number=signal.SIGKILL):
        process = self.daemons.pop(name)
        process.send_signal(number)
        process.wait()

    def clear(self):
        """Ends what a case may have left behind."""
        subprocess.run(["scancel", "--user=root"])
        self.wait_for("two idle nodes", lambda: self.idle_nodes() == 2, 300, "slurmctld", "n1", "n2")

    def idle_nodes(self):
        lines = subprocess.run(["sinfo", "-h", "-N", "-p", "batch", "-o", "%T"], capture_output=True,
                               text=True).stdout.split()
        return lines.count("idle")

    def wait_for(self, what, condition, seconds, *daemons):
        """@param daemons  without which it cannot come"""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if condition():
                return
            for name in daemons:
                if self.daemons[name].poll() is not None:
                    raise RuntimeError("%s ended with %d\n%s" % (name, self.daemons[name].returncode, self.logs()))
            time.sleep(0.1)
        raise RuntimeError("%s did not come in %g s\n%s" % (what, seconds, self.logs()))

    def logs(self, lines=40):
        text = ""
        for file in sorted(self.home.glob("*.log")) + sorted(self.home.glob("*.out")) + [self.home / "munge" / "log"]:
            if file.exists():
                text += "== %s\n%s\n" % (file.name, "\n".join(file.read_text(errors="replace").splitlines()[-lines:]))
        return text

    def stop(self):
        for name in reversed(list(self.daemons)):
            self.kill(name)
        subprocess.run(["umount", "--lazy", self.home])
        shutil.rmtree(self.home, ignore_errors=True)


if __name__ == "__main__":
    reason = why_impossible()
    if reason:
        sys.exit("no cluster: " + reason)
    enter([os.path.abspath(__file__), *sys.argv[1:]])
    cluster = Cluster()
    try:
        cluster.start()
        code = subprocess.run(sys.argv[1:]).returncode
    finally:
        if os.environ.get("TARN_CLUSTER_LOGS"):
            print(cluster.logs(200))
        cluster.stop()
    sys.exit(code)
