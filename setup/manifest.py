"""The model manifest: `models.yaml` of the project, and the user's own in the cache."""

import os
import re
import shutil
import sys
import zipfile
from pathlib import Path, PurePosixPath

from console import Progress, SetupError
from files import Pin
from home import digest

PROJECT_MANIFEST = Path(__file__).resolve().parent.parent / "models.yaml"
KINDS = ("vad", "denoise", "stt", "turn", "tts", "llm", "embed", "decide")
YAML = Pin(
    "PyYAML",
    "6.0.3",
    "pyyaml-6.0.3-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl",
    "b8bb0864c5a28024fac8a632c443c87c5aa6f215c0b126c449ae1a150412f31d",
    806_638,
)


def key(home):
    """Changes with every change of either manifest."""
    user = home.user_models.read_bytes() if home.user_models.exists() else b""
    return digest(PROJECT_MANIFEST.read_bytes(), user)


def read(home, fetcher):
    """All models by id, the user's entries laid over the project's."""
    yaml = _yaml(home, fetcher)
    packages, models = {}, {}
    for path in (PROJECT_MANIFEST, home.user_models):
        if not path.exists():
            continue
        try:
            document = yaml.safe_load(path.read_text()) or {}
        except yaml.YAMLError as error:
            raise SetupError(f"{path} is not valid YAML: {error}", "correct the file") from error
        try:
            packages |= document.get("packages") or {}
            for entry in document.get("models") or []:
                source = "project" if path == PROJECT_MANIFEST else "user"
                models[entry["id"]] = {**models.get(entry["id"], {}), **entry, "origin": source}
        except (AttributeError, KeyError, TypeError) as error:
            raise SetupError(
                f"{path}: `packages` is a map, `models` a list of maps with an `id` ({error!r})",
                "write it in the shape of the project's models.yaml",
            ) from error
    # The user's first, as the server chooses among defaults.
    entries = sorted(models.values(), key=lambda entry: entry["origin"] == "project")
    return {entry["id"]: Model(entry, packages) for entry in entries}


def _yaml(home, fetcher):
    """PyYAML, pinned, from the cache. Its Python parts suffice."""
    folder = home.tools / f"pyyaml-{YAML.version}"
    if not folder.exists():
        with Progress(YAML.size) as progress:
            wheel = fetcher.package(YAML, progress)
        fresh = folder.with_name(f"{folder.name}.{os.getpid()}")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(fresh, [n for n in archive.namelist() if n.endswith(".py")])
        try:
            fresh.rename(folder)
        except OSError:
            shutil.rmtree(fresh)
            if not folder.exists():  # else another command was faster
                raise
        fetcher.discard(wheel)
    sys.path.insert(0, str(folder))
    import yaml

    return yaml


class Model:
    """One entry of the manifest, checked."""

    def __init__(self, entry, packages):
        self.id = entry["id"]
        self.entry = entry
        try:
            self._check(
                isinstance(self.id, str) and re.fullmatch(r"[a-z0-9][a-z0-9._-]*", self.id, re.I),
                "`id` is letters, digits, `.`, `_` and `-`",
            )
            self._check(entry.get("kind") in KINDS, f"`kind` is one of {', '.join(KINDS)}")
            self.default = bool(entry.get("default", False))
            self._check(
                isinstance(entry.get("rtf", 0), (int, float)) and entry.get("rtf", 0) >= 0,
                "`rtf` is seconds of work for a second of speech",
            )
            self._check(isinstance(entry.get("options") or {}, dict), "`options` is a map")
            self.files = [File(self, file, packages) for file in entry["files"]]
            self.prepared = [Prepared(self, file) for file in entry.get("prepare") or []]
            names = [file.path for file in self.outputs]
            self._check(len(set(names)) == len(names), "two files have one `path`")
            known = {file.path for file in self.files}
            for file in self.prepared:
                for name in (file.source, *file.companions):
                    self._check(name in known, f"`from` or `with`: {name} is no file of the model")
        except KeyError as error:
            raise self.wrong(f"{error} is missing") from error
        except (AttributeError, TypeError) as error:
            raise self.wrong(str(error)) from error

    @property
    def outputs(self):
        """The files that make the model up once it is installed."""
        return [file for file in self.files if not file.temporary] + self.prepared

    @property
    def size(self):
        return sum(file.size or 0 for file in self.outputs)

    def wrong(self, text):
        owner = self.entry.get("origin", "project")
        return SetupError(
            f"model {self.id}: {text}", f"correct its entry in the {owner}'s models.yaml"
        )

    def _check(self, holds, text):
        if not holds:
            raise self.wrong(text)

    def _path(self, text):
        path = PurePosixPath(text)
        self._check(
            not path.is_absolute() and ".." not in path.parts and path.parts,
            f"{text}: a file's path stays inside the model's folder",
        )
        return str(path)


class File:
    """A file as it is fetched."""

    def __init__(self, model, entry, packages):
        self.path = model._path(entry["path"])
        self.sha256 = _sha256(model, entry)
        self.size = entry.get("size")
        self.temporary = bool(entry.get("temporary", False))  # only an input of `prepare`
        self.sources = [self._source(model, source, packages) for source in entry["sources"]]
        model._check(self.sources, f"{self.path} has no sources")

    def _source(self, model, source, packages):
        """An address, or members of pinned packages to be joined: pairs of place and member."""
        if "url" in source:
            return [(source["url"], None)]
        return [self._part(model, part, packages) for part in source.get("parts", [source])]

    def _part(self, model, part, packages):
        pin = packages.get(part["package"])
        model._check(pin, f"package {part['package']} is not under `packages`")
        pin = Pin(
            part["package"], str(pin["version"]), pin["file"], _sha256(model, pin), pin["size"]
        )
        return pin, part["member"]


class Prepared:
    """A file that is made from one that was fetched."""

    def __init__(self, model, entry):
        self.path = model._path(entry["path"])
        self.step = entry["step"]
        self.source = entry["from"]
        self.companions = list(entry.get("with") or [])
        self.options = entry.get("options") or {}
        # What is made of files that were checked need not be: a user's own entry may leave it out.
        self.sha256 = _sha256(model, entry) if "sha256" in entry else None
        self.size = entry.get("size")


def _sha256(model, entry):
    value = str(entry["sha256"]).lower()
    model._check(re.fullmatch(r"[0-9a-f]{64}", value), f"{value} is no SHA-256")
    return value
