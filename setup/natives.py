"""Step 2: sherpa-onnx and ONNX Runtime, and the pkg-config files that find them."""

import os
import shutil

from console import Progress, note, size_text, step
from files import Pin, unpack
from home import digest

SHERPA = Pin(
    "sherpa-onnx-core",
    "2.0.1",
    "sherpa_onnx_core-2.0.1-py3-none-manylinux2014_x86_64.whl",
    "f4ee0ab91c4ae596e0e49d7de32522a946295e038a652f1c1884d89014ee4ec2",
    10_544_878,
)
ONNX_RUNTIME_VERSION = "1.28.2"  # what OrtGetApiBase()->GetVersionString() of SHERPA's copy says
MEMBERS = {
    "sherpa_onnx/include/sherpa-onnx/c-api/c-api.h": "include/sherpa-onnx/c-api/c-api.h",
    "sherpa_onnx/lib/libsherpa-onnx-c-api.so": "lib/libsherpa-onnx-c-api.so",
    "sherpa_onnx/lib/libonnxruntime.so": "lib/libonnxruntime.so",
}
UNPACKED = 33_000_000  # bytes

PKG_CONFIG = """\
prefix={prefix}
libdir=${{prefix}}/lib
includedir=${{prefix}}/include

Name: {name}
Description: {description}
Version: {version}
Cflags: -I${{includedir}}
Libs: -L${{libdir}} {libraries}
"""


def _pkg_config(home):
    """The two .pc files. Their paths are absolute, so a cache that moved writes them anew."""
    return {
        "lib/pkgconfig/sherpa-onnx.pc": PKG_CONFIG.format(
            prefix=home.native,
            name="sherpa-onnx",
            description="Speech recognition and synthesis (C API)",
            version=SHERPA.version,
            libraries="-lsherpa-onnx-c-api -lonnxruntime",
        ),
        "lib/pkgconfig/onnxruntime.pc": PKG_CONFIG.format(
            prefix=home.native,
            name="onnxruntime",
            description="ONNX Runtime (C API)",
            version=ONNX_RUNTIME_VERSION,
            libraries="-lonnxruntime",
        ),
    }


def _key(home):
    return digest(SHERPA.key(), MEMBERS, _pkg_config(home))


def ready(home):
    return home.stamped("natives", _key(home))


def install(home, fetcher):
    if ready(home):
        return
    step(
        f"Native libraries: sherpa-onnx {SHERPA.version}, ONNX Runtime {ONNX_RUNTIME_VERSION} "
        f"({size_text(SHERPA.size)})"
    )
    home.require_space(SHERPA.size + UNPACKED, "installing the native libraries")
    with Progress(SHERPA.size) as progress:
        wheel = fetcher.package(SHERPA, progress)
    fresh = home.root / "native.partial"
    shutil.rmtree(fresh, ignore_errors=True)
    for member, path in MEMBERS.items():
        unpack(wheel, member, fresh / path)
    for path, text in _pkg_config(home).items():
        home.write(fresh / path, text.encode())
    shutil.rmtree(home.native, ignore_errors=True)
    os.rename(fresh, home.native)
    home.stamp(
        "natives",
        _key(home),
        [home.native / path for path in (*MEMBERS.values(), *_pkg_config(home))],
    )
    fetcher.discard(wheel)
    note(f"in {home.native}")


def check(home):
    return [] if ready(home) else ["the native libraries are missing or altered"]
