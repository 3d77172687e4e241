"""Signals that end envkit, kept until it is a good moment: ^C, SIGTERM, a lost terminal."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def raised() -> Iterator[None]:
    """SIGTERM and SIGHUP raise SystemExit, as ^C raises KeyboardInterrupt.

    A signal that this process was told to ignore (nohup(1)) stays ignored.
    """
    ours = []
    if threading.current_thread() is threading.main_thread():
        ours = [one for one in _SIGNALS[1:] if signal.getsignal(one) == signal.SIG_DFL]

    def end(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    for number in ours:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def wait() -> Iterator[Callable[[], None]]:
    """Keep signals until a moment between two files; what is given looks whether one came."""
    heeded = {number for number in _SIGNALS if signal.getsignal(number) != signal.SIG_IGN}

    def look() -> None:
        if signal.sigpending() & heeded:
            raise KeyboardInterrupt

    with raised():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, heeded)
        try:
            yield look
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def come() -> Iterator[None]:
    """Let signals through for a while, where it takes long and can be stopped at any moment."""
    before = signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
