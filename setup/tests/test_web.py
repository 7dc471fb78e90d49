"""The libraries of the dashboard, from a package index and a web server on loopback."""

import shutil
import unittest
from unittest.mock import patch

import web
from console import SetupError
from files import Pin
from test_setup import SetupTestCase, sha256

PINNED = web.LIBRARIES
MEMBERS = {"thing/static/chart.js": b"var chart = 1;", "thing/static/chart.css": b".chart {}"}


class WebTests(SetupTestCase):
    def setUp(self):
        super().setUp()
        self.entry = self.publish("thing", MEMBERS)
        self.describe()

    def describe(self, urls=False):
        """Makes the published package the one library."""
        pin = Pin("thing", *(self.entry[key] for key in ("version", "file", "sha256", "size")))
        files = tuple(
            web.File(
                member.rsplit("/")[-1],
                sha256(data),
                len(data),
                member,
                f"{self.index.address}/files/{member.rsplit('/')[-1]}" if urls else None,
            )
            for member, data in MEMBERS.items()
        )
        library = web.Library("chart", "Thing 1.0", "uplot.txt", pin, files)
        patched = patch.object(web, "LIBRARIES", (library,))
        patched.start()
        self.addCleanup(patched.stop)

    def install(self):
        web.install(self.home, self.fetcher)
        return self.home.web / "chart"

    def test_the_files_and_their_licence_are_there_and_nothing_else(self):
        folder = self.install()
        self.assertEqual((folder / "chart.js").read_bytes(), b"var chart = 1;")
        self.assertIn("MIT", (folder / "LICENSE").read_text())
        self.assertEqual(
            sorted(path.name for path in folder.iterdir()), ["LICENSE", "chart.css", "chart.js"]
        )
        self.assertEqual(list(self.home.downloads.iterdir()), [])
        self.assertEqual([path.name for path in self.home.web.iterdir()], ["chart"])

    def test_what_is_installed_needs_no_network(self):
        self.install()
        self.index.requests.clear()
        self.install()
        self.home.unstamp("web")
        self.install()
        self.assertEqual(self.index.requests, [])
        self.assertTrue(web.ready(self.home))

    def test_what_was_altered_or_removed_is_noticed_and_mended(self):
        folder = self.install()
        (folder / "chart.js").write_bytes(b"var chart = 2;")
        (folder / "LICENSE").unlink()
        self.assertFalse(web.ready(self.home))
        self.assertEqual(
            web.check(self.home),
            [
                "Thing 1.0: chart.js is missing or altered",
                "Thing 1.0: LICENSE is missing or altered",
            ],
        )
        self.install()
        self.assertEqual(web.check(self.home), [])
        shutil.rmtree(self.home.web)
        self.install()
        self.assertEqual(web.check(self.home), [])

    def test_a_package_that_is_gone_is_replaced_by_its_files_from_the_web(self):
        self.index.files.clear()
        with self.assertRaises(SetupError):
            self.install()
        self.describe(urls=True)
        with self.assertRaises(SetupError) as caught:
            self.install()
        self.assertIn("does not list thing-1.0", caught.exception.cause)
        self.assertIn("chart.js cannot be fetched: HTTP 404", caught.exception.cause)
        self.index.files |= {name.rsplit("/")[-1]: data for name, data in MEMBERS.items()}
        self.assertEqual((self.install() / "chart.css").read_bytes(), b".chart {}")
        self.assertEqual(web.check(self.home), [])

    def test_a_package_with_other_files_is_refused(self):
        self.entry = self.publish("thing", MEMBERS | {"thing/static/chart.js": b"steal();"})
        self.describe()
        with self.assertRaises(SetupError) as caught:
            self.install()
        self.assertIn("has the wrong checksum", caught.exception.cause)
        self.assertFalse((self.home.web / "chart").exists())

    def test_another_version_is_not_ready(self):
        self.install()
        self.assertTrue(web.ready(self.home))
        self.entry["version"] = "1.1"
        self.describe()
        self.assertFalse(web.ready(self.home))

    def test_what_is_pinned_is_small_and_has_its_licence(self):
        for library in PINNED:
            self.assertLess(sum(file.size for file in library.files), 1_500_000)
            self.assertLess(library.pin.size, 20_000_000)
            licence = (web.LICENCES / library.licence).read_text()
            self.assertIn("Permission is hereby granted", licence)


if __name__ == "__main__":
    unittest.main()
