"""The types every room speaks: frozen dataclasses, standard library only.

Import each from the module that defines it (``from newsarchive.model.article import Article``).
"""
