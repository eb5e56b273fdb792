"""The tables of the archive, the same on SQLite and PostgreSQL.

    sites     site ──< source           where a site announces its articles
               │
    crawls     ├──< crawl_run ──< ledger   what a crawl queued and what became of it
               │    visit               what an address answered last
               │    host                until when a host asked to be left alone, and how often it was asked today
               │
    articles   ├──< article ──< revision   one canonical URL, and every state of its text
               │     │ └──< address     other addresses that led to it
               │     │  numbering       one row: the archive's own name, the last numbers given out
               │     │
    sketches   │     └──< sketch ──< sketch_band  what near-copies of a revision's text are found by
               │
    schedules  └─── schedule            when a site is crawled by itself
                    alert               who was told of what is wrong with it
                    worker              which workers there were, and when each was last heard of

A module has the tables of one subject: a class of columns, and the table made of it, which statements are written with:
``select(ARTICLE.c.id).where(ARTICLE.c.canonical_url == url)``. ``tables`` has all of them together.

Anyone may open the SQLite file with any tool: text is text, times are UTC as ``YYYY-MM-DD HH:MM:SS[.ffffff]`` (what
SQLite's own date functions read and write), lists are JSON. Views with stable names save the joins, and nobody needs
the tables: :mod:`newsarchive.archive.views` describes them.

The tables are made by the migrations, never from these modules; a test holds that the two agree.
They are SQLAlchemy's Core tables: its mapped classes would cost each command six megabytes for what none of them uses.
"""
