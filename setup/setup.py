#!/usr/bin/env python3
"""Installs what Parley needs on this machine; what is there already is left alone.

Debian packages, then, in the cache that PARLEY_HOME names: the native libraries, llama-server, the
models of models.yaml, and the libraries of the dashboard. Every download is pinned by SHA-256 and
resumed where it stopped.
"""

import argparse
import errno
import json
import platform
import signal
import sys
from contextlib import nullcontext

if sys.version_info < (3, 11):
    sys.exit("Parley's set-up needs Python 3.11 or later")

from console import SetupError, say, size_text
from home import Home


def arguments():
    parser = argparse.ArgumentParser(prog="setup.py", description=__doc__.split("\n\n")[0])
    parser.add_argument("--tests", action="store_true", help="with what the tests need as well")
    parser.add_argument("--no-packages", action="store_true", help="leave Debian packages out")
    action = parser.add_mutually_exclusive_group()
    action.add_argument(
        "--check",
        action="store_true",
        help="say what is missing or altered, change nothing; status 1 if anything is",
    )
    action.add_argument("--list-models", action="store_true", help="list the models")
    action.add_argument("--model", metavar="ID", action="append", help="fetch this model")
    action.add_argument("--remove-model", metavar="ID", action="append", help="delete this model")
    parser.add_argument("--json", action="store_true", help="answer in JSON on standard output")
    return parser.parse_args()


def set_up(home, options):
    import clients
    import llama
    import models
    import natives
    import packages
    import web

    if not options.no_packages:
        packages.install(home, options.tests)
    steps = [natives, llama, models, web]
    if options.tests:
        steps.append(clients)
    if all(step.ready(home) for step in steps):
        return
    if platform.machine() != "x86_64":
        raise SetupError(
            f"this machine is {platform.machine()}; the pinned engines are x86-64",
            "run Parley on an x86-64 machine",
        )
    from fetch import Fetcher

    with home.locked():
        fetcher = Fetcher(home)
        for step in steps:
            step.install(home, fetcher)
    say(f"==> Set-up is complete, in {home.root}")


def check(home, options):
    import clients
    import llama
    import manifest
    import models
    import natives
    import packages
    import web
    from fetch import Fetcher

    with home.locked():
        problems = [] if options.no_packages else packages.check(options.tests)
        problems += natives.check(home)
        problems += llama.check(home)
        entries = manifest.read(home, Fetcher(home)).values()
        problems += models.check(home, [model for model in entries if model.default])
        problems += web.check(home)
        problems += clients.check(home) if options.tests else []
    if options.json:
        print(json.dumps({"home": str(home.root), "complete": not problems, "problems": problems}))
    elif problems:
        say("\n".join(problems) + "\nrun setup/setup.py to mend this")
    else:
        say(f"everything is there, in {home.root}")
    return 1 if problems else 0


def manage_models(home, options):
    import manifest
    import models
    from fetch import Fetcher

    home.create()
    # Listing does not wait for a set-up that is at work.
    with home.locked() if options.model or options.remove_model else nullcontext():
        fetcher = Fetcher(home)
        entries = manifest.read(home, fetcher)
        chosen = options.model or options.remove_model or []
        unknown = [id for id in chosen if id not in entries]
        if unknown:
            raise SetupError(
                f"there is no model {', '.join(unknown)}",
                f"the models are {', '.join(entries)}; add your own in {home.user_models}",
            )
        if options.model:
            models.fetch(home, fetcher, [entries[id] for id in chosen])
        for id in options.remove_model or []:
            models.remove(home, entries[id])
        listing = models.listing(home, {id: entries[id] for id in chosen or entries})
    if options.json:
        print(json.dumps({"home": str(home.root), "models": listing}, indent=2))
        return
    for model in listing:
        kind = f"{model['kind']}{', default' if model['default'] else ''}"
        factor = f"rtf {model['rtf']:.2f}" if "rtf" in model else ""
        print(
            f"{model['id']:32} {kind:14} {model['state']:11} {size_text(model['bytes']):>9}  "
            f"{factor:9} {model.get('licence', '')}"
        )


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(stopped(143)))
    try:
        home = Home()
        if options.check:
            return check(home, options)
        if options.list_models or options.model or options.remove_model:
            return manage_models(home, options)
        return set_up(home, options)
    except SetupError as error:
        problem = error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        remedy = "see that you may write there, or set PARLEY_HOME to another directory"
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            remedy = "free some space, or set PARLEY_HOME to a directory on a larger disk"
        problem = SetupError(f"{error.filename or 'the cache'}: {error.strerror}", remedy)
    except KeyboardInterrupt:
        return stopped(130)
    say(f"\nSet-up failed: {problem.cause}\nRemedy: {problem.remedy}")
    return 1


def stopped(status):
    say("\nSet-up stopped. Run the same command again: it goes on from here.")
    return status


if __name__ == "__main__":
    sys.exit(main())
