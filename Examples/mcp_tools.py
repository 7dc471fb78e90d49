#!/usr/bin/env python3
"""Sells out of a shop with the tools of an MCP server: those that look something up run by themselves, and ordering
needs the caller's consent.

    pip install -r requirements.txt      # among others the official `mcp` package, from version 2 on
    python3 mcp_tools.py --url http://127.0.0.1:8000

The MCP server is started by this program. Parley is told of it (`mcp_servers.create`), what it may do is set for each of
its tools (`tool_approvals.create`), and the agent names it (`mcp_server_ids`). An approval holds for what the tool said of
itself when it was given: if the description changes, the caller is asked again.

You type what the caller says, give it with `--say "…"`, once for each turn (`--aloud` has it spoken), or speak: `--audio`
with recordings, `--microphone` yourself. With `--say` and `--audio` the consent is given unasked. Agent and server are
deleted after the run.
"""

import asyncio
import itertools
import socket
import sys
import threading
from contextlib import ExitStack

import uvicorn
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from talking import EVENTS, arguments, connect, hold

PROMPT = """You are the assistant of Spokes, a bicycle shop. Answer in one short sentence.
Look up with check_stock how many of an article there are as soon as the caller has named one.
Order with order_article once the caller has said which article they want and their name."""

shop = MCPServer("Spokes", instructions="The stock of a bicycle shop.", log_level="WARNING")
stock = {"helmet": 3, "bell": 12, "pump": 0, "saddle": 1}
numbers = itertools.count(1)


@shop.tool(annotations=ToolAnnotations(read_only_hint=True))
def check_stock(article: str) -> str:
    """Looks up how many of an article are in stock: helmet, bell, pump or saddle."""
    count = _find(article)
    print(f"  [in stock of {article}: {count}]")
    return f"We have {count} in stock." if count else "That is sold out."


@shop.tool()
def order_article(article: str, name: str) -> str:
    """Orders an article for a customer."""
    if not _find(article):
        raise ToolError(f"{article} is sold out")
    stock[_key(article)] -= 1
    number = next(numbers)
    print(f"  [order {number}: {article} for {name}]")
    return f"The {article} is ordered for {name}, as order number {number}."


def _key(article: str) -> str:
    """The article's name in the list: a caller may say "bicycle bells"."""
    return next((name for name in stock if name in article.lower()), article)


def _find(article: str) -> int:
    if _key(article) not in stock:
        raise ToolError(f"there is no {article}; there are {', '.join(stock)}")
    return stock[_key(article)]


def serve() -> str:
    """Starts the MCP server on a free port of this machine, and returns its address."""
    # The protocol is named so that asyncio turns Nagle's algorithm off, which costs each answer 40 ms.
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    config = uvicorn.Config(shop.streamable_http_app(), log_level="error")
    threading.Thread(target=lambda: asyncio.run(uvicorn.Server(config).serve([listener])), daemon=True).start()
    return f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"


def approve_tools(servers, server_id: str) -> None:
    """Lets the agent use by itself what only reads; for the rest the caller is asked each time."""
    listed = servers.tools.list(server_id)
    if not listed.success:
        sys.exit(f"Parley cannot reach the MCP server: {listed.error_message}")
    for tool in listed.tools:
        reads = tool.annotations is not None and tool.annotations.read_only_hint
        policy = "auto_approved" if reads else "requires_approval"
        servers.tool_approvals.create(
            server_id,
            tool_name=tool.name,
            tool_description=tool.description,
            input_schema=tool.input_schema,
            approval_policy=policy,
        )
        print(f"{tool.name}: {policy}")


def main():
    options = arguments(__doc__)
    client = connect(options)
    workspace = client.conversational_ai

    def approve(tool: str, values: dict) -> bool:
        question = f"  May the agent call {tool} with {values}? [y/n] "
        if options.say or options.audio:
            print(f"{question}y")
            return True
        return input(question).strip().lower().startswith("y")

    with ExitStack() as made:
        server_id = workspace.mcp_servers.create(
            config={
                "name": "Spokes",
                "url": serve(),
                "transport": "STREAMABLE_HTTP",
                "approval_policy": "require_approval_per_tool",
            },
        ).id
        made.callback(workspace.mcp_servers.delete, server_id)
        approve_tools(workspace.mcp_servers, server_id)
        agent_id = workspace.agents.create(
            name="Spokes (example)",
            conversation_config={
                "agent": {
                    "first_message": "Spokes, what can I do for you?",
                    "prompt": {
                        "prompt": PROMPT,
                        "mcp_server_ids": [server_id],
                        "built_in_tools": {
                            "end_call": {"name": "end_call", "params": {"system_tool_type": "end_call"}},
                        },
                        "requires_receipts": True,
                    },
                },
                # Without `mcp_tool_call` a client cannot be asked for its consent.
                "conversation": {"client_events": EVENTS},
            },
        ).agent_id
        made.callback(workspace.agents.delete, agent_id)
        hold(client, agent_id, options, approve)


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, EOFError):
        sys.exit(1)
