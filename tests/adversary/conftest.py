"""The modules beside the test belong to the server, a program of its own."""

collect_ignore = ["answers.py", "server.py", "sites.py", "traps.py"]
