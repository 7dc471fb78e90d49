"""Step 1: the Debian packages that Parley is built and run with."""

import os
import shutil
import subprocess

from console import Progress, SetupError, step

# What Swift code links against, what compiles llama.cpp, and what is run: the phonemiser, the readers of recordings and
# of PDFs.
BUILD = (
    "g++",
    "pkg-config",
    "zlib1g-dev",
    "portaudio19-dev",
    "libmp3lame-dev",
    "libopusenc-dev",
    "libsqlite3-dev",
    "espeak-ng",
    "ffmpeg",
    "poppler-utils",
)
# What the tests drive: a browser with a runner for its scripts, and a sound card made of software.
TESTS = ("chromium", "nodejs", "pulseaudio", "pulseaudio-utils", "libasound2-plugins", "python3-venv")


def missing(names):
    """Those of the packages that are not installed."""
    if not shutil.which("dpkg-query"):
        raise SetupError(
            "this is not a Debian system (there is no dpkg-query)",
            "Parley's set-up is made for Debian 12; elsewhere install the equivalents of "
            + " ".join(names)
            + " and run setup/setup.py --no-packages",
        )
    query = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names],
        capture_output=True,
        text=True,
    )
    installed = {
        line.split()[0] for line in query.stdout.splitlines() if line.endswith(" installed")
    }
    return [name for name in names if name not in installed]


def install(home, tests):
    names = BUILD + TESTS if tests else BUILD
    absent = missing(names)
    if not absent:
        return
    step("Debian packages: " + " ".join(absent))
    privileged = _privilege(absent)
    home.create()
    log = home.logs / "apt.log"
    with open(log, "w") as output:
        _apt(privileged, ["update"], output, log, absent)
        _apt(privileged, ["install", "-y", "--no-install-recommends", *absent], output, log, absent)
    absent = missing(names)
    if absent:
        raise SetupError(
            "apt-get ended well, but these packages are still missing: " + " ".join(absent),
            f"see {log}",
        )


def _privilege(absent):
    """The prefix that makes a command run as root."""
    if os.geteuid() == 0:
        return []
    probe = ["sudo", "-n", "true"]
    if shutil.which("sudo") and subprocess.run(probe, capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    raise SetupError(
        "Debian packages are missing and only root can install them: " + " ".join(absent),
        "ask for this, then run the same command again:\n"
        "        apt-get update && apt-get install -y --no-install-recommends " + " ".join(absent),
    )


def _apt(privileged, arguments, output, log, absent):
    command = [
        *privileged,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "LC_ALL=C",
        "apt-get",
        "-q",
        "-o",
        "DPkg::Lock::Timeout=300",
        "-o",
        "APT::Status-Fd=1",
        *arguments,
    ]
    tail = []
    with (
        Progress(100, unit="%") as progress,
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process,
    ):
        for line in process.stdout:
            kind, _, rest = line.rstrip().partition(":")
            if kind in ("dlstatus", "pmstatus"):
                _, percent, label = (rest.split(":", 2) + ["", ""])[:3]
                # Fetching counts for the first half of the bar, installing for the second.
                done = float(percent or 0) / 2 + (50 if kind == "pmstatus" else 0)
                progress.set(int(done), label)
                continue
            output.write(line)
            output.flush()
            tail = [*tail[-7:], line.rstrip()]
            if line.startswith(("Need to get", "After this operation")):
                progress.note(line.strip())
    if process.returncode != 0:
        text = "\n".join(tail)
        if "dpkg --configure -a" in text:
            remedy = "run `dpkg --configure -a` as root, then the same command again"
        elif "Unable to locate package" in text:
            remedy = "these are Debian 12's packages: see that its `main` is in apt's sources"
        elif "No space left" in text or "enough free space" in text:
            remedy = "free some space on the system's disk"
        else:
            remedy = "check the network connection and apt's sources; packages wanted: " + " ".join(
                absent
            )
        lines = "".join(f"\n        {line}" for line in tail)
        raise SetupError(f"apt-get {arguments[0]} failed (log: {log}):{lines}", remedy)


def check(tests):
    absent = missing(BUILD + TESTS if tests else BUILD)
    return [f"Debian package {name} is missing" for name in absent]
