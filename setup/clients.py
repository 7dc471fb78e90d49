"""For the tests: the Python clients that they drive Parley with, in `PARLEY_HOME/venv`."""

import shutil
import subprocess
import sys
from pathlib import Path

from console import SetupError, note, step
from home import digest

REQUIREMENTS = Path(__file__).resolve().parent / "requirements-tests.txt"


def _key():
    return digest(REQUIREMENTS.read_bytes(), sys.version)


def ready(home):
    return home.stamped("venv", _key())


def install(home, _):
    if ready(home):
        return
    step("Python clients for the tests")
    home.require_space(100_000_000, "installing the Python clients")
    log = home.logs / "venv.log"
    python = home.venv / "bin" / "python"
    shutil.rmtree(home.venv, ignore_errors=True)
    with open(log, "w") as output:
        for command in (
            [sys.executable, "-m", "venv", home.venv],
            [python, "-m", "pip", "install", "--no-deps", "-r", REQUIREMENTS],
        ):
            run = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
            if run.returncode != 0:
                tail = log.read_text(errors="replace").splitlines()[-8:]
                lines = "".join(f"\n        {line}" for line in tail)
                raise SetupError(
                    f"installing the Python clients failed (log: {log}):{lines}",
                    "if the network is at fault, check it and run the same command again; "
                    "if `venv` is, apt-get install python3-venv",
                )
    home.stamp("venv", _key(), [home.venv / "pyvenv.cfg", python])
    note(f"in {home.venv}")


def check(home):
    return [] if ready(home) else ["the Python clients for the tests are missing"]
