"""Step 5: the libraries of the dashboard, which the server serves at /assets/vendor.

Each library is a folder of `web` in the cache. Its files are taken out of a package of the index,
or fetched from the web where that does not have it any more, and checked one by one.
"""

import os
import shutil
from collections import namedtuple
from pathlib import Path

from console import Progress, SetupError, note, size_text, step
from files import Pin, Unavailable, file_sha256, unpack
from home import digest

LICENCES = Path(__file__).resolve().parent / "licences"

# `member` is the place in the package, `url` where the same file is to be had otherwise, or None.
File = namedtuple("File", "path sha256 size member url", defaults=[None])
# `licence` is a file of `licences`, which is laid beside the library's own files.
Library = namedtuple("Library", "folder name licence pin files")

# uPlot's own address of a release. Its package here carries the release's files byte for byte.
UPLOT = "https://raw.githubusercontent.com/leeoniya/uPlot/1.6.31/dist/"
BUNDLE = "nicegui/elements/codemirror/dist/"

LIBRARIES = (
    Library(
        "chart",
        "uPlot 1.6.31",
        "uplot.txt",
        Pin(
            "youplot",
            "1.0.0",
            "youplot-1.0.0-py3-none-any.whl",
            "31fe55753a3a073ba1bf2979708443d87d11bb9e0250a0c1ab23118e1e70fb94",
            71_960,
        ),
        (
            File(
                "uplot.js",
                "2d27e8ad3d228164525ce213f9dc716f39b4e3aee0cc773fb3491c96cf4921a2",
                50_312,
                "youplot/vendor/uplot.iife.min.js",
                f"{UPLOT}uPlot.iife.min.js",
            ),
            File(
                "uplot.css",
                "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
                1_857,
                "youplot/vendor/uplot.min.css",
                f"{UPLOT}uPlot.min.css",
            ),
        ),
    ),
    Library(
        "editor",
        "CodeMirror 6",
        "codemirror.txt",
        Pin(
            "nicegui",
            "3.18.0",
            "nicegui-3.18.0-py3-none-any.whl",
            "a2bd51642312d98aab6d8b641245d796ff1b89da5829777170bcc488140c3dcd",
            8_530_801,
        ),
        (
            # Pages import the first two; those import the others by the names that these have.
            File(
                "codemirror.js",
                "c3f2db6a528ea15847f54487e423b7ecf369cfc092e6911265ae9201c828a3ba",
                5_247,
                f"{BUNDLE}index.js",
            ),
            File(
                "json.js",
                "b76abfabedc8bf2d6641ed088bb277df19eedfeb1114d813cfdae284d8290cb4",
                2_463,
                f"{BUNDLE}index-DoamnB4e.js",
            ),
            File(
                "index-ciMdZ5pn.js",
                "efe9aa853ac3846e6cd6884747bf8615e40b3e6e415bb14f77a087f4e327f4a2",
                488_252,
                f"{BUNDLE}index-ciMdZ5pn.js",
            ),
            File(
                "index-C83tnP_C.js",
                "f0968a6f13b4d5f36e98848fbe43cb8436a6c78c74d8a492a0f6b7cd6af799c4",
                26_338,
                f"{BUNDLE}index-C83tnP_C.js",
            ),
        ),
    ),
)


def _key():
    return digest(
        [[one.folder, one.pin.key(), [list(file) for file in one.files]] for one in LIBRARIES],
        *((LICENCES / one.licence).read_bytes() for one in LIBRARIES),
    )


def _paths(home, library):
    folder = home.web / library.folder
    return [*(folder / file.path for file in library.files), folder / "LICENSE"]


def ready(home):
    return home.stamped("web", _key())


def install(home, fetcher):
    if ready(home):
        return
    absent = [library for library in LIBRARIES if _missing(home, library)]
    if absent:
        total = sum(library.pin.size for library in absent)
        names = ", ".join(library.name for library in absent)
        step(f"Libraries of the dashboard: {names} ({size_text(total)})")
        home.require_space(2 * total, "installing the libraries of the dashboard")
        with Progress(total) as progress:
            for library in absent:
                _install(home, fetcher, library, progress)
        note(f"in {home.web}")
    home.stamp("web", _key(), [path for one in LIBRARIES for path in _paths(home, one)])


def _missing(home, library):
    """What is not there of a library, or not what was pinned."""
    folder = home.web / library.folder
    absent = [file.path for file in library.files if not _right(folder / file.path, file)]
    try:
        licensed = (folder / "LICENSE").read_bytes() == (LICENCES / library.licence).read_bytes()
    except OSError:
        licensed = False
    return absent if licensed else [*absent, "LICENSE"]


def _right(path, file):
    try:
        return file_sha256(path) == file.sha256
    except OSError:
        return False


def _install(home, fetcher, library, progress):
    fresh = home.web / f"{library.folder}.partial"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        _from_package(fetcher, library, fresh, progress)
    except Unavailable as problem:
        if not all(file.url for file in library.files):
            raise
        _from_web(fetcher, library, fresh, progress, problem)
    shutil.copyfile(LICENCES / library.licence, fresh / "LICENSE")
    shutil.rmtree(home.web / library.folder, ignore_errors=True)
    os.rename(fresh, home.web / library.folder)


def _from_package(fetcher, library, folder, progress):
    wheel = fetcher.package(library.pin, progress)
    for file in library.files:
        unpack(wheel, file.member, folder / file.path)
        if not _right(folder / file.path, file):
            raise Unavailable(
                f"{file.member} of {library.pin} has the wrong checksum",
                "the package holds another file than setup/web.py pins: do not use it",
            )
    fetcher.discard(wheel)


def _from_web(fetcher, library, folder, progress, problem):
    progress.note(f"{library.name}: {problem.cause}; asking for its files one by one")
    try:
        for file in library.files:
            path = fetcher.url(file.url, file.path, file.sha256, file.size, progress)
            os.replace(path, folder / file.path)
    except Unavailable as other:
        raise SetupError(
            f"no source has {library.name}:\n        - {problem.cause}\n        - {other.cause}",
            problem.remedy,
        ) from other


def check(home):
    return [
        f"{library.name}: {path} is missing or altered"
        for library in LIBRARIES
        for path in _missing(home, library)
    ]
