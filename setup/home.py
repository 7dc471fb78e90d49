"""The cache that the set-up fills: its paths, its lock and its stamps."""

import errno
import fcntl
import hashlib
import json
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

from console import SetupError, note, size_text


def digest(*values):
    """A key for a stamp: the SHA-256 of the values' JSON, or of bytes as they are."""
    key = hashlib.sha256()
    for value in values:
        data = value if isinstance(value, bytes) else json.dumps(value, sort_keys=True).encode()
        key.update(len(data).to_bytes(8, "big") + data)
    return key.hexdigest()


class Home:
    """`PARLEY_HOME`, by default `parley` in the XDG cache directory."""

    def __init__(self):
        cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
        chosen = os.environ.get("PARLEY_HOME") or os.path.join(cache, "parley")
        self.root = Path(os.path.expanduser(chosen))
        if not self.root.is_absolute():
            raise SetupError(
                f"the cache's path is relative: {self.root}",
                "set PARLEY_HOME (or XDG_CACHE_HOME) to an absolute path",
            )
        self.native = self.root / "native"
        self.bin = self.root / "bin"
        self.models = self.root / "models"
        self.web = self.root / "web"
        self.downloads = self.root / "downloads"
        self.build = self.root / "build"
        self.tools = self.root / "tools"
        self.logs = self.root / "logs"
        self.stamps = self.root / "stamps"
        self.user_models = self.root / "models.yaml"

    def create(self):
        try:
            for path in (self.downloads, self.logs, self.stamps):
                path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SetupError(
                f"{self.root} cannot be made: {error.strerror}",
                "set PARLEY_HOME to a directory that you can write to",
            ) from error

    @contextmanager
    def locked(self):
        """Holds the set-up's lock, after waiting for another set-up to end."""
        self.create()
        with open(self.root / "setup.lock", "w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in (errno.EAGAIN, errno.EACCES):
                    raise
                note("another set-up is at work on this cache; waiting for it to end")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def require_space(self, needed, what):
        """Fails before the work starts when the disk cannot hold it (with 200 MB to spare)."""
        free = shutil.disk_usage(self.root).free
        if free < needed + 200_000_000:
            raise SetupError(
                f"{what} needs {size_text(needed + 200_000_000)}, but {self.root} "
                f"has {size_text(free)} free",
                "free some space, or set PARLEY_HOME to a directory on a larger disk",
            )

    def stamped(self, name, key):
        """Whether step `name` was finished for `key` and its files are as it left them."""
        try:
            stamp = json.loads((self.stamps / f"{name}.json").read_text())
            if stamp["key"] != key:
                return False
            for path, size, modified in stamp["files"]:
                status = os.stat(os.path.join(self.root, path))
                if status.st_size != size or status.st_mtime_ns != modified:
                    return False
            return True
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def stamp(self, name, key, files):
        """Records that step `name` is finished, with the files that it left."""
        entries = []
        for path in files:
            status = os.stat(path)
            relative = os.path.relpath(path, self.root)
            entries.append([relative, status.st_size, status.st_mtime_ns])
        self.write(
            self.stamps / f"{name}.json",
            json.dumps({"key": key, "files": entries}).encode(),
        )

    def unstamp(self, name):
        (self.stamps / f"{name}.json").unlink(missing_ok=True)

    def write(self, path, data):
        """Writes a small file in one piece: it is there whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(path.name + ".partial")
        temporary.write_bytes(data)
        os.replace(temporary, path)
