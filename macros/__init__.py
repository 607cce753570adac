"""YAML to page. Read in this order: schema/, load.py, graph.py, audience.py, facts.py, blocks.py, checks/, build.py, views/, templates/,
render.py, calls.py, pages.py, site.py, hooks.py.

This module is the only one that knows mkdocs-macros. It imports nothing, so that a mistake in any other module can be shown as a page.
"""


def define_env(env: object) -> None:
    """Called by mkdocs-macros: give every block of `views.BLOCKS` to the pages as a macro of its name."""
    env.conf.aims.define_macros(env)  # type: ignore[attr-defined]  # the real type would be an import
