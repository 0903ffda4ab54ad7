"""The code that pages of docs/ show is that of files which the tests compile and run."""

import os
import pathlib
import re
import unittest

SOURCE = pathlib.Path(os.environ.get("TARN_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Where the blocks of each page and language come from.
FILES = {
    "writing-an-app.md": {
        "cpp": ("examples/tracer", "*.cpp"),
        "cmake": ("examples/tracer", "CMakeLists.txt"),
        "toml": ("examples/tracer", "*.toml"),
        "py": ("tests/outside", "*.py"),
    },
    "embedding.md": {
        "cpp": ("examples", "*.cpp"),
        "c": ("examples/coupling", "*.c"),
        "fortran": ("examples/fortran", "*.f90"),
        "cmake": ("examples", "CMakeLists.txt"),
    },
}


def strange_blocks(page, texts):
    """The blocks of a page, of the languages in `texts`, that are no whole lines of one of the texts of theirs."""
    blocks = [(language, block) for language, block in BLOCK.findall(page) if language in texts]
    return [block for language, block in blocks if not any("\n" + block in "\n" + text for text in texts[language])]


class CodeInDocs(unittest.TestCase):
    def test_code_is_that_of_the_files(self):
        for name, files in FILES.items():
            page = (SOURCE / "docs" / name).read_text()
            texts = {language: [path.read_text() for path in (SOURCE / folder).rglob(pattern)]
                     for language, (folder, pattern) in files.items()}

            for language in files:
                self.assertIn(language, [block[0] for block in BLOCK.findall(page)], name)
            self.assertEqual(strange_blocks(page, texts), [], name)

    def test_commands_name_what_is_there(self):
        page = (SOURCE / "docs" / "writing-an-app.md").read_text()
        commands = "".join(block for language, block in BLOCK.findall(page) if language == "sh")

        decks = re.findall(r"\binput_decks/\S+\.toml", commands)
        self.assertTrue(decks)
        for deck in decks:
            self.assertTrue((SOURCE / "examples" / "tracer" / deck).is_file(), deck)

    def test_a_changed_line_is_found(self):
        page = "As here:\n```cpp\nint a = 1;\n```\nand\n```cpp\nint b = 2;\n```\n```sh\nls\n```\n"

        self.assertEqual(strange_blocks(page, {"cpp": ["int a = 1;\n  int b = 2;\nint b = 2; // two\n"]}), ["int b = 2;\n"])


if __name__ == "__main__":
    unittest.main()
