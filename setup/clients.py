"""For the tests: Python programs at the other end of Parley's protocols, each in an environment of `PARLEY_HOME`."""

import shutil
import subprocess
import sys
from pathlib import Path

from console import SetupError, note, step
from home import digest

HERE = Path(__file__).resolve().parent
# Two versions of one package cannot be in one environment.
ENVIRONMENTS = {
    "venv": ("Python clients for the tests", HERE / "requirements-tests.txt"),
    "venv-mcp": ("Python servers of MCP for the tests", HERE / "requirements-mcp.txt"),
    "venv-mcp1": ("older Python servers of MCP for the tests", HERE / "requirements-mcp1.txt"),
    "venv-mcp-proxy": ("proxied servers of MCP for the tests", HERE / "requirements-mcp-proxy.txt"),
}


def _key(requirements):
    return digest(requirements.read_bytes(), sys.version)


def _missing(home):
    return [
        name
        for name, (_, requirements) in ENVIRONMENTS.items()
        if not home.stamped(name, _key(requirements))
    ]


def ready(home):
    return not _missing(home)


def install(home, _):
    for name in _missing(home):
        _install(home, name, *ENVIRONMENTS[name])


def _install(home, name, title, requirements):
    step(title)
    home.require_space(200_000_000, f"installing the {title}")
    log = home.logs / f"{name}.log"
    folder = home.root / name
    python = folder / "bin" / "python"
    shutil.rmtree(folder, ignore_errors=True)
    with open(log, "w") as output:
        for command in (
            [sys.executable, "-m", "venv", folder],
            [python, "-m", "pip", "install", "--no-deps", "-r", requirements],
        ):
            run = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
            if run.returncode != 0:
                tail = log.read_text(errors="replace").splitlines()[-8:]
                lines = "".join(f"\n        {line}" for line in tail)
                raise SetupError(
                    f"installing the {title} failed (log: {log}):{lines}",
                    "if the network is at fault, check it and run the same command again; "
                    "if `venv` is, apt-get install python3-venv",
                )
    home.stamp(name, _key(requirements), [folder / "pyvenv.cfg", python])
    note(f"in {folder}")


def check(home):
    return [f"the {ENVIRONMENTS[name][0]} are missing" for name in _missing(home)]
