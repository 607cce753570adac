"""A record that was renamed: links by its old id lead to it, and so does its old address, without a script and without being found by a search."""

from __future__ import annotations

import json
from pathlib import Path

from invented import apply, copy_base
from projects import build
from repository import buildable


def test_the_old_address_and_the_old_id_lead_to_the_record(tmp_path: Path) -> None:
    project = buildable(copy_base(tmp_path))
    apply(project, {"aims_data/roles.yaml": [["- id: writer\n", "- id: clerk\n  formerly: [writer]\n  ref: JD-7\n"]]})
    with (project / "docs/index.md").open("a", encoding="utf-8") as page:
        page.write("\nAsk the [[writer]].\n")
    site = build(project).folder
    moved = (site / "roles/writer.html").read_text(encoding="utf-8")
    assert '<meta http-equiv="refresh" content="0; url=clerk.html">' in moved.partition("</head>")[0]
    assert '<a href="clerk.html">Writer</a>' in moved.partition("<article")[2]
    assert 'href="roles/clerk.html"' in (site / "index.html").read_text(encoding="utf-8").partition("<article")[2]
    assert "Elsewhere: JD-7." in (site / "roles/clerk.html").read_text(encoding="utf-8").replace("&#45;", "-")
    found = json.loads((site / "search/search_index.json").read_text(encoding="utf-8"))["docs"]
    assert any("JD-7" in entry["text"] and entry["location"].startswith("roles/clerk.html") for entry in found)
    assert not [entry["location"] for entry in found if entry["location"].startswith("roles/writer.html")]
