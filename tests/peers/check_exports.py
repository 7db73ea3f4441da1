"""Reads every export in a folder with the program it is for: check_exports.py FOLDER XSD SCHEMAS.

A file `x.py` comes with `x.values.json`: raw images and the value of every point, which modbus-connection has to decode
from them, and write back as the same registers.
"""

import asyncio
import importlib.util
import json
import math
import subprocess
import sys
import tomllib
import types
from importlib.machinery import ModuleSpec
from pathlib import Path

import yaml

FOLDER, XSD, SCHEMAS = (Path(argument) for argument in sys.argv[1:4])
SPACES = {0: "coil", 1: "discrete", 2: "input", 3: "holding"}


def fail(path, message):
    sys.exit(f"{path.name}: {message}")


# -- modbus-connection ---------------------------------------------------------


def load_module(path):
    spec = importlib.util.spec_from_file_location(f"m_{path.stem.replace('-', '_').replace('.', '_')}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def same(value, expected, field):
    """Whether a decoded value is the expected one."""
    if expected is None or value is None:
        return value is None and expected is None
    if "truth" in expected:
        return bool(value) == expected["truth"]
    if "integer" in expected:
        return value == int(expected["integer"])
    if "number" in expected:
        number = float(expected["number"])
        return float(value) == number or (math.isnan(value) and math.isnan(number))
    if "special" in expected or ("code" in expected and isinstance(value, str)):
        code = int(expected.get("special", expected.get("code")))
        return field.special[code] == value
    if "code" in expected:
        return int(value) == int(expected["code"])
    if "flags" in expected:
        return int(value) == int(expected["flags"])
    if "text" in expected:
        return value == expected["text"]
    if "bytes" in expected:
        return list(value) == expected["bytes"]
    raise ValueError(expected)


async def check_module(path):
    from modbus_connection import model
    from modbus_connection.mock import MockModbusConnection

    module = load_module(path)
    classes = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, model.Device)]
    device_class = next(each for each in classes if each.__module__ == module.__name__)
    counts = [0, 0]
    for round_ in json.loads(path.with_suffix(".values.json").read_text()):
        home = round_["home"]
        connection = MockModbusConnection()
        images = {}
        for unit, table, address, word in round_["image"]:
            image = images.setdefault(home if unit is None else unit, {})
            image.setdefault(SPACES[table], {})[address] = bool(word) if table < 2 else word
        for unit, image in images.items():
            connection.for_unit(unit).load_raw(image)
        device = device_class(connection, home)
        updated = set()
        for expected in round_["values"]:
            if not expected["reads"] or expected["id"] not in module.POINTS:
                continue
            attribute, name = module.POINTS[expected["id"]]
            component = getattr(device, attribute)
            if attribute not in updated:
                await component.async_update()
                updated.add(attribute)
            value = getattr(component, name)
            field = component.declared_fields[name]
            if not same(value, expected["value"], field):
                words = {(row[1], row[2]): row[3] for row in round_["image"]}
                resolved = component.resolved_fields[name]
                table = next(number for number, space in SPACES.items() if space == resolved.space)
                read = [words.get((table, resolved.address + offset)) for offset in range(resolved.count)]
                fail(path, f"{expected['id']} is {value!r}, not {expected['value']}: {read} from {resolved.address} on, {vars(field)}")
            counts[0] += 1
            if not field.writable or value is None or not expected["writes"]:
                continue
            unit = component.modbus_unit
            resolved = component.resolved_fields[name]
            store = unit.coils if resolved.space == "coil" else unit.holding
            before = {address: store.get(address) for address in range(resolved.address, resolved.address + resolved.count)}
            try:
                await component.write(name, value)
            except ValueError:
                # Only what the document does not allow.
                if callable(field.writable):
                    continue
                raise
            after = {address: store.get(address) for address in before}
            if after != before:
                fail(path, f"{expected['id']} = {value!r} is written back as {after}, not {before}")
            counts[1] += 1
    return f"{counts[0]} values decoded, {counts[1]} written back"


# -- Home Assistant -------------------------------------------------------------


class Stub(types.ModuleType):
    """A module that is not installed, and that no schema needs."""

    __path__ = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        base = (Exception,) if name.endswith(("Error", "Exception")) else ()
        body = {
            "__init__": lambda *_, **__: None,
            "__call__": lambda self, *_, **__: self,
            "__class_getitem__": lambda *_: made,
            "__getattr__": lambda self, _: self,
        }
        made = type(name, base, body)
        setattr(self, name, made)
        return made


class Stubs:
    """Finds what is missing."""

    @staticmethod
    def find_spec(name, _path=None, _target=None):
        if name.startswith("homeassistant"):
            return None
        return ModuleSpec(name, Stubs)

    @staticmethod
    def create_module(spec):
        return Stub(spec.name)

    @staticmethod
    def exec_module(_module):
        pass


def home_assistant():
    sys.meta_path.append(Stubs)
    # Its web server is not part of any schema.
    for name in ("homeassistant.components.http", "homeassistant.components.websocket_api"):
        sys.modules[name] = Stub(name)
    try:
        from homeassistant.components import modbus
        from homeassistant.components.modbus import validators
        from homeassistant.components.modbus.validators import check_config
        from homeassistant.components.sensor import const
    finally:
        sys.meta_path.remove(Stubs)

    def refuse(_hass, key, _subs, error):
        raise ValueError(f"{key}: {error}")

    validators.modbus_create_issue = refuse
    return modbus, check_config, const


def check_package(path, parts):
    modbus, check_config, const = parts
    package = yaml.safe_load(path.read_text())
    if set(package) - {"modbus", "template"}:
        fail(path, f"top-level keys {sorted(package)}")
    if "modbus" not in package:
        return "no hub"
    hubs = modbus.CONFIG_SCHEMA({"modbus": package["modbus"]})["modbus"]
    keys = ("sensors", "binary_sensors", "switches")
    before = {key: len(hubs[0].get(key, [])) for key in keys}
    if not any(before.values()):
        return "nothing that can be polled"
    # It drops entities whose name is there twice.
    check_config(None, hubs)
    after = {key: len(hubs[0].get(key, [])) for key in keys} if hubs else None
    if sum(before.values()) and before != after:
        fail(path, f"entities are dropped: {before} to {after}")
    known = set()
    for sensor in package["modbus"][0].get("sensors", []):
        known.add("sensor." + slug(sensor["name"]))
        unit, device, state = (sensor.get(key) for key in ("unit_of_measurement", "device_class", "state_class"))
        if sensor["data_type"] != "string" and "precision" not in sensor:
            fail(path, f"{sensor['name']} has no precision")
        if {"min_value", "max_value"} & set(sensor):
            fail(path, f"{sensor['name']} would be clamped")
        if device is not None and unit not in const.DEVICE_CLASS_UNITS[device]:
            fail(path, f"{sensor['name']}: {device} in {unit}")
        if device is not None and state not in const.DEVICE_CLASS_STATE_CLASSES[device]:
            fail(path, f"{sensor['name']}: {device} as {state}")
    check_templates(path, package.get("template", []), known)
    return f"{before} and {sum(len(v) for part in package.get('template', []) for v in part.values())} templates"


def slug(name):
    from slugify import slugify

    return slugify(name, separator="_")


NEEDED = {
    "sensor": {"name", "unique_id", "state"},
    "binary_sensor": {"name", "unique_id", "state"},
    "number": {"name", "unique_id", "state", "min", "max", "step", "set_value"},
    "select": {"name", "unique_id", "state", "options", "select_option"},
    "button": {"name", "unique_id", "press"},
}


def check_templates(path, parts, known):
    """Each template can be parsed, asks for entities that are there, and writes what it has read."""
    import jinja2
    import re

    environment = jinja2.Environment()
    environment.filters |= {"bitwise_and": lambda a, b: a & b}

    def walk(value):
        if isinstance(value, dict):
            for each in value.values():
                yield from walk(each)
        elif isinstance(value, list):
            for each in value:
                yield from walk(each)
        elif isinstance(value, str) and "{{" in value:
            yield value

    unique = set()
    for part in parts:
        for kind, entities in part.items():
            for entity in entities:
                missing = NEEDED[kind] - set(entity)
                if missing:
                    fail(path, f"{kind} {entity.get('name')} lacks {missing}")
                if entity["unique_id"] in unique:
                    fail(path, f"{entity['unique_id']} is there twice")
                unique.add(entity["unique_id"])
                for template in walk(entity):
                    environment.parse(template)
                    for source in re.findall(r"(?:states|has_value)\(\"([^\"]+)\"\)", template):
                        if source not in known:
                            fail(path, f"{entity['name']} asks for {source}")


# -- Telegraf --------------------------------------------------------------------


def check_telegraf(path):
    configuration = tomllib.loads(path.read_text())
    seen, count = set(), 0
    sizes = {"BIT": 1, "INT8L": 1, "INT8H": 1, "UINT8L": 1, "UINT8H": 1, "INT16": 1, "UINT16": 1}
    sizes |= {"INT32": 2, "UINT32": 2, "FLOAT32": 2, "INT64": 4, "UINT64": 4, "FLOAT64": 4}
    for plugin in configuration["inputs"]["modbus"]:
        if plugin["configuration_type"] != "metric" or plugin["optimization"] not in ("none", "max_insert"):
            fail(path, "configuration_type or optimization")
        for metric in plugin.get("metric", []):
            if metric["byte_order"] not in ("ABCD", "DCBA", "BADC", "CDAB") or not metric["fields"]:
                fail(path, f"metric of unit {metric['slave_id']}")
            for field in metric["fields"]:
                count += 1
                key = (metric["slave_id"], field["register"], metric["measurement"], field["name"])
                if key in seen:
                    fail(path, f"field {field['name']} twice")
                seen.add(key)
                if field["register"] in ("coil", "discrete"):
                    if set(field) - {"register", "address", "name", "output"}:
                        fail(path, f"{field['name']}: a bit has no type")
                    continue
                kind = field["type"]
                if ("length" in field) != (kind == "STRING") or ("bit" in field) != (kind == "BIT"):
                    fail(path, f"{field['name']}: length is for STRING, bit for BIT")
                if kind == "STRING" and "scale" in field:
                    fail(path, f"{field['name']}: a text with a scale")
                length = field.get("length") or sizes[kind]
                if field["address"] > 65535 - length or field.get("bit", 0) > 15:
                    fail(path, f"{field['name']}: address or bit")
    for processor in configuration.get("processors", {}).get("enum", []):
        for mapping in processor["mapping"]:
            if not mapping["value_mappings"]:
                fail(path, f"{mapping['dest']} has no labels")
    return f"{count} fields"


# -- Loxone, Thing Descriptions, ESPHome, workbooks --------------------------------


def check_loxone(path, schema):
    schema.validate(str(path))
    return "fits the XSD"


def check_thing(path, validators):
    thing = json.loads(path.read_text())
    for validator in validators:
        errors = sorted(validator.iter_errors(thing), key=lambda error: list(map(str, error.path)))
        if errors:
            fail(path, f"{list(errors[0].path)}: {errors[0].message}")
    return f"{len(thing.get('properties', {}))} properties, {len(validators)} schemas"


def check_esphome(path):
    command = [sys.executable, "-m", "esphome", "config", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=path.parent)
    output = done.stdout + done.stderr
    if done.returncode or "Configuration is valid" not in output:
        fail(path, output[-3000:])
    warnings = [line for line in output.splitlines() if line.startswith("WARNING")]
    # Of a unit or a pin it says something that is not ours.
    if warnings and any("reserved" in line or "register_count" in line for line in warnings):
        fail(path, "\n".join(warnings))
    return "valid"


def check_workbook(path):
    from openpyxl import load_workbook

    book = load_workbook(path)
    if book.sheetnames[0] != "Device" or len(book.sheetnames) < 2:
        fail(path, f"sheets {book.sheetnames}")
    for name in book.sheetnames:
        if book[name].freeze_panes is None or book[name]["A1"].value is None:
            fail(path, f"{name}: the header is not frozen")
    return ", ".join(book.sheetnames)


def main():
    checks = {}
    files = sorted(FOLDER.iterdir())

    def having(suffix):
        return [path for path in files if path.name.endswith(suffix)]

    for path in having(".py"):
        checks[path.name] = asyncio.run(check_module(path))
    if packages := having(".home-assistant.yaml"):
        parts = home_assistant()
        for path in packages:
            checks[path.name] = check_package(path, parts)
    for path in having(".telegraf.toml"):
        checks[path.name] = check_telegraf(path)
    if templates := having(".loxone.xml"):
        import xmlschema

        schema = xmlschema.XMLSchema(str(XSD))
        for path in templates:
            checks[path.name] = check_loxone(path, schema)
    if things := having(".wot.json"):
        import jsonschema

        validators = []
        for name in ("wot-td-1.1.schema.json", "wot-modbus-binding.schema.json"):
            if (SCHEMAS / name).exists():
                schema = json.loads((SCHEMAS / name).read_text())
                if "modbus" in name:
                    # It only refers to the other one.
                    schema.pop("anyOf", None)
                validators.append(jsonschema.Draft7Validator(schema))
        for path in things:
            checks[path.name] = check_thing(path, validators)
    for path in having(".esphome.yaml"):
        checks[path.name] = check_esphome(path)
    for path in having(".xlsx"):
        checks[path.name] = check_workbook(path)
    if not checks:
        sys.exit("no exports in the folder")
    for name, result in checks.items():
        print(f"{name}: {result}")


main()
