"""The unit of the temperature is a label: the numbers stay what they are."""

import unittest

import h5py
import numpy

from heat_runs import HeatCase, checkpoints, deck_text, snapshots, temperature


class Unit(HeatCase):
    def setUp(self):
        super().setUp()
        text = deck_text([12, 9], time="max_steps = 3") + '[[image]]\nfield = "temperature"\nevery = { steps = 100 }\n'
        self.deck = self.write("deck.toml", text)
        self.run_in("plain", self.deck)
        self.plain = temperature(checkpoints(self.folder / "plain")[-1])

    def attributes(self, *words):
        """Of the field in the last checkpoint and snapshot of a run with these words, which must be alike."""
        directory = f"run{len(list(self.folder.iterdir()))}"
        self.run_in(directory, self.deck, *words)
        numpy.testing.assert_array_equal(temperature(checkpoints(self.folder / directory)[-1]), self.plain)
        found = []
        for path in (checkpoints(self.folder / directory)[-1], snapshots(self.folder / directory)[-1]):
            with h5py.File(path) as file:
                (step,) = file["data"].values()
                field, view = step["fields/temperature"].attrs, file["temperature"].attrs
                told = {name: field[name].decode() for name in ("unit", "units")}
                self.assertEqual({name: view[name].decode() for name in told}, told)
                found.append((told["unit"], told["units"], list(field["unitDimension"]), field["unitSI"]))
        self.assertEqual(found[0], found[1])
        return found[0]

    def test_is_kelvin_unless_the_deck_says_so(self):
        of_temperature = [0, 0, 0, 0, 1, 0, 0]
        self.assertEqual(self.attributes(), ("K", "K", of_temperature, 1))
        self.assertEqual(self.attributes("--set", "heat.unit=K"), ("K", "K", of_temperature, 1))
        for unit in ("degC", "°C"):  # a degree of it is a kelvin
            self.assertEqual(self.attributes("--set", f"heat.unit={unit}"), ("degC", "degC", of_temperature, 1))
        self.assertEqual(self.attributes("--set", 'heat.unit="1"'), ("", "", [0] * 7, 1))

    def test_is_on_pictures(self):
        self.run_in("celsius", self.deck, "--set", "heat.unit=degC")
        pictures = [sorted((self.folder / name / "img").glob("*.png")) for name in ("plain", "celsius")]
        self.assertEqual([path.name for path in pictures[0]], [path.name for path in pictures[1]])
        for plain, celsius in zip(*pictures):
            self.assertNotEqual(plain.read_bytes(), celsius.read_bytes())
        shown = [self.folder / f"{name}.png" for name in ("plain", "celsius")]
        for path in shown:
            self.run_ok("plot", self.folder / path.stem, "-o", path)
        self.assertNotEqual(shown[0].read_bytes(), shown[1].read_bytes())

    def test_is_told_by_describe(self):
        told = self.run_ok("describe", "heat", "heat.unit").stdout
        self.assertIn('one of K, degC, °C, 1; default "K"', told)


if __name__ == "__main__":
    unittest.main()
