"""The proxy of `fastmcp` before servers that are programs with pipes, for the tests.

Behind it run `mcp-server-time` and, where a repository is given, `mcp-server-git`. Prints the port it listens on, and ends with
the process that started it. Usage: proxy.py http|sse [REPOSITORY]
"""

import asyncio
import os
import socket
import sys
import threading

import uvicorn
from fastmcp.server import create_proxy


def end_with_parent() -> None:
    """The test that started this holds the other end of standard input."""
    while os.read(0, 1024):
        pass
    os._exit(0)


def main() -> None:
    transport, *repository = sys.argv[1:]
    servers = {"time": ["mcp_server_time", "--local-timezone", "Europe/Vienna"]}
    if repository:
        servers["git"] = ["mcp_server_git", "--repository", *repository]
    proxy = create_proxy(
        {"mcpServers": {name: {"command": sys.executable, "args": ["-m", *rest]} for name, rest in servers.items()}})
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=end_with_parent, daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(proxy.http_app(transport=transport), log_level="error", timeout_graceful_shutdown=0)
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


main()
