"""YAML of strangers: plain values alone, none of which may grow while it is read.

An alias (``*a``) that stands for a list or a mapping makes ten lines hold billions of entries, the
"billion laughs"; as text they would fill the memory. No program writes the names of classes so.
"""

from __future__ import annotations

from typing import Any

import yaml
from yaml.composer import ComposerError


class _PlainLoader(yaml.SafeLoader):
    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            alias = self.peek_event()
            if isinstance(self.anchors.get(alias.anchor), yaml.CollectionNode):
                why = f"*{alias.anchor} stands for a whole list; write it out"
                raise ComposerError(None, None, why, alias.start_mark)
        return super().compose_node(parent, index)


def load_plain_yaml(text: str) -> Any:
    """Strings, numbers, dates, lists and mappings.

    Raises:
        yaml.YAMLError: it is no YAML, or would be more than that.
        ValueError, RecursionError: a value that can't be, or too deep a nesting.
    """
    return yaml.load(text, Loader=_PlainLoader)
