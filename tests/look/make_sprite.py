"""Make the icon sprite from an unpacked ``@tabler/icons`` package.

Usage: python tests/look/make_sprite.py PACKAGE_FOLDER OUTPUT_FILE
The names come from ICONS below; docs/look.md tells how to add one.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ICONS = [
    "activity",
    "address-book",
    "adjustments-horizontal",
    "alert-circle",
    "alert-triangle",
    "antenna",
    "arrow-back-up",
    "arrow-down",
    "arrow-left",
    "arrow-narrow-down",
    "arrow-narrow-up",
    "arrow-right",
    "arrow-up",
    "arrows-sort",
    "ban",
    "bell",
    "bolt",
    "book",
    "brand-whatsapp",
    "building",
    "calendar",
    "calendar-time",
    "chart-bar",
    "chart-donut",
    "chart-line",
    "check",
    "checks",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "chevron-up",
    "circle",
    "circle-check",
    "circle-dashed",
    "circle-dot",
    "circle-half-2",
    "circle-minus",
    "circle-x",
    "clock",
    "clock-pause",
    "clock-x",
    "coin",
    "coins",
    "command",
    "copy",
    "credit-card",
    "database",
    "database-import",
    "device-desktop",
    "device-mobile",
    "device-floppy",
    "devices",
    "dots",
    "dots-vertical",
    "download",
    "edit",
    "external-link",
    "eye",
    "eye-off",
    "file-import",
    "file-spreadsheet",
    "file-text",
    "filter",
    "flag",
    "flask",
    "folder",
    "gauge",
    "hash",
    "help-circle",
    "history",
    "home",
    "hourglass",
    "inbox",
    "info-circle",
    "key",
    "keyboard",
    "language",
    "layout-sidebar",
    "layout-sidebar-left-collapse",
    "layout-sidebar-left-expand",
    "link",
    "list",
    "list-check",
    "loader",
    "lock",
    "logout",
    "mail",
    "map-pin",
    "menu-2",
    "message",
    "message-2",
    "message-circle",
    "messages",
    "microphone",
    "moon",
    "mood-empty",
    "note",
    "notebook",
    "password",
    "phone",
    "phone-call",
    "photo",
    "player-pause",
    "player-play",
    "player-stop",
    "plug",
    "plug-connected",
    "plug-connected-x",
    "plug-x",
    "plus",
    "point",
    "point-filled",
    "prompt",
    "receipt",
    "refresh",
    "rocket",
    "robot",
    "rotate",
    "route",
    "search",
    "select-all",
    "send",
    "send-2",
    "server",
    "server-2",
    "settings",
    "shield-check",
    "shield-lock",
    "speakerphone",
    "square-check",
    "star",
    "stack-2",
    "subtask",
    "sun",
    "switch-2",
    "table",
    "tag",
    "template",
    "test-pipe",
    "ticket",
    "trash",
    "trending-down",
    "trending-up",
    "upload",
    "urgent",
    "user",
    "user-check",
    "user-circle",
    "user-minus",
    "user-off",
    "user-plus",
    "user-question",
    "user-x",
    "users",
    "users-group",
    "wallet",
    "webhook",
    "wifi-off",
    "world",
    "x",
    "zoom-question",
]
OPENING = '<svg xmlns="http://www.w3.org/2000/svg">\n'


def symbol(name: str, source: str) -> str:
    """Return the drawing of one icon as a ``<symbol>``."""
    body = re.sub(r"<!--.*?-->", "", source, flags=re.DOTALL)
    inner = body[body.index(">", body.index("<svg")) + 1 : body.rindex("</svg>")]
    drawing = re.sub(r"\s*\n\s*", "", inner).replace(" />", "/>").strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>\n'


def main(package: Path, target: Path) -> int:
    """Write the sprite; a name the package does not have is an error."""
    folder = package / "icons" / "outline"
    filled = package / "icons" / "filled"
    parts = [OPENING]
    for name in sorted(set(ICONS)):
        path = folder / f"{name}.svg"
        if not path.exists():
            path = filled / f"{name.removesuffix('-filled')}.svg"
        if not path.exists():
            sys.stderr.write(f"no icon named {name}\n")
            return 1
        parts.append(symbol(name, path.read_text(encoding="utf-8")))
    parts.append("</svg>\n")
    target.write_text("".join(parts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
