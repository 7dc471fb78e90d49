"""An MCP server for the tests, with whichever official package is installed.

`mcp` from version 2 on serves both eras of the protocol, `mcp` before it only the handshake. Prints the port it listens
on. Usage: server.py [streamable|json|events]
"""

import asyncio
import base64
import contextlib
import os
import socket
import sys
import threading

import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse

try:
    from mcp.server.mcpserver import Context, Image, MCPServer as Server

    IS_NEW = True
except ImportError:
    from mcp.server.fastmcp import Context, FastMCP as Server, Image

    IS_NEW = False

try:
    from mcp.types import CallToolResult, ResourceLink, TextContent, ToolAnnotations
except ImportError:
    from mcp_types import CallToolResult, ResourceLink, TextContent, ToolAnnotations

server = Server("test-tools", instructions="Ask the tools.")
bookings: list[str] = []


@server.tool(annotations=ToolAnnotations(readOnlyHint=True) if not IS_NEW else ToolAnnotations(read_only_hint=True))
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


@server.tool()
def book(name: str) -> str:
    """Books a table."""
    bookings.append(name)
    return f"Booked for {name}: number {len(bookings)}."


@server.tool()
def fail() -> str:
    """Always fails."""
    raise ValueError("no table is free")


@server.tool(structured_output=False)
def picture() -> list:
    """A picture and a link."""
    pixel = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
    return ["Here it is.", Image(data=pixel, format="png")]


@server.tool()
def menu() -> CallToolResult:
    """A link to a resource."""
    return CallToolResult(
        content=[
            TextContent(type="text", text="See the menu."),
            ResourceLink(type="resource_link", uri="menu://today", name="menu", description="What there is today"),
        ]
    )


@server.tool()
async def slow(seconds: float, ctx: Context) -> str:
    """Takes its time and tells of it."""
    await ctx.report_progress(1, 2, "half way")
    await asyncio.sleep(seconds)
    return "done"


@server.tool()
async def token(ctx: Context) -> str:
    """The caller's credentials."""
    request = ctx.request_context.request
    return request.headers.get("authorization", "none") if request else "none"


@server.tool()
async def learn(name: str, ctx: Context) -> str:
    """Adds a tool of this name."""
    server.add_tool(lambda: "learnt", name=name, description=f"Was learnt as {name}.")
    if IS_NEW:
        await ctx.notify_tools_changed()
    with contextlib.suppress(Exception):
        await ctx.session.send_tool_list_changed()
    return "learnt"


@server.tool()
def long() -> str:
    """Answers two megabytes."""
    return "x" * (2 << 20)


@server.custom_route("/forget", methods=["POST"])
async def forget(request: Request) -> PlainTextResponse:
    """Ends all sessions, as a restart does."""
    manager = server.session_manager
    manager._server_instances.clear()
    return PlainTextResponse("ok")


@server.custom_route("/bookings", methods=["GET"])
async def list_bookings(request: Request) -> PlainTextResponse:
    return PlainTextResponse(",".join(bookings))


def end_with_parent() -> None:
    """The test that started this holds the other end of standard input."""
    # Not `sys.stdin`, whose lock the interpreter wants when it ends.
    while os.read(0, 1024):
        pass
    os._exit(0)


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "streamable"
    if kind == "events":
        app = server.sse_app()
    elif IS_NEW:
        app = server.streamable_http_app(json_response=kind == "json")
    else:
        server.settings.json_response = kind == "json"
        app = server.streamable_http_app()
    # With its protocol, without which asyncio leaves Nagle's algorithm on, and each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0))
    listener.listen(64)
    threading.Thread(target=end_with_parent, daemon=True).start()
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=0)
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))


main()
