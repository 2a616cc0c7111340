"""Refuses network access, new processes, changed files and signals to other processes.

A second line of defence against accidents and careless project code. It is not a sandbox: native code and `ctypes`
can pass it, which is why nothing runs in the bridge unless the user trusts the workspace.
"""
import os
import subprocess
import sys

from .errors import OperationBlocked

_GIGABYTE = 1024**3

NETWORK = "a network connection"
PROCESS = "starting a process"
WRITE = "changing a file"
SIGNAL = "a signal to a process"

_BLOCKED_EVENTS = {
    "socket.connect": NETWORK,
    "socket.bind": NETWORK,
    "socket.sendto": NETWORK,
    "socket.sendmsg": NETWORK,
    "socket.getaddrinfo": NETWORK,
    "socket.getnameinfo": NETWORK,
    "socket.gethostbyname": NETWORK,
    "socket.gethostbyaddr": NETWORK,
    "syslog.syslog": NETWORK,
    "webbrowser.open": PROCESS,
    "subprocess.Popen": PROCESS,
    "os.system": PROCESS,
    "os.exec": PROCESS,
    "os.fork": PROCESS,
    "os.forkpty": PROCESS,
    "os.posix_spawn": PROCESS,
    "os.spawn": PROCESS,
    "os.startfile": PROCESS,
    "os.startfile/2": PROCESS,
    "pty.spawn": PROCESS,
    "_winapi.CreateProcess": PROCESS,
    "os.kill": SIGNAL,
    "os.killpg": SIGNAL,
    "signal.pthread_kill": SIGNAL,
    "_winapi.TerminateProcess": SIGNAL,
    "os.chflags": WRITE,
    "os.chmod": WRITE,
    "os.chown": WRITE,
    "os.link": WRITE,
    "os.mkdir": WRITE,
    "os.remove": WRITE,
    "os.removexattr": WRITE,
    "os.rename": WRITE,
    "os.rmdir": WRITE,
    "os.setxattr": WRITE,
    "os.symlink": WRITE,
    "os.truncate": WRITE,
    "os.utime": WRITE,
    "winreg.SetValue": WRITE,
    "winreg.CreateKey": WRITE,
    "winreg.DeleteKey": WRITE,
}


class ProcessBlocked(OperationBlocked, subprocess.CalledProcessError):
    """What asks `git` for a version is prepared for its failure."""

    def __init__(self, message):
        OperationBlocked.__init__(self, message)
        self.returncode, self.cmd, self.output, self.stderr = 126, "", None, None

    def __str__(self):
        return OperationBlocked.__str__(self)


_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

#: How `ctypes.util.find_library` looks up a shared library, for example GDAL's.
_LIBRARY_LOOKUP = ["/sbin/ldconfig", "-p"]

#: What was refused, in order: also of use where the project's code swallows the exception.
attempts = []


_may_write = False


def _refuse(what):
    if what is WRITE and _may_write:
        return
    attempts.append(what)
    message = "%s is not possible while Queryscope reads the project" % what
    raise ProcessBlocked(message) if what is PROCESS else OperationBlocked(message)


def _hook(event, arguments):
    if event == "open":
        path, _mode, flags = arguments
        if isinstance(flags, int) and flags & _WRITE_FLAGS and not isinstance(path, int) and path != os.devnull:
            _refuse(WRITE)
    elif event == "sqlite3.connect":
        if arguments[0] != ":memory:":
            _refuse("a database connection")
    elif event in _BLOCKED_EVENTS:
        if event == "subprocess.Popen" and list(arguments[1]) == _LIBRARY_LOOKUP:
            return
        if event == "os.mkdir" and os.path.isdir(arguments[0]):
            return  # nothing is made: `os.makedirs(folder, exist_ok=True)`
        _refuse(_BLOCKED_EVENTS[event])


def install(cpu_seconds, files_are_copies=False):
    """From here on. Can't be undone in this process.

    Where the file system is a copy in memory, settings may keep their logs and secrets in it.
    """
    global _may_write
    _may_write = files_are_copies
    _limit_resources(cpu_seconds)
    _block_unaudited_fork()
    sys.dont_write_bytecode = True
    sys.addaudithook(_hook)


def _limit_resources(cpu_seconds):
    try:
        import resource
    except ImportError:  # Windows
        return
    _lower(resource, "RLIMIT_CPU", cpu_seconds)
    _lower(resource, "RLIMIT_DATA", 2 * _GIGABYTE)
    # Native code writes without an audit event. Pipes are not files, so the protocol goes on.
    _lower(resource, "RLIMIT_FSIZE", 0)
    _lower(resource, "RLIMIT_CORE", 0)


def _lower(resource, name, limit):
    kind = getattr(resource, name, None)
    if kind is None:
        return
    _soft, hard = resource.getrlimit(kind)
    if hard == resource.RLIM_INFINITY or hard > limit:
        resource.setrlimit(kind, (limit, limit))


def _block_unaudited_fork():
    """`multiprocessing` forks through a function that has no audit event; `subprocess` has its own reference to it."""
    try:
        import _posixsubprocess
    except ImportError:  # Windows
        return

    def fork_exec(*_arguments):
        _refuse(PROCESS)

    _posixsubprocess.fork_exec = fork_exec
