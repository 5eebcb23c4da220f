"""Reads the documents of `scalemark ... --json`: against their schema, and strictly."""

import csv
import json
import os
import pathlib
import re
import unittest

import jsonschema

SOURCE = pathlib.Path(os.environ["SCALEMARK_SOURCE"]) if "SCALEMARK_SOURCE" in os.environ else pathlib.Path(__file__).resolve().parents[2]
SCHEMA = json.loads((SOURCE / "docs/schema/scalemark-json-1.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


class Number(str):
    """A number as the document writes it, digit by digit."""


def without_duplicates(pairs):
    members = dict(pairs)
    assert len(members) == len(pairs), f"a member stands twice in {[name for name, _ in pairs]}"
    return members


def no_constant(name):
    raise AssertionError(f"{name} is no JSON")


def read_digits(text):
    """The document with every number as its text."""
    return json.loads(text, parse_float=Number, parse_int=Number, parse_constant=no_constant, object_pairs_hook=without_duplicates)


def kind_of(document):
    of = document.get("of")
    return SCHEMA["$defs"][f"info_{of}" if of else document["kind"]]


class JsonTest(unittest.TestCase):
    def read(self, stdout, kind):
        """The one document that stdout holds, after its schema has been asked; and no member that the schema does not name."""
        document = json.loads(stdout, parse_constant=no_constant, object_pairs_hook=without_duplicates)
        self.assertTrue(stdout.endswith("}\n"), stdout[-80:])
        error = jsonschema.exceptions.best_match(VALIDATOR.iter_errors(document))
        self.assertIsNone(error, error and f"{error.json_path}: {error.message[:400]}")
        self.assertEqual(document["kind"], kind)
        self.assertEqual(set(document) - set(SCHEMA["properties"]) - set(kind_of(document)["properties"]), set())
        return document

    def assert_same_as_csv(self, text, folder):
        """Every table of the document is the CSV file of its name: the same columns, rows and digits, and null for an empty number."""
        tables = read_digits(text)["tables"]
        self.assertEqual(set(tables), {path.stem for path in folder.glob("*.csv")})
        empty = 0
        for name, table in tables.items():
            with open(folder / f"{name}.csv", newline="") as file:
                header, *rows = csv.reader(file)
            types = {column["name"]: column["type"] for column in table["columns"]}
            self.assertEqual(list(types), header, name)
            self.assertEqual(len(table["rows"]), len(rows), name)
            for found, expected in zip(table["rows"], rows):
                self.assertEqual(list(found), header, name)
                for column, cell in zip(header, expected):
                    self.assert_same_cell(found[column], cell, types[column], f"{name}.{column}")
                    empty += cell == "" and types[column] == "number"
        return empty

    def assert_same_cell(self, found, cell, kind, place):
        if cell == "" or re.fullmatch(r"-?inf", cell):
            self.assertIn(found, (None,) if kind == "number" else (None, ""), place)
        elif kind == "number":
            self.assertIsInstance(found, Number, place)
            self.assertEqual(found, cell, place)
        else:
            # The CSV file's apostrophe keeps a spreadsheet from taking a text for a formula.
            self.assertIn(cell, (found, "'" + found), place)
