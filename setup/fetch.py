"""Pinned files over HTTP: looked up, fetched with resume, checked."""

import base64
import errno
import html.parser
import http.client
import json
import os
import re
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from functools import cached_property

from console import SetupError, size_text
from files import Unavailable, file_sha256

CHUNK = 1 << 18  # bytes read at a time
TIMEOUT = 30  # seconds without a byte before a connection counts as dead
BACKOFF = (1, 3, 6)  # seconds between tries; counted anew after every byte received
USER_AGENT = "parley-setup"


class _Links(html.parser.HTMLParser):
    """The anchors of a project page of the simple repository API (PEP 503)."""

    def __init__(self):
        super().__init__()
        self.found = {}

    def handle_starttag(self, tag, attributes):
        reference = dict(attributes).get("href") if tag == "a" else None
        if reference:
            path = urllib.parse.urlsplit(reference).path
            self.found[urllib.parse.unquote(path.rsplit("/", 1)[-1])] = reference


class Fetcher:
    """Fetches into `home.downloads`; nothing under its final name is ever incomplete."""

    def __init__(self, home):
        self.home = home

    # The package index, as pip is configured

    @cached_property
    def _pip(self):
        """pip's settings, with the command line's precedence: environment, then files."""
        run = subprocess.run(
            [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True
        )
        settings = {}
        for line in run.stdout.splitlines():
            name, _, value = line.partition("=")
            section, _, name = name.rpartition(".")
            rank = {"global": 0, "install": 1, "download": 1, ":env:": 2}.get(section)
            if rank is not None and rank >= settings.get(name, (0, ""))[0]:
                settings[name] = (rank, value.strip("'\""))
        return {name: value for name, (_, value) in settings.items()}

    @cached_property
    def _indexes(self):
        main = os.environ.get("PIP_INDEX_URL") or self._pip.get("index-url")
        if not main:
            try:
                from pip._internal.models.index import PyPI
            except ImportError as error:
                raise SetupError(
                    "pip is not installed for this Python, so no package index is known",
                    "apt-get install python3-pip, or set PIP_INDEX_URL",
                ) from error
            main = PyPI.simple_url
        extra = os.environ.get("PIP_EXTRA_INDEX_URL") or self._pip.get("extra-index-url", "")
        return [index.rstrip("/") for index in [main, *extra.replace("\\n", " ").split()]]

    @cached_property
    def _opener(self):
        context = ssl.create_default_context()  # honours SSL_CERT_FILE and SSL_CERT_DIR
        certificates = os.environ.get("PIP_CERT") or self._pip.get("cert")
        if certificates:
            try:
                context.load_verify_locations(certificates)
            except OSError as error:
                raise SetupError(
                    f"the certificates that pip is configured with ({certificates}) "
                    f"cannot be read: {error}",
                    "correct PIP_CERT or pip's setting `cert`",
                ) from error
        return urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))

    def _open(self, url, headers):
        parts = urllib.parse.urlsplit(url)
        if parts.username:
            login = f"{urllib.parse.unquote(parts.username)}:" + urllib.parse.unquote(
                parts.password or ""
            )
            headers["Authorization"] = "Basic " + base64.b64encode(login.encode()).decode()
            url = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        request = urllib.request.Request(url, headers={"User-Agent": USER_AGENT, **headers})
        return self._opener.open(request, timeout=TIMEOUT)

    def _retrying(self, what, attempt, said=lambda text: None):
        """Runs `attempt` until it ends, with back-off after failures that may pass."""
        failures = 0
        while True:
            try:
                return attempt()
            except urllib.error.HTTPError as error:
                if error.code not in (408, 425, 429) and error.code < 500:
                    raise Unavailable(
                        f"{what} cannot be fetched: HTTP {error.code} {error.reason}"
                    ) from error
                reason = f"HTTP {error.code} {error.reason}"
            except (OSError, http.client.HTTPException) as error:
                if getattr(error, "errno", None) == errno.ENOSPC:
                    raise SetupError(
                        f"the disk of {self.home.root} is full",
                        "free some space and run the same command again",
                    ) from error
                reason = str(getattr(error, "reason", None) or error or type(error).__name__)
                if isinstance(getattr(error, "reason", error), ssl.SSLCertVerificationError):
                    raise Unavailable(
                        f"{what} cannot be fetched: {reason}",
                        "if a proxy signs with its own certificate, name it in SSL_CERT_FILE",
                    ) from error
                if isinstance(error, _Progressed):
                    failures = 0
            if failures == len(BACKOFF):
                raise Unavailable(f"{what} cannot be fetched: {reason}")
            said(f"{what}: {reason}; trying again in {BACKOFF[failures]} s")
            time.sleep(BACKOFF[failures])
            failures += 1

    def _locate(self, pin, said):
        """The address of a pinned file, from the first index that has it."""
        project = re.sub(r"[-_.]+", "-", pin.package).lower()
        problems = []
        for index in self._indexes:
            page = f"{index}/{project}/"
            try:
                address, links = self._retrying(_public(page), lambda: self._links(page), said)
            except Unavailable as problem:
                problems.append(problem.cause)
                continue
            if pin.file in links:
                return urllib.parse.urljoin(address, links[pin.file])
            problems.append(f"{_public(page)} does not list {pin.file}")
        raise Unavailable("; ".join(problems))

    def _links(self, page):
        accept = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"
        with self._open(page, {"Accept": accept}) as answer:
            body, address = answer.read().decode(), answer.url
            if "json" in answer.headers.get("Content-Type", ""):
                files = json.loads(body)["files"]
                return address, {file["filename"]: file["url"] for file in files}
        links = _Links()
        links.feed(body)
        return address, links.found

    # Files

    def package(self, pin, progress):
        """The path of a pinned distribution file in the downloads, fetched if need be."""
        return self._file(pin.file, pin.sha256, pin.size, str(pin), progress, pin)

    def url(self, url, name, sha256, size, progress):
        """The path of a file from the web in the downloads, fetched if need be."""
        return self._file(name, sha256, size, _public(url), progress, url)

    def _file(self, name, sha256, size, label, progress, source):
        target = self.home.downloads / f"{sha256[:12]}-{name}"
        part = target.with_name(target.name + ".part")
        progress.label = label
        if target.exists():
            if file_sha256(target) == sha256:
                progress.resume(target.stat().st_size)
                return target
            target.unlink()
        fresh = not part.exists()
        if not fresh:
            progress.resume(part.stat().st_size)
            progress.note(f"{label}: going on after {size_text(part.stat().st_size)}")
        while True:
            url = source if isinstance(source, str) else self._locate(source, progress.note)
            self._retrying(label, lambda: self._receive(url, part, size, progress), progress.note)
            found = file_sha256(part)
            if found == sha256:
                os.replace(part, target)
                return target
            progress.rewind(part.stat().st_size)
            part.unlink()
            if fresh:
                raise Unavailable(
                    f"{label} has the wrong checksum: {found} instead of {sha256}",
                    "something between here and the source alters or replaces the file "
                    "(a proxy, a mirror): use another network or another index, "
                    "and do not use the file",
                )
            fresh = True  # what an earlier run left was damaged: once more from the start
            progress.note(f"{label}: the partial file was damaged; fetching it anew")

    def _receive(self, url, part, size, progress):
        """Appends to `part` what is missing of `url`."""
        have = part.stat().st_size if part.exists() else 0
        if size is not None and have >= size:
            return
        start = have
        try:
            with self._open(url, {"Range": f"bytes={have}-"} if have else {}) as answer:
                resumed = answer.status == 206 and answer.headers.get(
                    "Content-Range", ""
                ).startswith(f"bytes {have}-")
                if not resumed:
                    progress.rewind(have)
                    have = start = 0
                expected = answer.headers.get("Content-Length")
                expected = have + int(expected) if expected else size
                with open(part, "ab" if resumed else "wb") as file:
                    while data := answer.read(CHUNK):
                        file.write(data)
                        have += len(data)
                        progress.advance(len(data))
                        if size is not None and have > size:
                            break  # more than was pinned: the checksum will say so
                if expected is not None and have < expected:
                    raise ConnectionError("the connection ended early")
        except urllib.error.HTTPError as error:
            if error.code != 416:
                raise
            progress.rewind(have)  # the file there is shorter than ours: start over
            part.unlink()
            raise ConnectionError("the source cannot go on from here") from error
        except (OSError, http.client.HTTPException) as error:
            if have > start and getattr(error, "errno", None) != errno.ENOSPC:
                raise _Progressed(str(error) or type(error).__name__) from error
            raise

    def discard(self, path):
        path.unlink(missing_ok=True)


class _Progressed(OSError):
    """A transfer that broke off after it had brought something."""


def _public(url):
    """An address without the login it may carry."""
    parts = urllib.parse.urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
