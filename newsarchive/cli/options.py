"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

AllowAddress = Annotated[
    list[str] | None,
    typer.Option(metavar="HOST:PORT", help="A loopback or intranet address the crawl may connect to; repeatable."),
]
Proxy = Annotated[str | None, typer.Option(metavar="URL", help="Proxy all requests go through, robots.txt too.")]
CaFile = Annotated[
    str | None, typer.Option(metavar="FILE", help="PEM file of certificate authorities to trust as well.")
]
Contact = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="E-mail or web address for site owners, in the user agent.")
]
Delay = Annotated[float | None, typer.Option(metavar="SECONDS", help="Pause between two requests to one host.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line on stdout.")]
