"""report.html as a parser sees it, for tests with unittest."""

import base64
import html.parser
import re

VOID = {"meta", "link", "img", "input", "br"}


class Page(html.parser.HTMLParser):
    """A whole page: every element that was opened is closed, in order. What is wrong raises ValueError."""

    def __init__(self, text):
        super().__init__()
        self.text, self.open, self.tags, self.words, self.parts = text, [], [], [], {}
        self.images, self.refresh, self.ids = [], None, []
        if not text.startswith("<!DOCTYPE html>\n") or not text.endswith("</html>\n"):
            raise ValueError(f"a part of a page: {text[:40]!r} ... {text[-40:]!r}")
        self.feed(text)
        self.close()
        if self.open:
            raise ValueError(f"not closed: {self.open}")
        if len(self.ids) != len(set(self.ids)):
            raise ValueError("an id stands twice")

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        self.tags.append(tag)
        if "id" in told:
            self.ids.append(told["id"])
        if tag == "img":
            self.images.append(base64.b64decode(told["src"].removeprefix("data:image/png;base64,"), validate=True))
        if tag == "meta" and told.get("http-equiv") == "refresh":
            self.refresh = int(told["content"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            raise ValueError(f"</{tag}> closes nothing: {self.open}")
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style"):
            self.words.append(data)

    @property
    def shown(self):
        """All that can be read."""
        return re.sub(r"\s+", " ", " ".join(self.words))

    @property
    def status(self):
        found = re.search(r'<span class="badge (\w+)" id="status"><span aria-hidden="true">[^<]*</span> ([^<]*)</span>',
                          self.text)
        return found[2]

    @property
    def share(self):
        """In percent; nothing where the page has no bar."""
        found = re.search(r'aria-valuenow="(\d+)"', self.text)
        return int(found[1]) if found else None

    @property
    def captions(self):
        return re.findall(r'<figure data-caption="([^"]*)">', self.text)

    @property
    def command(self):
        """The one that goes on with the run."""
        found = re.search(r'<section id="restart".*?<code>(.*?)</code>', self.text, re.DOTALL)
        return html.unescape(found[1]) if found else None
