"""May a released event schema become this one? Only by growing optional fields.

Consumers of the released version must read what the new publisher sends, and consumers of the
new version must read what lay in a queue or among the dead letters for any time. So everything
except added optional properties is a breaking change and needs a new version of the event.
"""

from typing import Any

Schema = dict[str, Any]

ANNOTATIONS = frozenset({"title", "description", "default", "examples"})
"""Keywords that say nothing about which data is valid."""


def _meaning(schema: Schema) -> Schema:
    return {key: value for key, value in schema.items() if key not in ANNOTATIONS}


def _resolve(schema: Schema, root: Schema) -> Schema:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    target: Schema = root["$defs"][reference.removeprefix("#/$defs/")]
    return target


def _object_changes(old: Schema, new: Schema, roots: tuple[Schema, Schema], at: str) -> list[str]:
    was, now = old.get("properties", {}), new.get("properties", {})
    found = [f"{at}.{name} was removed" for name in was if name not in now]
    added_required = set(new.get("required", ())) - set(old.get("required", ()))
    found += [f"{at}.{name} became required" for name in sorted(added_required)]
    no_longer = set(old.get("required", ())) - set(new.get("required", ()))
    found += [f"{at}.{name} is no longer always there" for name in sorted(no_longer & now.keys())]
    for name in was.keys() & now.keys():
        found += _changes(was[name], now[name], roots, f"{at}.{name}")
    return found


def _changes(old: Schema, new: Schema, roots: tuple[Schema, Schema], at: str) -> list[str]:
    old, new = _resolve(old, roots[0]), _resolve(new, roots[1])
    structural = ("properties", "required", "items", "anyOf", "$defs")
    rest_old = {k: v for k, v in _meaning(old).items() if k not in structural}
    rest_new = {k: v for k, v in _meaning(new).items() if k not in structural}
    found = [] if rest_old == rest_new else [f"{at} was {rest_old}, now {rest_new}"]
    found += _object_changes(old, new, roots, at)
    if "items" in old and "items" in new:
        found += _changes(old["items"], new["items"], roots, f"{at}[]")
    elif ("items" in old) != ("items" in new):
        found.append(f"{at}[] changed what it holds")
    choices = old.get("anyOf", []), new.get("anyOf", [])
    if len(choices[0]) != len(choices[1]):
        found.append(f"{at} has other alternatives")
    for was, now in zip(*choices, strict=False):
        found += _changes(was, now, roots, at)
    return found


def breaking_changes(released: Schema, current: Schema) -> list[str]:
    """What in `current` breaks a reader or a stored message of `released`; empty if nothing.

    Each entry names the place as a path from the event's root (`$`) and what happened there.
    """
    return sorted(_changes(released, current, (released, current), "$"))
