"""A headless Chromium that opens local pages, for tests with unittest. It is driven through its debugging pipe (the
Chrome DevTools protocol), which needs nothing but Python's standard library."""

import base64
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import tempfile
import time

PROGRAM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)


class Browser:
    """One tab. `messages` are errors and warnings of the console since the last page was opened."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="tarn-browser-")
        (to_read, theirs_to_write), (theirs_to_read, to_write) = os.pipe(), os.pipe()
        theirs = [os.dup(theirs_to_read), os.dup(theirs_to_write)]  # above 4: what becomes 3 or 4 closes neither

        def take_places():
            high = [os.dup(one) for one in theirs]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        words = [PROGRAM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                 "--disable-extensions", "--disable-background-networking", "--hide-scrollbars",
                 f"--user-data-dir={self.profile}", "--remote-debugging-pipe", "about:blank"]
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, preexec_fn=take_places, pass_fds=(3, 4),
                                        start_new_session=True)
        for one in [theirs_to_read, theirs_to_write, *theirs]:
            os.close(one)
        self.reading, self.writing, self.rest, self.count = to_read, to_write, b"", 0
        self.session, self.messages, self.loaded = None, [], 0
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.ask(f"{domain}.enable")

    def close(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        os.close(self.reading)
        os.close(self.writing)
        shutil.rmtree(self.profile, ignore_errors=True)

    def _next(self, until):
        """The next message from the browser."""
        while b"\0" not in self.rest:
            if not select.select([self.reading], [], [], max(0, until - time.monotonic()))[0]:
                raise TimeoutError("the browser does not answer")
            piece = os.read(self.reading, 1 << 20)
            if not piece:
                raise EOFError("the browser has ended")
            self.rest += piece
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def _hear(self, message):
        what, told = message.get("method"), message.get("params", {})
        if what == "Page.loadEventFired":
            self.loaded += 1
        elif what == "Runtime.exceptionThrown":
            self.messages.append(told["exceptionDetails"]["text"])
        elif what == "Runtime.consoleAPICalled" and told["type"] in ("error", "warning"):
            self.messages.append(str(told["args"]))
        elif what == "Log.entryAdded" and told["entry"]["level"] in ("error", "warning"):
            self.messages.append(told["entry"]["text"])
        elif what == "Network.requestWillBeSent" and not told["request"]["url"].startswith(("file:", "data:", "about:")):
            self.messages.append("asked the network for " + told["request"]["url"])

    def ask(self, method, timeout=120, **params):
        """Sends a command of the protocol and gives its result."""
        self.count += 1
        message = {"id": self.count, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.writing, data):]
        until = time.monotonic() + timeout
        while True:
            answer = self._next(until)
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self._hear(answer)

    def open(self, path, width=1200, height=900, timeout=120):
        """Opens a file as a window of this size shows it, and waits until it is loaded."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.messages.clear()
        before = self.loaded
        self.ask("Page.navigate", url=pathlib.Path(path).resolve().as_uri())
        until = time.monotonic() + timeout
        while self.loaded == before:
            self._hear(self._next(until))

    def value(self, script):
        """What a JavaScript expression gives."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def media(self, kind="", dark=False):
        """Shows pages as on a screen or ("print") on paper, in light or in the dark."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", media=kind, features=[scheme])

    def scripts(self, on):
        self.ask("Emulation.setScriptExecutionDisabled", value=not on)

    def screenshot(self, path, whole=True):
        data = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        pathlib.Path(path).write_bytes(base64.b64decode(data))
