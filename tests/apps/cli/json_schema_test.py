"""The JSON Schema of `tarn describe` takes the decks that tarn takes, as far as a JSON Schema can know."""

import json
import tomllib
import unittest

import jsonschema

from support.tarn_program import DECKS, SOURCE, Case, app_names

BAD = SOURCE / "tests" / "apps" / "decks" / "bad"
ACCEPTS = "# schema: accepts"
APPS = app_names().split(", ")


def app_of(bad_deck):
    """Which app a wrong deck is meant for: its name begins with it, or it is heat."""
    return next((name for name in APPS if bad_deck.name.startswith(f"{name}_")), "heat")


def data_of(deck):
    """The deck as data; None if it is no TOML."""
    try:
        return tomllib.loads(deck.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError):
        return None


class JsonSchema(Case):
    def validators(self):
        """Of each app's schema, and of the schema of all apps: the app's name or None, and the validator."""
        for app in (*([name] for name in APPS), []):
            schema = json.loads(self.run_ok("describe", "--json-schema", *app).stdout)
            jsonschema.Draft202012Validator.check_schema(schema)
            self.assertEqual(schema["$schema"], jsonschema.Draft202012Validator.META_SCHEMA["$id"])
            yield app[0] if app else None, jsonschema.Draft202012Validator(schema)

    def test_takes_every_deck_that_comes_with_tarn(self):
        decks = sorted(DECKS.glob("*/*.toml"))
        self.assertTrue(decks)
        for app, validator in self.validators():
            for deck in decks:
                if app not in (None, deck.parent.name):
                    continue
                with self.subTest(deck=deck.name):
                    self.assertEqual([str(error) for error in validator.iter_errors(data_of(deck))], [])

    def test_refuses_what_the_program_refuses(self):
        refused = accepted = 0
        for app, validator in self.validators():
            for deck in sorted(BAD.glob("*.toml")):
                data = data_of(deck)
                if data is None or app not in (None, app_of(deck)):
                    continue
                beyond_schemas = any(line.startswith(ACCEPTS) for line in deck.read_text().splitlines())
                with self.subTest(deck=deck.name):
                    self.assertEqual(validator.is_valid(data), beyond_schemas)
                refused += not beyond_schemas
                accepted += beyond_schemas
        self.assertGreater(refused, 100)
        self.assertGreater(accepted, 50)


if __name__ == "__main__":
    unittest.main()
