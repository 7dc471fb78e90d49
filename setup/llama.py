"""Step 3: llama.cpp's `llama-server` and `llama-quantize`, built for this machine's processor."""

import os
import re
import shutil
import signal
import subprocess
import tarfile
import zipfile
from pathlib import PurePosixPath

from console import Progress, SetupError, note, size_text, step
from files import Pin
from home import digest

SOURCES = Pin(
    "llama-cpp-python",
    "0.3.36",
    "llama_cpp_python-0.3.36.tar.gz",
    "832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e",
    76_589_250,
)
CMAKE = Pin(
    "cmake",
    "4.4.3",
    "cmake-4.4.3-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
    "bae3c4954623ec4d62e62c70443f0da7988b733111c2871fcc6a31ead5137e20",
    30_231_983,
)
NINJA = Pin(
    "ninja",
    "1.13.2",
    "ninja-1.13.2-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
    "65a24341b5ac09fcadcc37082660be40a94174e51a937fabf6e2cae26225fa2c",
    183_365,
)
PINS = (SOURCES, CMAKE, NINJA)
CMAKE_PROGRAM = "cmake/data/bin/cmake"
NINJA_PROGRAM = f"ninja-{NINJA.version}.data/scripts/ninja"
PROGRAMS = ("llama-server", "llama-quantize")
UNPACKED = 600_000_000  # bytes: sources, tools and objects while it is built
# Not needed to build the server, and more than half of the sources.
LEFT_OUT = {".git", "benches", "docs", "examples", "media", "models", "tests"}

OPTIONS = {
    "CMAKE_BUILD_TYPE": "Release",
    "BUILD_SHARED_LIBS": "OFF",  # one file, that runs from anywhere
    "GGML_NATIVE": "ON",  # the cache belongs to one machine, and the stamp to its processor
    "GGML_CCACHE": "OFF",
    "GGML_OPENMP": "OFF",  # ggml's own threads, which wait as `--poll` says and do not spin on
    "LLAMA_OPENSSL": "OFF",  # loopback only: no TLS, and no downloads of its own
    "LLAMA_SUBPROCESS": "OFF",  # the server starts no programs
    "LLAMA_BUILD_UI": "OFF",
    "LLAMA_USE_PREBUILT_UI": "OFF",  # else the build fetches web pages from a hub
    "LLAMA_BUILD_TESTS": "OFF",
    "LLAMA_BUILD_EXAMPLES": "OFF",
    "LLAMA_BUILD_APP": "OFF",
    "LLAMA_BUILD_NUMBER": "0",  # there is no git history to number
    "LLAMA_BUILD_COMMIT": SOURCES.version,
}
# The instruction sets that ggml has code for: a cache on a machine with others builds anew.
INSTRUCTIONS = re.compile(r"sse3|ssse3|sse4_2|avx\w*|amx\w*|f16c|fma|bmi2")


def _key():
    flags = []
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("flags"):
                flags = sorted(filter(INSTRUCTIONS.fullmatch, line.split()))
                break
    return digest([pin.key() for pin in PINS], OPTIONS, PROGRAMS, flags)


def ready(home):
    return home.stamped("llama-server", _key())


def install(home, fetcher):
    if ready(home):
        return
    total = sum(pin.size for pin in PINS)
    step(f"llama-server: llama.cpp of {SOURCES} ({size_text(total)}), built here")
    key = _key()
    work = home.build / f"llama-{key[:12]}"
    _sweep(home, work)
    if not (work / "sources").exists() or not (work / "tools").exists():
        home.require_space(total + UNPACKED, "building llama-server")
        with Progress(total) as progress:
            files = [fetcher.package(pin, progress) for pin in PINS]
        _unpack(work, *files)
        for path in files:
            fetcher.discard(path)
    log = home.logs / "llama-server.log"
    folder = _build(work, log)
    _prove(folder / "llama-server", log)
    home.bin.mkdir(exist_ok=True)
    for name in PROGRAMS:
        fresh = home.bin / f"{name}.partial"
        shutil.copyfile(folder / name, fresh)
        fresh.chmod(0o755)
        os.replace(fresh, home.bin / name)
    home.stamp("llama-server", key, [home.bin / name for name in PROGRAMS])
    shutil.rmtree(home.build, ignore_errors=True)
    note(f"in {home.bin}")


def _sweep(home, work):
    """Removes what builds of other versions left; this one's is gone on with."""
    work.mkdir(parents=True, exist_ok=True)
    for other in home.build.iterdir():
        if other != work:
            shutil.rmtree(other, ignore_errors=True)


def _unpack(work, sources, cmake, ninja):
    fresh = work / "partial"
    shutil.rmtree(fresh, ignore_errors=True)
    with tarfile.open(sources) as archive:
        for member in archive:
            parts = PurePosixPath(member.name).parts
            if parts[1:3] != ("vendor", "llama.cpp") or ".." in parts:
                continue
            if set(parts[3:4]) & LEFT_OUT or not (member.isfile() or member.isdir()):
                continue
            member.name = str(PurePosixPath("sources", *parts[3:]))
            archive.extract(member, fresh, set_attrs=member.isfile())
    for wheel in (cmake, ninja):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(fresh / "tools")
    for program in (CMAKE_PROGRAM, NINJA_PROGRAM):
        (fresh / "tools" / program).chmod(0o755)
    for part in ("sources", "tools"):
        shutil.rmtree(work / part, ignore_errors=True)
        os.rename(fresh / part, work / part)
    fresh.rmdir()


def _build(work, log):
    cmake, ninja = work / "tools" / CMAKE_PROGRAM, work / "tools" / NINJA_PROGRAM
    objects = work / "objects"
    jobs = _jobs()
    note(
        f"compiling with {jobs} job{'s' if jobs > 1 else ''}, some {12 // jobs} minutes; log: {log}"
    )
    with open(log, "w") as output:
        # A git repository around the cache is not llama.cpp's.
        environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(work.parent)}
        # Flags from outside, such as -march=native, would change what `llama-quantize` writes.
        for name in ("CFLAGS", "CXXFLAGS"):
            environment.pop(name, None)
        configure = [
            *(cmake, "-S", work / "sources", "-B", objects, "-G", "Ninja"),
            f"-DCMAKE_MAKE_PROGRAM={ninja}",
            *(f"-D{name}={value}" for name, value in OPTIONS.items()),
        ]
        try:
            _run(configure, environment, output, log)
        except SetupError:
            shutil.rmtree(objects, ignore_errors=True)  # CMake would keep the compiler that failed
            raise
        command = [ninja, "-C", objects, f"-j{jobs}", *PROGRAMS]
        _run(command, {**environment, "NINJA_STATUS": "[%f/%t] "}, output, log)
    return objects / "bin"


def _jobs():
    """As many as there are processors, but with 1 GB of memory each."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(1, min(len(os.sched_getaffinity(0)), memory // 1_000_000_000))


def _run(command, environment, output, log):
    """Runs a part of the build with its output in the log and ninja's count as progress."""
    tail = []
    process = subprocess.Popen(
        [str(part) for part in command],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,  # stopped as a whole, compilers included
    )
    try:
        with Progress(None, unit="files") as progress:
            for line in process.stdout:
                output.write(line)
                output.flush()
                count = re.match(r"\[(\d+)/(\d+)\] ", line)
                if count:
                    progress.total = int(count[2])
                    progress.set(int(count[1]))
                if line.strip():
                    tail = [*tail[-15:], line.rstrip()]
        status = process.wait()
    except BaseException:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()
        raise
    if status == 0:
        return
    text = "\n".join(tail)
    lines = "".join(f"\n        {line[:200]}" for line in tail)
    if "No space left" in text:
        remedy = "free some space and run the same command again: finished files are kept"
    elif "Killed" in text or "cc1plus: out of memory" in text or "std::bad_alloc" in text:
        remedy = "the compiler ran out of memory: close other programs and run it again"
    else:
        remedy = "see the log; finished files are kept, so running it again goes on from here"
    raise SetupError(f"building llama-server failed (log: {log}):{lines}", remedy)


def _prove(program, log):
    """Sees that what was built runs on this machine."""
    run = subprocess.run([program, "--version"], capture_output=True, text=True)
    if run.returncode != 0:
        raise SetupError(
            f"the llama-server that was built does not run (status {run.returncode}): "
            + run.stderr.strip()[-300:],
            f"see {log}, and make sure that the build ran on this very machine",
        )


def check(home):
    return (
        []
        if ready(home)
        else ["llama-server or llama-quantize is missing, altered or built for another processor"]
    )
